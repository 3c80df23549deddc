"""Time limits of HumanEval+ and MBPP+, equal to those of evalplus 0.3.1.

The limit of a call is the larger of one second and four times the reference's time. The limit of
the program, loading included, is the sum of these limits, at most a minute, plus two seconds.
"""

from evalplus.config import DEFAULT_GT_TIME_LIMIT_FACTOR as FACTOR
from evalplus.config import DEFAULT_MIN_TIME_LIMIT as LEAST

from warriorcoder.evaluation.benchmarks.truth import Answers

MOST, MORE = 60.0, 2.0  # seconds; `untrusted_check` adds one and joins one later
TRAVEL = 5e6  # bytes per second: the lowest speed at which values leave the sandbox


def limits(answers: Answers, scale: float = 1.0) -> tuple[tuple[float, ...], float]:
    """Return the limits of each call of a program and of the whole program, in seconds.

    The whole program also gets the time in which right values leave the sandbox. `scale` is the
    slowdown of this machine against the machine that timed the reference.
    """
    calls = tuple(scale * max(LEAST, FACTOR * each) for each in answers.seconds)
    travel = sum(map(len, answers.encoded)) / TRAVEL
    return calls, min(scale * MOST, sum(calls)) + scale * MORE + travel
