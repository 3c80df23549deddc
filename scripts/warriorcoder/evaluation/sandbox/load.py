"""The load of the machine: limits of time follow it, and it is not a program's failure."""

import json
import time
from dataclasses import dataclass

from warriorcoder.evaluation.sandbox.cell import Cell

EVERY = 10.0  # seconds between two probes
MOST = 10.0  # limits grow no further: programs that run side by side could raise the load
PROBE_SECONDS = 60.0
# Wall time over processor time of a loop that has nothing to wait for but a processor.
PROBE = """
import time

def probe():
    wall, used = time.perf_counter(), time.process_time()
    while time.process_time() - used < 0.02:
        pass
    return (time.perf_counter() - wall) / (time.process_time() - used)
"""


class Load:
    """The factor by which wall time exceeds processor time, measured in the sandbox.

    Attributes:
        factor: the last measurement, from 1 (a free processor) to `MOST`.
        highest: the highest measurement.
    """

    def __init__(self) -> None:
        self.factor = self.highest = 1.0
        self._next = 0.0

    def follow(self, cell: Cell, now: bool = False) -> None:
        """Run the probe in a cell if the last one is `EVERY` seconds old, or at once.

        Raises:
            Broken: the cell does not answer.
        """
        if not now and time.monotonic() < self._next:
            return
        self._next = time.monotonic() + EVERY
        request = {"source": PROBE, "entry_point": "probe", "inputs": [[]]}
        header, records = cell.run(json.dumps(request).encode(), PROBE_SECONDS, None)
        first = json.loads(records.partition(b"\n")[0] or b"{}")
        if header["end"] == "exit" and "v" in first:
            self.factor = min(MOST, max(1.0, first["v"]))
            self.highest = max(self.highest, self.factor)


@dataclass
class Timeouts:
    """Counts of runs that timed out.

    Attributes:
        processor: they used up their processor time. They are never repeated.
        wall: they had less processor time than their limit. They ran again, alone.
        waiting: those of `wall` that timed out in the same way when they ran alone.
    """

    processor: int = 0
    wall: int = 0
    waiting: int = 0
