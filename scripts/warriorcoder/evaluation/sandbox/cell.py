"""One running sandbox: an interpreter that runs program after program, and its clock."""

import json
import os
import select
import signal
import subprocess
import tempfile
import time

from warriorcoder.evaluation.sandbox.inside.watch import TRANSPORT
from warriorcoder.evaluation.sandbox.isolation import MEND, SandboxError, prepare

START_SECONDS = 60.0  # a cold disk and a busy machine
GRACE_SECONDS = 3.0  # in which the first process kills and cleans after its time limit
KIND_SECONDS = 2.0  # in which the first process may end by itself


class Broken(Exception):
    """The sandbox's first process ended (`status` error) or did not answer in time (timeout)."""

    def __init__(self, status: str, reason: str):
        super().__init__(reason)
        self.status = status


class Cell:
    """A sandbox process. Everything in it dies with `close`, and with this process.

    Raises:
        SandboxError: it does not start. The message quotes the command.
    """

    def __init__(
        self,
        isolation: str,
        limits: dict,
        python: str | None,
        container: tuple[str, ...],
        assets: dict[str, str],
    ):
        self.limit = (limits["output_mb"] << 20) + (2 << 20)
        start = prepare(isolation, limits, python, container, assets)
        with tempfile.TemporaryFile() as complaints:
            self.process = subprocess.Popen(
                start.arguments,
                env=start.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                bufsize=0,
                start_new_session=True,
            )
            assert self.process.stdin and self.process.stdout
            self._stdin, self._stdout = self.process.stdin, self.process.stdout
            try:
                deadline = time.monotonic() + START_SECONDS
                self._send(start.lines, deadline)
                self._receive(deadline)
            except Broken as error:
                self.close()
                complaints.seek(0)
                words = complaints.read().decode(errors="replace").strip() or error
                what = f"it did not start ({words})"
                raise SandboxError(MEND[isolation].format(what=what)) from None

    def run(
        self,
        program: bytes,
        seconds: float,
        call_seconds: tuple[float, ...] | None,
        load: float = 1.0,
    ) -> tuple[dict, bytes]:
        """Return header and records of one program (JSON, see `inside.zygote`).

        The limits are of processor time. `load` times as much wall time may pass.

        Raises:
            Broken: there is no answer. The cell is unusable.
        """
        limits = {"seconds": seconds, "call_seconds": call_seconds, "load": load}
        body = json.dumps(limits).encode() + b"\n" + program
        deadline = time.monotonic() + load * (seconds + GRACE_SECONDS) + len(body) / TRANSPORT
        self._send(len(body).to_bytes(8, "big") + body, deadline)
        header, _, records = self._receive(deadline).partition(b"\n")
        return json.loads(header), records

    def alive(self) -> bool:
        """Return True while the sandbox's process runs."""
        return self.process.poll() is None

    def close(self) -> None:
        """End the whole tree of processes, and remove its files."""
        self._stdin.close()
        try:  # its first process ends when its requests do; then its CPU time is on our record
            self.process.wait(KIND_SECONDS)
        except subprocess.TimeoutExpired:
            self._kill()
        self._stdout.close()

    def hang_up(self) -> None:
        """End the program under way and the sandbox, from any thread. `run` then raises."""
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, self._stdin.fileno(), inheritable=False)  # a thread may be writing to it
        os.close(null)

    def _kill(self) -> None:
        for kill in (lambda: os.killpg(self.process.pid, signal.SIGKILL), self.process.kill):
            try:
                kill()
            except ProcessLookupError:
                pass
        self.process.wait()

    def _send(self, frame: bytes, deadline: float) -> None:
        pipe, rest = self._stdin.fileno(), memoryview(frame)
        os.set_blocking(pipe, False)
        while rest:
            self._wait(pipe, select.POLLOUT, deadline)
            try:
                rest = rest[os.write(pipe, rest) :]
            except BrokenPipeError:
                raise Broken("error", "its first process ended") from None

    def _receive(self, deadline: float) -> bytes:
        length = int.from_bytes(self._exactly(8, deadline), "big")
        if length > self.limit:
            raise Broken("error", f"an answer of {length} bytes")
        return self._exactly(length, deadline + 2 * length / TRANSPORT)

    def _exactly(self, amount: int, deadline: float) -> bytes:
        pipe, pieces = self._stdout.fileno(), bytearray()
        while len(pieces) < amount:
            self._wait(pipe, select.POLLIN, deadline)
            piece = os.read(pipe, amount - len(pieces))
            if not piece:
                raise Broken("error", "its first process ended")
            pieces += piece
        return bytes(pieces)

    @staticmethod
    def _wait(pipe: int, event: int, deadline: float) -> None:
        poller = select.poll()
        poller.register(pipe, event)
        if not poller.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise Broken("timeout", "no answer in time")
