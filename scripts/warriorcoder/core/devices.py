"""Which of a machine's GPUs a job runs on, where Snakemake only counts them.

SLURM shows a job its own. Elsewhere jobs take theirs here, by a lock on each that ends with the
process that holds it, however that ends.
"""

import fcntl
import logging
import os
import tempfile
import time
from pathlib import Path
from typing import IO

log = logging.getLogger("warriorcoder")
LOCKS = Path(tempfile.gettempdir()) / f"warriorcoder-gpus-{os.getuid()}"
SEEN = "CUDA_VISIBLE_DEVICES"
_held: dict[str, IO] = {}


class DeviceError(RuntimeError):
    """A job asks for more GPUs than its machine has; the message names the keys."""


def take(count: int) -> None:
    """Show this process, and what it starts, `count` GPUs that no other job has; waits for them.

    Does nothing where no GPU is to be seen, or where SLURM has chosen them.

    Raises:
        DeviceError: the machine has fewer.
    """
    names = visible()
    if not count or not names or ("SLURM_JOB_ID" in os.environ and len(names) <= count):
        return
    if len(names) < count:
        raise DeviceError(
            f"the job asks for {count} GPUs and sees {len(names)} ({', '.join(names)}): lower its "
            f"`gpus`, cap those of all jobs (cluster.max_gpus), or mend {SEEN}"
        )
    LOCKS.mkdir(exist_ok=True)
    with _file("queue") as queue:
        fcntl.flock(queue, fcntl.LOCK_EX)  # the first in line takes what comes free
        while len(_held) < count:
            for name in names:
                if len(_held) < count and name not in _held and (lock := _locked(name)):
                    _held[name] = lock
            if len(_held) < count:
                log.info("waiting for GPUs: %d of %d are free", len(_held), count)
                time.sleep(5)
    os.environ[SEEN] = ",".join(_held)
    log.info("runs on GPUs %s", os.environ[SEEN])


def visible() -> list[str]:
    """The GPUs that this process may see, as `CUDA_VISIBLE_DEVICES` names them."""
    if (given := os.environ.get(SEEN)) is not None:
        return [name for name in given.split(",") if name]
    return [str(number) for number, _ in enumerate(Path("/dev").glob("nvidia[0-9]*"))]


def _locked(name: str) -> IO | None:
    file = _file(name)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return file
    except BlockingIOError:
        file.close()
        return None


def _file(name: str) -> IO:
    return (LOCKS / name.replace("/", "_")).open("w")
