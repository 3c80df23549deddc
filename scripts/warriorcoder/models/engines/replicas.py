"""vLLM in one process per set of GPUs (data parallel), each with a share of the rows.

A request carries its seed, so that every process generates the same row. The processes print to the
job's log. An error message quotes these lines, since vLLM's exceptions often name only a dead inner
process.
"""

import logging
import os
import signal
import subprocess
import sys
import threading
import weakref
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait

from warriorcoder.models.engines import Completion, EngineError, Request, Sampling, replica
from warriorcoder.models.engines.failures import explain

log = logging.getLogger("warriorcoder.vllm")
DEALT = 64  # neighbours share more of their prompts, so that they stay in one process
PATIENCE = 60  # seconds in which a process has to free its GPUs


class Replicas:
    """`gpus / tensor_parallel` copies of a model on a job's GPUs, or one copy on the CPU."""

    def __init__(self, name: str, gpus: int, tensor_parallel: int | None, **settings):
        """Start the processes.

        Args:
            name: the expert's name in messages.
            gpus: the number of GPUs of the job.
            tensor_parallel: the number of GPUs of a copy; None for all of the job's.
            settings: the other arguments of `VLLMEngine`.

        Raises:
            EngineError: the numbers of GPUs do not fit, or a process could not load the model.
        """
        self.name, width = name, tensor_parallel or max(gpus, 1)
        if max(gpus, 1) % width:
            raise EngineError(
                f"{name}: tensor_parallel {width} does not divide the job's {gpus} GPUs. Change "
                "tensor_parallel (of its `engine`, or of all), `gpus` or cluster.max_gpus"
            )
        self.replicas = [
            Replica(name, settings | {"tensor_parallel": width}, seen)
            for seen in devices(gpus, width)
        ]
        self.context = min(one.receive() for one in self.replicas)

    def generate(
        self, requests: Sequence[Request], sampling: Sampling
    ) -> Iterator[list[Completion]]:
        """Yield one completion per request, in groups.

        Raises:
            EngineError: a process failed. Or a prompt leaves no room for its new tokens, which is
                raised after all other rows.
        """
        room = self.context - sampling.max_tokens
        parts = deal([r for r in requests if len(r.prompt) <= room], len(self.replicas))
        busy = {}
        for one, part in zip(self.replicas, parts, strict=True):
            if part:
                one.send((part, sampling))
                busy[one.connection] = one
        while busy:
            ready = wait(busy)
            for connection in [each for each in busy if each in ready]:
                group = busy[connection].receive()
                if group:
                    yield group
                else:
                    del busy[connection]
        if over := [request for request in requests if len(request.prompt) > room]:
            longest = max(over, key=lambda request: len(request.prompt))
            raise EngineError(
                f"{self.name}: {len(over)} prompts leave no room for max_tokens "
                f"{sampling.max_tokens} in a context of {self.context} tokens (the longest is "
                f"{longest.id}: {len(longest.prompt)}). Raise max_model_len (of its `engine`, or "
                "of all) if the model can read more; else lower this stage's max_tokens, "
                "answers.max_tokens or curation.max_chars. All other rows are kept"
            )


class Replica:
    """A process that runs `VLLMEngine(**settings)` on some of the job's GPUs."""

    def __init__(self, name: str, settings: dict, devices: str | None):
        self.name, self.model = name, settings["model"]
        self.connection, theirs = Pipe()
        seen = {"CUDA_VISIBLE_DEVICES": devices} if devices else {}
        seen["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
        # A forked inner process would hold the connection open after its parent's death.
        seen["VLLM_WORKER_MULTIPROC_METHOD"] = "spawn"
        self.process = subprocess.Popen(
            [sys.executable, "-m", replica.__name__, str(theirs.fileno())],
            env={"VLLM_NO_USAGE_STATS": "1"} | os.environ | seen,
            start_new_session=True,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        theirs.close()
        self.printed: deque[str] = deque(maxlen=1000)
        self.reader = threading.Thread(target=_read, args=(self.process, self.printed), daemon=True)
        self.reader.start()
        self._finalizer = weakref.finalize(self, _end, self.process, self.connection)
        self.send(settings)

    def send(self, message) -> None:
        """Send a message to the process.

        Raises:
            EngineError: the process ended.
        """
        try:
            self.connection.send(message)
        except ConnectionError:
            raise self._error("") from None

    def receive(self):
        """Return the next message of the process.

        Raises:
            EngineError: the process failed or ended.
        """
        try:
            message = self.connection.recv()
        except (EOFError, ConnectionError):
            raise self._error("") from None
        if isinstance(message, str):
            raise self._error(message)
        return message

    def _error(self, text: str) -> EngineError:
        if not text:
            self._finalizer()
            self.reader.join()
        return EngineError(
            explain(
                self.name,
                self.model,
                text or f"its process ended with code {self.process.returncode}",
                [*self.printed],
            )
        )


def deal(requests: Sequence[Request], hands: int) -> list[list[Request]]:
    """Return the requests in `hands` parts, `DEALT` neighbours at a time."""
    parts: list[list[Request]] = [[] for _ in range(hands)]
    rest = iter(requests)
    for number, block in enumerate(iter(lambda: list(islice(rest, DEALT)), [])):
        parts[number % hands] += block
    return parts


def devices(gpus: int, width: int) -> list[str | None]:
    """Return `CUDA_VISIBLE_DEVICES` of each process, None if one process gets all GPUs."""
    if gpus <= width:
        return [None]
    given = os.environ.get("CUDA_VISIBLE_DEVICES")
    names = given.split(",") if given else list(map(str, range(gpus)))
    if len(names) < gpus:
        raise EngineError(
            f"the job is to run on {gpus} GPUs and sees {len(names)} (CUDA_VISIBLE_DEVICES={given})"
            ". Lower `gpus`, or cap those of all jobs (cluster.max_gpus)"
        )
    return [",".join(names[first : first + width]) for first in range(0, gpus, width)]


def _read(process: subprocess.Popen, printed: deque[str]) -> None:
    for line in process.stdout or ():
        printed.append(line.rstrip())
        log.info("%s", line.rstrip())


def _end(process: subprocess.Popen, connection: Connection) -> None:
    """End the process and its children: close the connection, then terminate, then kill."""
    connection.close()
    for stop in (lambda: None, process.terminate, process.kill):
        stop()
        try:
            process.wait(PATIENCE)
            break
        except subprocess.TimeoutExpired:
            continue
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
