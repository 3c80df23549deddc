"""Checks of options that several commands share."""

import argparse
import os
import stat
import sys

from warriorcoder.cli import terminal
from warriorcoder.cli.errors import InputError
from warriorcoder.core.atomic import STANDARD, status


def writable(out: str, /, *, option: str = "out", **given: str | os.PathLike | None) -> str:
    """Return the path of a result after a check that it can be written; `-` for standard output.

    Args:
        out: The value of `option`. Any name of standard output's own file is `-`.
        option: The name of the option that gave `out`.
        given: The files that the command reads, by option.

    Raises:
        InputError: the path is a folder, its folder is not writable, or the result would replace a
            file that the command reads, or leave another name of the file with the old content.
        WriteError: the path is too long, or its links form a circle.
    """
    for other, path in given.items():
        if out != STANDARD and path and _same(out, path):
            raise InputError(
                f"--{option} {out} is the file of --{other}, which would be lost. Give --{option} "
                "another file."
            )
    if out == STANDARD or _is_standard_output(out):
        return STANDARD
    target = os.path.realpath(out)
    folder = os.path.dirname(target)
    while not os.path.lexists(folder):
        folder = os.path.dirname(folder)
    found = status(out)
    plain = found is None or stat.S_ISREG(found.st_mode)
    if (
        os.path.isdir(out)
        or (found and not os.access(out, os.W_OK))
        or (plain and not (os.path.isdir(folder) and os.access(folder, os.W_OK)))
    ):
        raise InputError(f"{out}: cannot be written. Give --{option} a file in a writable folder.")
    if found and plain and found.st_nlink > 1:
        raise InputError(
            f"{out}: is a hard link, whose other names would keep the old content. Remove it, or "
            f"give --{option} another file."
        )
    return out


def add_config(parser: argparse.ArgumentParser) -> None:
    """Add `--config`, which takes several files and may be repeated."""
    parser.add_argument(
        "--config",
        required=True,
        nargs="+",
        action="extend",
        type=file,
        metavar="FILE",
        help="a YAML configuration, and files to merge with it, as for Snakemake's --configfile",
    )


def file(path: str) -> str:
    """Return a path with `~` replaced, which a shell leaves in `--out=~/FILE`."""
    return os.path.expanduser(path)


def _same(one: str | os.PathLike, two: str | os.PathLike) -> bool:
    try:
        return os.path.samefile(one, two)
    except OSError:
        return os.path.realpath(one) == os.path.realpath(two)


def _is_standard_output(out: str) -> bool:
    try:
        return os.path.samestat(os.stat(out), os.fstat(sys.stdout.fileno()))
    except (OSError, ValueError, AttributeError):  # no such file, or no descriptor
        return False


def positive(kind: type, most: float = 1e9):
    """Return the argparse type of a number above 0, up to `most`."""

    def number(text: str):
        value = kind(text)
        if not 0 < value <= most:  # NaN fails every comparison
            raise argparse.ArgumentTypeError(
                f"{terminal.word(text)} is not above 0 and at most {most:g}"
            )
        return value

    return number
