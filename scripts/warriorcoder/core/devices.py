"""GPU assignment for jobs on one machine.

Snakemake only counts GPUs, and SLURM shows a job only its own GPUs. Without SLURM, a job locks one
file per GPU. The kernel releases the lock when the process ends, even after a crash. All users of a
machine share the folder of the locks. It is sticky, so that no user deletes another's lock.
"""

import fcntl
import logging
import os
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger("warriorcoder")
LOCKS = Path("/tmp/warriorcoder-gpus")  # not TMPDIR, which may differ from user to user
VISIBLE = "CUDA_VISIBLE_DEVICES"
ASK = ["nvidia-smi", "--query-gpu=index,uuid,name,memory.total,memory.free"]
_held: dict[str, int] = {}


class DeviceError(RuntimeError):
    """A job cannot have its GPUs. The message names the config keys, or the file to delete."""


@dataclass(frozen=True)
class Gpu:
    """A GPU of this machine, with bytes of memory."""

    index: str
    uuid: str
    name: str
    total: float
    free: float


def take(count: int) -> None:
    """Reserve `count` GPUs and make only these visible to this process and its children.

    Waits until enough GPUs are free. Does nothing without visible GPUs, or if SLURM chose them.

    Raises:
        DeviceError: the machine has fewer GPUs, or its folder of locks is unusable.
    """
    names = visible()
    if not count or not names or ("SLURM_JOB_ID" in os.environ and len(names) <= count):
        return
    if len(names) < count:
        raise DeviceError(
            f"the job asks for {count} GPUs and sees {len(names)} ({', '.join(names)}). Lower its "
            f"`gpus`, cap the GPUs of all jobs (cluster.max_gpus), or fix {VISIBLE}."
        )
    _make_folder()
    locks = _locks(names)
    queue = _open("queue")
    try:
        fcntl.flock(
            queue, fcntl.LOCK_EX
        )  # the first job in the queue takes every GPU that becomes free
        while len(_held) < count:
            for name in names:
                if len(_held) < count and name not in _held:
                    lock = _locked(locks[name])
                    if lock is not None:
                        _held[name] = lock
            if len(_held) < count:
                log.info("waiting for GPUs: %d of %d are free", len(_held), count)
                time.sleep(5)
    finally:
        os.close(queue)
    os.environ[VISIBLE] = ",".join(_held)
    log.info("runs on GPUs %s", os.environ[VISIBLE])


def visible() -> list[str]:
    """Return the GPUs that this process may use, named as in `CUDA_VISIBLE_DEVICES`."""
    if (given := os.environ.get(VISIBLE)) is not None:
        return [name for name in given.split(",") if name]
    return [str(number) for number, _ in enumerate(Path("/dev").glob("nvidia[0-9]*"))]


def gpus() -> list[Gpu]:
    """Return the GPUs that this process may use, as nvidia-smi describes them; none without it."""
    try:
        asked = subprocess.run(
            [*ASK, "--format=csv,noheader,nounits"], capture_output=True, text=True, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    rows = [[word.strip() for word in line.split(",")] for line in asked.stdout.splitlines()]
    found = [
        Gpu(index, uuid, name, float(total) * 2**20, float(free) * 2**20)
        for index, uuid, name, total, free in (row for row in rows if len(row) == 5)
        if total.isdigit() and free.isdigit()  # some devices say [N/A]
    ]
    return [gpu for name in visible() for gpu in found if _is(gpu, name)]


def _is(gpu: Gpu, name: str) -> bool:
    return gpu.index == name or (name.startswith("GPU-") and gpu.uuid.startswith(name))


def _locks(names: list[str]) -> dict[str, str]:
    """Return GPU → name of its lock: the UUID, as one job may say 0 and another GPU-…."""
    found = gpus()
    return {
        name: next((gpu.uuid for gpu in found if _is(gpu, name)), name).replace("/", "_")
        for name in names
    }


def _locked(name: str) -> int | None:
    """Return the descriptor of a GPU's locked file, None if another job holds the lock."""
    file = _open(name)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return file
    except BlockingIOError:
        os.close(file)
        return None


def _make_folder() -> None:
    """Make the folder of the locks, which every user may write to.

    Raises:
        DeviceError: another thing has its name.
    """
    with _for_all_users():
        LOCKS.mkdir(0o1777, exist_ok=True)
    found = LOCKS.lstat().st_mode
    if not stat.S_ISDIR(found) or stat.S_IMODE(found) != 0o1777:
        raise DeviceError(
            f"{LOCKS} holds the locks of GPUs, and is {stat.filemode(found)}. It must be a folder "
            f"with the mode 1777. Delete it, or run: chmod 1777 {LOCKS}"
        )


def _open(name: str) -> int:
    """Return the descriptor of a lock's file, which is made if there is none.

    A file that another user made is opened without O_CREAT, since Linux refuses that
    (`fs.protected_regular`).

    Raises:
        DeviceError: the name is no regular file, for example a link.
    """
    path = LOCKS / name
    for flags in (0, os.O_CREAT | os.O_EXCL, 0):
        try:
            with _for_all_users():
                # A FIFO does not block a descriptor that reads and writes.
                file = os.open(path, os.O_RDWR | os.O_NOFOLLOW | flags, 0o666)
        except (FileNotFoundError, FileExistsError):
            continue
        except OSError as error:
            raise DeviceError(f"{path}, the lock of a GPU: {error.strerror}. Delete it.") from None
        if stat.S_ISREG(os.fstat(file).st_mode):
            return file
        os.close(file)
    raise DeviceError(f"{path}, the lock of a GPU, is no regular file. Delete it.")


@contextmanager
def _for_all_users() -> Iterator[None]:
    """Make files whose modes the user's umask does not narrow."""
    before = os.umask(0)
    try:
        yield
    finally:
        os.umask(before)
