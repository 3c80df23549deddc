"""A sandbox that says on standard error how far it is."""

import sys
import time
from collections.abc import Iterable, Iterator

from warriorcoder.evaluation.sandbox import Outcome, Program, Sandbox


class Watched(Sandbox):
    """Where standard error is a terminal, one line there counts the programs that ran."""

    def stream(self, programs: Iterable[Program]) -> Iterator[Outcome]:
        begun = shown = time.monotonic()
        for number, outcome in enumerate(super().stream(programs), 1):
            yield outcome
            if sys.stderr.isatty() and time.monotonic() - shown > 0.2:
                shown = time.monotonic()
                print(f"\r{number} programs, {shown - begun:.0f} s ", end="", file=sys.stderr)
        if shown > begun:
            print("\r" + " " * 40, end="\r", file=sys.stderr)
