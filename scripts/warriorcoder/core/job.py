"""Setup of a script: a log file that also records a crash, and the job's cost."""

import atexit
import json
import logging
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warriorcoder.core import devices
from warriorcoder.core.atomic import atomic

WORK: list[float] = []  # seconds that grow with the rows of this process's job


def start(log: str) -> logging.Logger:
    """Write all that the process says to the file `log`, and the job's cost at its exit.

    That includes what libraries print and uncaught errors. A terminal shows one line for each job.
    The cost file `{log}.cost.json` holds wall seconds, CPU seconds of this process and its
    children, the largest resident set of one process in MB, and the seconds in `WORK`, if any.
    """
    Path(log).parent.mkdir(parents=True, exist_ok=True)
    with open(log, "w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", force=True)
    logger = logging.getLogger("warriorcoder")
    begun = time.time()
    sys.excepthook = lambda *error: logger.error("failed", exc_info=error)
    atexit.register(_write_cost, f"{log}.cost.json", begun)
    return logger


def tell(log: str, text: str) -> None:
    """Log a text. The terminal shows it, too, when the job is finished."""
    logging.getLogger("warriorcoder").info("\n%s", text)
    with atomic(f"{log}.told.txt") as temporary:
        temporary.write_text(text)


@contextmanager
def work() -> Iterator[None]:
    """Count the seconds of a block as work, which grows with the rows of the job."""
    begun = time.time()
    yield
    WORK.append(time.time() - begun)


def granted(resources) -> int:
    """Return the number of GPUs in a job's resources: `gpu=4`, or `gres="gpu:h200:4"`."""
    gres = resources.get("gres")
    return int(gres.rpartition(":")[2]) if gres else resources.get("gpu", 0)


def take_gpus(resources) -> int:
    """Reserve the GPUs in a job's resources and return their number.

    Raises:
        DeviceError: this machine has fewer GPUs.
    """
    count = granted(resources)
    devices.take(count)
    return count


def _write_cost(path: str, begun: float) -> None:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cost: dict[str, float] = {
        "seconds": round(time.time() - begun, 3),
        "cpu_seconds": round(sum(usage.ru_utime + usage.ru_stime for usage in usages), 3),
        "max_rss_mb": round(max(usage.ru_maxrss for usage in usages) / 1024, 1),
    }
    if WORK:
        cost["work_seconds"] = round(sum(WORK), 3)
    with atomic(path) as temporary:
        temporary.write_text(json.dumps(cost) + "\n")
