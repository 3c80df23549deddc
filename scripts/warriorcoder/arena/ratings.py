"""Ratings as pure functions on battle results: Elo (Eqs. 3-4) and Bradley-Terry.

Everywhere `a` and `d` are int arrays [m] of player numbers, `s` a float array [m] of results for
`a` (1, 0.5, 0; or what is expected of a battle that nobody judged), and n the number of players.
"""

from collections.abc import Iterable

import numpy as np
import polars as pl

BATTLE = ["id", "attacker", "defender"]


def tally(votes: pl.DataFrame) -> pl.DataFrame:
    """One row per battle: id, attacker, defender, votes for each, all `votes`, `local`, `result`.

    `local` is x_{A>D} = t_A / (t_A + t_D), 0.5 where nobody got a vote (Eq. 2); `result` is s: 1,
    0.5 or 0 as t_A is above, equal to or below t_D. Ties and invalid votes count for neither.
    """
    for_a, for_d = (pl.col("vote") == side for side in ("attacker", "defender"))
    return (
        votes.group_by(BATTLE, maintain_order=True)
        .agg(
            t_attacker=for_a.sum().cast(pl.Int64),
            t_defender=for_d.sum().cast(pl.Int64),
            votes=pl.len().cast(pl.Int64),
        )
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


def elo_orders(a, d, s, orders: Iterable[np.ndarray], n: int, k: float, initial: float):
    """Final Elo ratings [p, n] for each of p orders [m] of the battles.

    The orders are played side by side, so that each operation serves all of them.
    """
    game, results = _games(a, d, s, n)
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


def wins(a, d, s, n: int) -> np.ndarray:
    """Matrix [n, n]: how often the row's player beat the column's; a tie is half a win for each."""
    table = np.zeros((n, n))
    np.add.at(table, (a, d), s)
    np.add.at(table, (d, a), 1 - s)
    return table


def unconnected(table: np.ndarray) -> list[np.ndarray]:
    """Groups of players whose strengths Bradley-Terry cannot compare; empty where it can.

    Strengths are determined where everybody beat everybody, directly or through others (Ford,
    1957). Otherwise the groups within which that holds, by their first player.
    """
    reached = _reached(table)
    groups = dict.fromkeys(tuple(np.flatnonzero(row)) for row in reached & reached.T)
    return [np.array(group) for group in groups] if len(groups) > 1 else []


def bradley_terry(table: np.ndarray, iterations: int = 10_000, tolerance: float = 1e-12):
    """Bradley-Terry scores [..., n], summing to 1, of win matrices [..., n, n].

    Hunter's (2004) minorisation-maximisation. Where players are `unconnected` the likelihood has
    no maximum, and scores are the limit: 0 for all who lost to another group, directly or through
    others, and never won back; groups that nobody beat are not compared.
    """
    n = table.shape[-1]
    tables = table.reshape(-1, n, n)
    top = _unbeaten(tables)
    tables = tables * top[:, :, None] * top[:, None, :]
    won, games = tables.sum(-1), tables + np.swapaxes(tables, -1, -2)
    found = top / top.sum(-1, keepdims=True)
    left = np.arange(len(tables))  # whose scores still move
    for _ in range(iterations):
        scores = found[left]
        pairs = scores[:, :, None] + scores[:, None, :]
        weight = np.divide(games, pairs, out=np.zeros_like(games), where=pairs > 0).sum(-1)
        updated = np.divide(won, weight, out=scores.copy(), where=weight > 0)
        updated /= updated.sum(-1, keepdims=True)
        found[left] = updated
        moved = np.abs(updated - scores).max(-1) >= tolerance
        if not moved.all():
            left, won, games = left[moved], won[moved], games[moved]
        if not len(left):
            break
    return found.reshape(table.shape[:-1])


def _reached(tables: np.ndarray) -> np.ndarray:
    """Whom each player beat, directly or through others, and itself, bool [..., n, n]."""
    n = tables.shape[-1]
    beat = ((tables > 0) | np.eye(n, dtype=bool)).astype(np.float32)
    for _ in range(max(n - 1, 1).bit_length()):
        beat = (beat @ beat > 0).astype(np.float32)
    return beat > 0


def _unbeaten(tables: np.ndarray) -> np.ndarray:
    """Players [..., n] who beat, directly or through others, all who so beat them."""
    reached = _reached(tables)
    return (~np.swapaxes(reached, -1, -2) | reached).all(-1)


def bootstrap(ids, a, d, s, n: int, resamples: int, rng: np.random.Generator) -> np.ndarray:
    """Bradley-Terry scores [resamples, n] where whole instructions are drawn with replacement.

    Instructions with the same games and results cannot be told apart, so it is drawn how often
    each kind of them comes: the same distribution as drawing them one by one.

    Args:
        ids: the instruction number of each battle [m]; its battles stay together.
    """
    if not len(ids):
        return np.full((resamples, n), 1 / n)
    numbers, results = _games(a, d, s, n)
    kinds = (
        pl.DataFrame({"id": ids, "game": numbers})
        .group_by("id", maintain_order=True)
        .agg(pl.col("game").sort())
        .group_by("game", maintain_order=True)
        .agg(times=pl.len().cast(pl.Int64))
    )
    games = kinds.with_row_index("kind").explode("game").select("kind", "game")
    kind, game = games["kind"].to_numpy(), games["game"].to_numpy().astype(np.int64)
    pair, place = np.divmod(game, len(results))
    won = results[place]
    tables = np.zeros((len(kinds), n * n))
    np.add.at(tables, (kind, pair), won)
    np.add.at(tables, (kind, pair % n * n + pair // n), 1 - won)
    times = kinds["times"].to_numpy()
    count, step = times.sum(), max(1, 10**7 // len(times))
    drawn = [
        rng.multinomial(count, times / count, size=min(step, resamples - begin)) @ tables
        for begin in range(0, resamples, step)
    ]
    return bradley_terry(np.concatenate(drawn).reshape(resamples, n, n))


def _games(a, d, s, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Players and result of each battle [m] in one small number, and the r results that there are.

    The number is (n a + d) r + the place of s among them.
    """
    results, place = np.unique(s, return_inverse=True)
    largest = np.min_scalar_type(len(results) * n * n)
    return ((a * n + d) * len(results) + place).astype(largest), results
