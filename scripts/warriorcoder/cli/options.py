"""Checks of options that several commands share."""

import argparse
import os
from pathlib import Path

from warriorcoder.cli.errors import InputError


def writable(out: str) -> Path:
    """Return the path of a result after a check that it can be written.

    Raises:
        InputError: the path is a folder, or its folder is not writable.
    """
    path = Path(out)
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if path.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise InputError(f"{out}: cannot be written. Give --out a file in a writable folder.")
    return path


def positive(kind: type):
    """Return the argparse type of a finite number above 0."""

    def number(text: str):
        value = kind(text)
        if not 0 < value < float("inf"):
            raise argparse.ArgumentTypeError(f"{text} is not above 0")
        return value

    return number
