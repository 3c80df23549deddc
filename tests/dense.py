"""Sequential judging in dense arrays, for arenas of thousands: what the rules ask, vote by vote."""

from functools import cache
from itertools import count

import numpy as np

from warriorcoder.arena.sequential import plan


def tally(votes: np.ndarray, asked: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(t_a, t_d, left) where each battle's first `asked` judges have voted.

    Args:
        votes: [m, judges] in the order of asking: 1 for the attacker, -1 the defender, 0 neither.
    """
    seen = np.arange(votes.shape[1]) < asked[:, None]
    return ((votes > 0) & seen).sum(1), ((votes < 0) & seen).sum(1), votes.shape[1] - asked


def fix_results(votes: np.ndarray) -> np.ndarray:
    """Phase 1: how many judges each battle asks until its result is fixed, int [m]."""
    asked = np.zeros(len(votes), dtype=np.int64)
    while not (fixed := plan.settled(*tally(votes, asked))).all():
        asked += ~fixed
    return asked


def fix_gold(
    votes: np.ndarray,
    asked: np.ndarray,
    a: np.ndarray,
    d: np.ndarray,
    instruction: np.ndarray,
    x: np.ndarray,
    precedence: np.ndarray,
    alpha: float,
    rounds: int | None = None,
) -> np.ndarray:
    """Phase 2: how many judges each battle has asked when every gold answer is fixed, int [m].

    A round asks one vote for each undecided instruction, in the battle that can move its scores
    most. The last of `rounds` asks all that is left of every pivotal battle; without a limit rounds
    go on while anything is undecided. The other arguments are those of `sequential.pivotal`.
    """
    asked = asked.copy()
    for number in count(1):
        low, high = plan.bounds(*tally(votes, asked))
        move = plan.pivotal(a, d, instruction, x, low, high, precedence, alpha)
        if not move.any():
            return asked
        if number == rounds:
            asked[move > 0] = votes.shape[1]
            return asked
        order = np.lexsort((-move, instruction))
        first = order[np.unique(instruction[order], return_index=True)[1]]
        asked[first[move[first] > 0]] += 1


@cache
def saving_bound(accuracy: float, judges: int) -> float:
    """The largest expected share of calls saved by anything that fixes every result s.

    Judges who are right independently with this probability, and never tie. Three of them:
    (p^2 + (1 - p)^2) / 3, where the first two agree. Phase 2 only takes away from it.
    """

    def asked(lead: int, left: int) -> float:
        if abs(lead) > left or left == 0:
            return 0.0
        right, wrong = asked(lead + 1, left - 1), asked(lead - 1, left - 1)
        return 1 + accuracy * right + (1 - accuracy) * wrong

    return 1 - asked(0, judges) / judges
