"""Everything that a command prints, with control characters made visible."""

import os
import re
import sys
from typing import TextIO

from warriorcoder.core.atomic import ClosedPipe

# All but tab and newline: they move the cursor, colour or reorder text, or are half of a character.
CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


class OutputError(OSError):
    """Standard output cannot be written to, for example because its disk is full."""


def visible(text: str) -> str:
    """Return a text with its control characters as escapes: ESC is shown by four characters."""
    return CONTROLS.sub(lambda found: ascii(found[0])[1:-1], text)


def word(text: str) -> str:
    """Return a text that stays on its line."""
    return visible(text).replace("\n", "\\n").replace("\t", "\\t")


def say(text: str, file: TextIO | None = None) -> None:
    """Print a text, to standard output by default.

    Raises:
        ClosedPipe: nobody reads it.
        OutputError: its disk is full.
    """
    _checked(lambda: print(visible(text), file=file or sys.stdout))


def flush() -> None:
    """Write what standard output still holds back. Raises as `say`."""
    _checked(lambda: sys.stdout and sys.stdout.flush())


def adapt() -> None:
    """Let both streams escape the characters that their encoding lacks."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def discard() -> None:
    """Drop what standard output holds back, so that Python does not fail on it at its exit."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)


def _checked(write) -> None:
    try:
        write()
    except BrokenPipeError:
        raise ClosedPipe from None
    except OSError as error:
        raise OutputError(
            f"standard output: cannot be written ({error.strerror}). Free some space, or write to "
            "another disk."
        ) from None
