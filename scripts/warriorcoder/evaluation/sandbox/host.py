"""The trusted side, which sends programs to sandbox processes."""

import json
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue

from warriorcoder.evaluation.sandbox.cell import Broken, Cell
from warriorcoder.evaluation.sandbox.inside.values import encode
from warriorcoder.evaluation.sandbox.isolation import SandboxError
from warriorcoder.evaluation.sandbox.load import Load, Timeouts
from warriorcoder.evaluation.sandbox.outcome import OUTPUT_MB, Outcome, outcome_of, readable

DISK_MB, PROCESSES = 64, 64

WEAK = {
    "process": "runs model-written programs with your own rights",
    "container": "is as strong as the container that the site's command makes",
}
CONSENT = "Install bubblewrap, or consent with i_accept_weak_isolation: true."


@dataclass(frozen=True)
class Program:
    """Untrusted source, then a call of `entry_point` on each of `inputs`.

    Attributes:
        source: the program.
        entry_point: the called function; None only runs the program.
        inputs: lists of plain arguments.
        seconds: the limit of the program instead of the sandbox's.
        call_seconds: the limit of each call.
        known: per input the JSON of a value's encoding, or None. It stays on this side. If this
            text comes back, `outcome.KNOWN` stands for the value. Large ones are not decoded.
    """

    source: str
    entry_point: str | None = None
    inputs: list = field(default_factory=list)
    seconds: float | None = None
    call_seconds: tuple[float, ...] | None = None
    known: list[str | None] = field(default_factory=list)

    def __post_init__(self):
        if self.call_seconds is not None and len(self.call_seconds) != len(self.inputs):
            raise ValueError(f"{len(self.call_seconds)} call_seconds, {len(self.inputs)} inputs")


class Sandbox:
    """A runner of untrusted programs, `workers` at a time, each in an isolated process.

    Use it as a context manager, or call `close`. It ends with the thread that first used it.

    Limits of time grow with the load of the machine (`load`). A program that times out with less
    processor time than its limit runs again while no other program runs. `timeouts` counts both
    kinds.

    Args:
        isolation: `bubblewrap`; or `container` or `process` (need `i_accept_weak_isolation`).
        memory_mb: address space of one process, and resident memory of a program's processes.
        seconds: wall time of one program on a free processor: import, all its inputs and their
            output.
        workers: programs that run at once, each in an interpreter.
        preload: modules imported once for all programs (numpy costs 0.1 s to import).
        python: interpreter of programs and its packages (a virtual environment's, conda's). None
            is this one.
        container: command of `container` that starts a Python 3.11 with standard input attached.
            It must end when standard input closes, e.g. `podman run --rm -i --network=none
            --read-only --tmpfs=/tmp:size=64m --cap-drop=ALL IMAGE python3`.
        assets: environment variable → folder that programs may read, at its own path.

    Raises:
        SandboxError: the isolation lacks consent, or the arguments contradict each other.
    """

    def __init__(
        self,
        isolation: str = "bubblewrap",
        i_accept_weak_isolation: bool = False,
        memory_mb: int = 1024,
        seconds: float = 5.0,
        workers: int = 1,
        preload: tuple[str, ...] = (),
        python: str | None = None,
        container: Sequence[str] | None = None,
        assets: dict[str, str] | None = None,
    ):
        if isolation != "bubblewrap" and not i_accept_weak_isolation:
            raise SandboxError(f"isolation {isolation!r} {WEAK[isolation]}. {CONSENT}")
        if (isolation == "container") != bool(container):
            raise SandboxError(
                "container is the command of isolation 'container'. Give both or none."
            )
        if container and (python or assets):
            raise SandboxError(f"a container has its own Python: {python} cannot run in it")
        self.isolation, self.seconds, self.workers = isolation, seconds, workers
        self._limits = {
            "memory_mb": memory_mb,
            "output_mb": OUTPUT_MB,
            "disk_mb": DISK_MB,
            "processes": PROCESSES,
            "preload": list(preload),
        }
        self._python, self._container = python, tuple(container or ())
        self._assets = assets or {}
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="sandbox")
        self._idle: SimpleQueue[Cell | None] = SimpleQueue()
        self._cells: set[Cell] = set()
        self._ahead = 4 * workers
        self.load, self.timeouts = Load(), Timeouts()
        for _ in range(workers):
            self._idle.put(None)

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        """Kill every sandbox process, and the programs under way."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for cell in [*self._cells]:
            cell.hang_up()
        self._cells.clear()
        self._pool.shutdown()
        while not self._idle.empty():
            if idle := self._idle.get():
                idle.close()

    def start(self) -> None:
        """Start the interpreter of every worker that has none. The first program would, too."""
        signal.siginterrupt(signal.SIGINT, True)  # Polars' handler lets no Ctrl-C end a wait
        cells = [self._idle.get() or self._cell() for _ in range(self._idle.qsize())]
        for cell in cells:
            self._idle.put(cell)

    def run(self, programs: Iterable[Program]) -> list[Outcome]:
        """Return the outcome of each program, in order. The values of each can be read."""
        return list(map(readable, self.stream(programs)))

    def stream(self, programs: Iterable[Program]) -> Iterator[Outcome]:
        """Yield the outcome of each program, in order. A few programs run ahead.

        Nothing has read the values. Reading them can raise, and take long.
        """
        pending: deque[tuple[Program, Future[Outcome]]] = deque()
        started = False
        for program in programs:
            if not started:  # in this thread, since bubblewrap ends with the thread that starts it
                self.start()
                started = True
            pending.append((program, self._pool.submit(self._run, program)))
            if len(pending) > self._ahead:
                yield self._settle(*pending.popleft())
        while pending:
            yield self._settle(*pending.popleft())

    def _settle(self, program: Program, run: Future[Outcome]) -> Outcome:
        """Return the outcome of a run, or of its repetition if the load ended it."""
        outcome = run.result()
        if outcome.starved:
            self.timeouts.wall += 1
            outcome = self._run(program, alone=True)
            self.timeouts.waiting += outcome.starved
        self.timeouts.processor += outcome.status == "timeout" and not outcome.starved
        return outcome

    def _cell(self) -> Cell:
        cell = Cell(self.isolation, self._limits, self._python, self._container, self._assets)
        self._cells.add(cell)
        return cell

    @contextmanager
    def _borrowed(self, count: int) -> Iterator[list[Cell | None]]:
        """Hold `count` cells in which no program runs."""
        cells: list[Cell | None] = []
        try:
            while len(cells) < count:
                cells.append(self._idle.get())
            yield cells
        finally:
            for cell in cells:
                self._idle.put(cell)

    def _run(self, program: Program, alone: bool = False) -> Outcome:
        """Run a program. `alone` waits until no other one runs, and measures the load anew."""
        seconds = program.seconds or self.seconds
        request = {
            "source": program.source,
            "entry_point": program.entry_point,
            "inputs": [encode(tuple(arguments)) for arguments in program.inputs],
        }
        with self._borrowed(self.workers if alone else 1) as cells:
            cell = cells[0]
            try:
                if cell is None or not cell.alive():
                    cell = cells[0] = self._cell()
                self.load.follow(cell, now=alone)
                body = json.dumps(request).encode()
                header, records = cell.run(body, seconds, program.call_seconds, self.load.factor)
                return outcome_of(header, records, len(program.inputs), program.known)
            except Broken as error:
                if cell:
                    self._cells.discard(cell)
                    cell.close()
                cells[0], late = None, error.status == "timeout"
                why = f"sandbox ended: {error}"
                return Outcome(error.status, error=why, seconds=seconds, starved=late)
