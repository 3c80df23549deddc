"""Lossless sequential judging: the gold answers of all votes, for fewer of them.

Phase 1 asks a battle's judges one after another until its result s is fixed whatever the others
vote, so every rating that reads results alone (Elo `final`, `online`, `permuted`; Bradley-Terry)
is the full one's. Phase 2 buys the votes left over only where they could still change who wins
Eq. 5. Afterwards the votes at hand give the same gold answers as all votes would: that nobody else
votes for either is one of the outcomes that were ruled to make no difference. Local scores and
margins stay estimates from the votes at hand; ratings that read single votes need all of them.

Everywhere t_a, t_d are the votes for either player and `left` the votes not asked for yet, int
arrays [m] over battles; a tie or an invalid vote counts for neither.
"""

from functools import cache

import numpy as np

# `gold.crown` rounds scores to 12 digits, so that equal ones stay equal.
EQUAL, ROUNDED = 1e-13, 1e-11


def settled(t_a: np.ndarray, t_d: np.ndarray, left: np.ndarray) -> np.ndarray:
    """Whether s is fixed, bool [m]: by a lead that the others can neither turn nor level."""
    return (np.abs(t_a - t_d) > left) | (left == 0)


def bounds(t_a: np.ndarray, t_d: np.ndarray, left: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest x_{A>D} (Eq. 2) that the votes not asked for yet leave possible, [m]."""
    total = t_a + t_d + left
    share = [
        np.divide(won, total, np.full(len(total), 0.5), where=total > 0)
        for won in (t_a, t_a + left)
    ]
    return share[0], share[1]


def pivotal(
    a: np.ndarray,
    d: np.ndarray,
    instruction: np.ndarray,
    x: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    precedence: np.ndarray,
    alpha: float,
) -> np.ndarray:
    """Battles whose votes not asked for yet could change a gold answer (Eq. 5), bool [m].

    A candidate is out where another is above it, or level and before it, in every outcome. Both
    candidates' worst cases for a comparison are one outcome (a battle that they fought against
    each other pulls them apart), so comparing intervals is exact: an instruction is decided if
    and only if one candidate is left.

    Args:
        a, d, instruction: player numbers and instruction number of each battle.
        x: X_{A>D} (Eq. 3) from ratings that are exact.
        low, high: from `bounds`.
        precedence: [instructions, n], who wins a tie: the lowest (fewer tokens, roster order).
    """
    count, n = precedence.shape
    cells = np.concatenate([instruction * n + a, instruction * n + d])
    fought = np.bincount(cells, minlength=count * n).reshape(count, n)

    def scores(local_a, local_d):
        e = np.concatenate(
            [alpha * x + (1 - alpha) * local_a, alpha * (1 - x) + (1 - alpha) * local_d]
        )
        total = np.bincount(cells, e, minlength=count * n).reshape(count, n)
        return np.where(fought > 0, total / np.maximum(fought, 1), -np.inf)

    worst, best = scores(low, 1 - high), scores(high, 1 - low)
    level = worst > worst.max(1, keepdims=True) - EQUAL
    safest = np.where(level, precedence, precedence.max() + 1).argmin(1)
    rows = np.arange(count)
    behind = worst[rows, safest][:, None] - best
    later = precedence > precedence[rows, safest][:, None]
    out = (behind > ROUNDED) | ((behind > -EQUAL) & later)
    candidate = ~out & (fought > 0)
    candidate[rows, safest] = True
    undecided = candidate.sum(1) > 1
    involved = candidate[instruction, a] | candidate[instruction, d]
    return undecided[instruction] & involved & (high > low)


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
    while not (fixed := settled(*tally(votes, asked))).all():
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
    at_once: bool = False,
) -> np.ndarray:
    """Phase 2: how many judges each battle has asked when every gold answer is fixed, int [m].

    Every round asks one more judge of each undecided instruction, in the battle whose vote can move
    the scores most, or `at_once` all that are left of every pivotal battle. The other arguments are
    those of `pivotal`.
    """
    asked = asked.copy()
    fought = np.zeros(precedence.shape, dtype=np.int64)
    np.add.at(fought, (instruction, a), 1)
    np.add.at(fought, (instruction, d), 1)
    weight = 1 / fought[instruction, a] + 1 / fought[instruction, d]
    while True:
        low, high = bounds(*tally(votes, asked))
        open = pivotal(a, d, instruction, x, low, high, precedence, alpha)
        if not open.any():
            return asked
        if at_once:
            asked[open] = votes.shape[1]
        else:
            order = np.lexsort(((low - high) * weight * open, instruction))
            first = order[np.unique(instruction[order], return_index=True)[1]]
            asked[first[open[first]]] += 1


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
