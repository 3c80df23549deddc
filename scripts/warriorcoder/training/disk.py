"""Room on the disk of a training, and files that survive a loss of power."""

import os
import shutil
from pathlib import Path

from transformers.utils import logging

from warriorcoder.models import fit

log = logging.get_logger(__name__)
GB = 1e9


class DiskError(RuntimeError):
    """There is no room for what a training writes. The message names the folder and the fix."""


def free(folder: Path) -> float:
    """Return the free bytes of the file system that holds `folder`."""
    return shutil.disk_usage(folder).free


def check(folder: Path, parameters: int, checkpoints: bool, trained: int | None = None) -> None:
    """Refuse a training whose weights and one checkpoint do not fit, before its first step.

    Args:
        folder: the folder of the training; what it holds already may be overwritten.
        parameters: the number of the model's parameters.
        checkpoints: False if the training writes none.
        trained: the parameters that a checkpoint holds; None: all.

    Raises:
        DiskError: there is too little room.
    """
    held = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    room = free(folder) + held
    one = checkpoints * fit.checkpoint_bytes(parameters if trained is None else trained)
    least, wanted = (fit.saved_bytes(parameters) + count * one for count in (1, 2))
    if room < least:
        fix = "Make room, or set results to a larger disk"
        fix += ", or training.checkpoint_minutes to null." if checkpoints else "."
        raise DiskError(
            f"{folder.parent}: {room / GB:.1f} GB are free, and the training writes "
            f"{least / GB:.1f} GB. {fix}"
        )
    if room < wanted:
        log.warning(
            "%s: %.1f GB are free, and two checkpoints take %.1f GB with the weights. The old one "
            "is deleted before a new one is written.",
            *(folder.parent, room / GB, wanted / GB),
        )


def sync(folder: Path) -> None:
    """Wait until the disk has all of `folder`."""
    for path in folder.rglob("*"):
        sync_entry(path)
    sync_entry(folder)


def sync_entry(path: Path) -> None:
    """Wait until the disk has a file, or the names in a folder."""
    entry = os.open(path, os.O_RDONLY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)
