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

import numpy as np

from warriorcoder.arena.battle_score import EQUAL, ROUNDED, battle_score


def settled(t_a: np.ndarray, t_d: np.ndarray, left: np.ndarray) -> np.ndarray:
    """Return whether s is fixed, bool [m]: the votes left can neither turn nor level the lead."""
    return (np.abs(t_a - t_d) > left) | (left == 0)


def bounds(t_a: np.ndarray, t_d: np.ndarray, left: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and greatest x_{A>D} (Eq. 2) that the votes left make possible, [m]."""
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
    """Return how far the votes left of a battle can move the scores of candidates (Eq. 5), [m].

    0 where both players are out of the running, or the gold answer is decided. A candidate is out
    where another is above it, or level and before it, in every outcome. Two candidates' worst cases
    for a comparison are one outcome (a battle of theirs moves them apart), so that comparing
    intervals is exact: an instruction is decided if and only if one candidate is left.

    Args:
        a, d, instruction: player numbers and instruction number of each battle.
        x: X_{A>D} (Eq. 3) from ratings that are exact.
        low, high: from `bounds`.
        precedence: [instructions, n], who wins a tie: the lowest (fewer tokens, roster order).
    """
    instructions, n = precedence.shape
    cells = np.concatenate([instruction * n + a, instruction * n + d])
    fought = np.bincount(cells, minlength=instructions * n).reshape(instructions, n)

    def scores(local_a, local_d):
        e = np.concatenate([battle_score(alpha, x, local_a), battle_score(alpha, 1 - x, local_d)])
        total = np.bincount(cells, e, minlength=instructions * n).reshape(instructions, n)
        return np.where(fought > 0, total / np.maximum(fought, 1), -np.inf)

    worst, best = scores(low, 1 - high), scores(high, 1 - low)
    level = worst > worst.max(1, keepdims=True) - EQUAL
    safest = np.where(level, precedence, precedence.max() + 1).argmin(1)
    rows = np.arange(instructions)
    behind = worst[rows, safest][:, None] - best
    later = precedence > precedence[rows, safest][:, None]
    out = (behind > ROUNDED) | ((behind > -EQUAL) & later)
    candidate = ~out & (fought > 0)
    candidate[rows, safest] = True
    undecided = candidate.sum(1, keepdims=True) > 1
    moved = (candidate & undecided) / np.maximum(fought, 1)
    return battle_score(alpha, 0, high - low) * (moved[instruction, a] + moved[instruction, d])
