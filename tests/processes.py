"""The processes of this machine, for tests that end some of them."""

import time
from collections.abc import Callable
from pathlib import Path


def names() -> set[str]:
    """Return the names of all processes."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/comm"):
        try:
            found.add(path.read_text().strip())
        except OSError:
            continue
    return found


def soon(holds: Callable[[], bool]) -> bool:
    """Return True as soon as a condition holds, or False after 20 seconds."""
    end = time.monotonic() + 20
    while time.monotonic() < end and not holds():
        time.sleep(0.05)
    return holds()
