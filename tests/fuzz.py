"""Random cases for tests, by number: case n is the same in every run.

`WARRIORCODER_FUZZ` is the number of cases for each test (`make fuzz`).
"""

import inspect
import os
import time
from collections.abc import Callable
from random import Random

CASES = int(os.environ.get("WARRIORCODER_FUZZ", 2000))


def texts(pieces: list[str], most: int = 30) -> Callable[[Random], str]:
    """Return a maker of texts of up to `most` pieces, some of which repeat."""

    def make(rng: Random) -> str:
        chosen = rng.choices(pieces, k=rng.randint(0, most))
        if chosen and rng.random() < 0.2:
            chosen += rng.choices(chosen, k=len(chosen))
        return "".join(chosen)

    return make


def cases(*makers: Callable[[Random], object]) -> Callable:
    """Call a test once per case with what `makers` make. A failure shows that."""

    def decorate(test: Callable) -> Callable:
        def run(**fixtures) -> None:
            for case in range(CASES):
                rng = Random(case)
                made = [make(rng) for make in makers]
                try:
                    test(*made, **fixtures)
                except BaseException as error:
                    error.add_note(f"case {case}: {made!r}")
                    raise

        asked = [*inspect.signature(test).parameters.values()][len(makers) :]
        run.__signature__ = inspect.Signature(asked)
        run.__name__, run.__doc__ = test.__name__, test.__doc__
        return run

    return decorate


def seconds(read: Callable, text, times: int = 3) -> float:
    """Return the shortest CPU time of some readings."""
    taken = []
    for _ in range(times):
        begun = time.process_time()
        read(text)
        taken.append(time.process_time() - begun)
    return min(taken)
