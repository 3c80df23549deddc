"""Elo (Eqs. 3-4) on arrays of battles.

Everywhere `a` and `d` are int arrays [m] of player numbers, `s` a float array [m] of results for
`a` (1, 0.5, 0; or the expected result of a battle that nobody judged), and n the number of players.
"""

from collections.abc import Iterable

import numpy as np

from warriorcoder.arena.tally import numbered


def expected(r_a: np.ndarray, r_d: np.ndarray) -> np.ndarray:
    """Return X_{A>D} = 1 / (1 + 10^((R_D - R_A) / 400)) (Eq. 3)."""
    return 1 / (1 + 10 ** ((r_d - r_a) / 400))


def elo(a, d, s, n: int, k: float, initial: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Play sequential Elo in the given order (Eqs. 3-4), both updated from the same ratings.

    Returns:
        Final ratings [n], and each battle's ratings of `a` and of `d` before it [m] (`online`).
    """
    ratings = [float(initial)] * n
    before_a, before_d = np.empty(len(a)), np.empty(len(a))
    for t, (i, j, result) in enumerate(zip(a.tolist(), d.tolist(), s.tolist(), strict=True)):
        before_a[t], before_d[t] = ratings[i], ratings[j]
        change = k * (result - 1 / (1 + 10 ** ((ratings[j] - ratings[i]) / 400)))
        ratings[i] += change
        ratings[j] -= change
    return np.array(ratings), before_a, before_d


def elo_orders(a, d, s, orders: Iterable[np.ndarray], n: int, k: float, initial: float):
    """Return final Elo ratings [p, n] for each of p orders [m] of the battles.

    The orders are played side by side, so that each operation serves all of them.
    """
    game, results = numbered(a, d, s, n)
    played = np.stack([game[order] for order in orders])
    ratings = np.full(len(played) * n, float(initial))
    row = n * np.arange(len(played))
    pair, place = np.divmod(np.arange(len(results) * n * n), max(len(results), 1))
    won = results[place]
    for begin in range(0, played.shape[1], 4096):
        block = np.ascontiguousarray(played[:, begin : begin + 4096].T)
        firsts, seconds = row + pair[block] // n, row + pair[block] % n
        for i, j, result in zip(firsts, seconds, won[block], strict=True):
            r_i, r_j = ratings[i], ratings[j]
            change = k * (result - expected(r_i, r_j))
            ratings[i] = r_i + change
            ratings[j] = r_j - change
    return ratings.reshape(-1, n)
