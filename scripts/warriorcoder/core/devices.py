"""GPU assignment for jobs on one machine.

Snakemake only counts GPUs, and SLURM shows a job only its own GPUs. Without SLURM, a job locks one
file per GPU. The kernel releases the lock when the process ends, even after a crash.
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
VISIBLE = "CUDA_VISIBLE_DEVICES"
_held: dict[str, IO] = {}


class DeviceError(RuntimeError):
    """A job asks for more GPUs than its machine has. The message names the config keys."""


def take(count: int) -> None:
    """Reserve `count` GPUs and make only these visible to this process and its children.

    Waits until enough GPUs are free. Does nothing without visible GPUs, or if SLURM chose them.

    Raises:
        DeviceError: the machine has fewer GPUs.
    """
    names = visible()
    if not count or not names or ("SLURM_JOB_ID" in os.environ and len(names) <= count):
        return
    if len(names) < count:
        raise DeviceError(
            f"the job asks for {count} GPUs and sees {len(names)} ({', '.join(names)}). Lower its "
            f"`gpus`, cap the GPUs of all jobs (cluster.max_gpus), or fix {VISIBLE}."
        )
    LOCKS.mkdir(exist_ok=True)
    with _file("queue") as queue:
        fcntl.flock(
            queue, fcntl.LOCK_EX
        )  # the first job in the queue takes every GPU that becomes free
        while len(_held) < count:
            for name in names:
                if len(_held) < count and name not in _held and (lock := _locked(name)):
                    _held[name] = lock
            if len(_held) < count:
                log.info("waiting for GPUs: %d of %d are free", len(_held), count)
                time.sleep(5)
    os.environ[VISIBLE] = ",".join(_held)
    log.info("runs on GPUs %s", os.environ[VISIBLE])


def visible() -> list[str]:
    """Return the GPUs that this process may use, named as in `CUDA_VISIBLE_DEVICES`."""
    if (given := os.environ.get(VISIBLE)) is not None:
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
