"""A sandbox that reports its progress on standard error."""

import sys
import time
from collections.abc import Iterable, Iterator

from warriorcoder.evaluation.sandbox import Outcome, Program, Sandbox


class Watched(Sandbox):
    """Sandbox with a line on a terminal that counts the finished programs."""

    def stream(self, programs: Iterable[Program]) -> Iterator[Outcome]:
        """Run the programs as `Sandbox.stream` and update the line."""
        begun = shown = time.monotonic()
        for number, outcome in enumerate(super().stream(programs), 1):
            yield outcome
            if sys.stderr.isatty() and time.monotonic() - shown > 0.2:
                shown = time.monotonic()
                print(f"\r{number} programs, {shown - begun:.0f} s ", end="", file=sys.stderr)
        if shown > begun:
            print("\r" + " " * 40, end="\r", file=sys.stderr)
