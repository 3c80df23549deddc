"""Time limits of HumanEval+ and MBPP+, as evalplus 0.3.1 has them.

A call gets the larger of one second and four times the reference's own time; all calls together,
with what comes before the first, get the sum of that but no more than a minute, and two seconds.
"""

from evalplus.config import DEFAULT_GT_TIME_LIMIT_FACTOR as FACTOR
from evalplus.config import DEFAULT_MIN_TIME_LIMIT as LEAST

from warriorcoder.evaluation.benchmarks.truth import Answers

MOST, MORE = 60.0, 2.0  # seconds; `untrusted_check` adds one and joins one later
TRAVEL = 5e6  # bytes a second at which values leave the sandbox at the least


def limits(answers: Answers, scale: float = 1.0) -> tuple[tuple[float, ...], float]:
    """Seconds that each call of a program may take, and all together.

    All together also have the time in which right values travel, which evalplus' need not. `scale`
    says how much slower this machine is than the one that timed the reference.
    """
    calls = tuple(scale * max(LEAST, FACTOR * each) for each in answers.seconds)
    travel = sum(map(len, answers.encoded)) / TRAVEL
    return calls, min(scale * MOST, sum(calls)) + scale * MORE + travel
