"""Options that several commands have."""

import argparse
import os
from pathlib import Path

from warriorcoder.cli.errors import InputError


def writable(out: str) -> Path:
    """Where a result goes; checked before the work begins.

    Raises:
        InputError: nothing can be written there.
    """
    path = Path(out)
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if path.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise InputError(f"{out}: cannot be written; give --out a file in a folder of yours")
    return path


def positive(kind: type):
    """Type of an option: a finite number above 0."""

    def number(text: str):
        value = kind(text)
        if not 0 < value < float("inf"):
            raise argparse.ArgumentTypeError(f"{text} is not above 0")
        return value

    return number
