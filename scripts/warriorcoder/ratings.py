"""Ratings as pure functions on battle results: Elo (Eqs. 3-4) and Bradley-Terry.

Everywhere `a` and `d` are int arrays [m] of player numbers, `s` a float array [m] of results for
`a` (1, 0.5, 0), and n the number of players.
"""

import numpy as np
import polars as pl

BATTLE = ["id", "attacker", "defender"]


def tally(votes: pl.DataFrame) -> pl.DataFrame:
    """One row per battle: id, attacker, defender, votes for each, `local` and `result`.

    `local` is x_{A>D} = t_A / (t_A + t_D), 0.5 where nobody got a vote (Eq. 2); `result` is s: 1,
    0.5 or 0 as t_A is above, equal to or below t_D. Ties and invalid votes count for neither.
    """
    for_a, for_d = (pl.col("vote") == side for side in ("attacker", "defender"))
    return (
        votes.group_by(BATTLE, maintain_order=True)
        .agg(t_attacker=for_a.sum().cast(pl.Int64), t_defender=for_d.sum().cast(pl.Int64))
        .with_columns(
            local=(pl.col("t_attacker") / (pl.col("t_attacker") + pl.col("t_defender")))
            .fill_nan(0.5)
            .cast(pl.Float64),
            result=((pl.col("t_attacker") - pl.col("t_defender")).sign() + 1) / 2,
        )
    )


def expected(r_a: np.ndarray, r_d: np.ndarray) -> np.ndarray:
    """X_{A>D} = 1 / (1 + 10^((R_D - R_A) / 400)) (Eq. 3)."""
    return 1 / (1 + 10 ** ((r_d - r_a) / 400))


def elo(a, d, s, n: int, k: float, initial: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sequential Elo in the given order (Eqs. 3-4), both players updated from the same ratings.

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


def elo_orders(a, d, s, orders: np.ndarray, n: int, k: float, initial: float) -> np.ndarray:
    """Final Elo ratings [p, n] for each of p orders [p, m] of the battles."""
    ratings = np.full((len(orders), n), float(initial))
    rows = np.arange(len(orders))
    for battle in orders.T:
        i, j = a[battle], d[battle]
        change = k * (s[battle] - expected(ratings[rows, i], ratings[rows, j]))
        ratings[rows, i] += change
        ratings[rows, j] -= change
    return ratings


def wins(a, d, s, n: int) -> np.ndarray:
    """Matrix [n, n]: how often the row's player beat the column's; a tie is half a win for each."""
    table = np.zeros((n, n))
    np.add.at(table, (a, d), s)
    np.add.at(table, (d, a), 1 - s)
    return table


def bradley_terry(table: np.ndarray, iterations: int = 10_000, tolerance: float = 1e-10):
    """Bradley-Terry scores [..., n], summing to 1, of win matrices [..., n, n].

    Hunter's (2004) minorisation-maximisation. A player without a win scores 0.
    """
    n = table.shape[-1]
    won = table.sum(-1)
    games = table + np.swapaxes(table, -1, -2)
    scores = np.full(table.shape[:-1], 1 / n)
    for _ in range(iterations):
        pairs = scores[..., :, None] + scores[..., None, :]
        weight = np.divide(games, pairs, out=np.zeros_like(games), where=pairs > 0).sum(-1)
        updated = np.divide(won, weight, out=np.zeros_like(won), where=weight > 0)
        total = updated.sum(-1, keepdims=True)
        updated = np.divide(updated, total, out=np.full_like(updated, 1 / n), where=total > 0)
        if np.abs(updated - scores).max() < tolerance:
            return updated
        scores = updated
    return scores


def bootstrap(ids, a, d, s, n: int, resamples: int, rng: np.random.Generator) -> np.ndarray:
    """Bradley-Terry scores [resamples, n] where whole instructions are drawn with replacement.

    Args:
        ids: the instruction number of each battle [m]; its battles stay together.
    """
    if not len(ids):
        return np.full((resamples, n), 1 / n)
    count = int(ids.max()) + 1
    tables = np.zeros((count, n, n))
    np.add.at(tables, (ids, a, d), s)
    np.add.at(tables, (ids, d, a), 1 - s)
    drawn = rng.multinomial(count, np.full(count, 1 / count), size=resamples)
    return bradley_terry((drawn @ tables.reshape(count, n * n)).reshape(resamples, n, n))
