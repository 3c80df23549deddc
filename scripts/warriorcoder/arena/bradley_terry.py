"""Bradley-Terry scores, and their bootstrap over instructions.

Everywhere `a` and `d` are int arrays [m] of player numbers, `s` a float array [m] of results for
`a` (1, 0.5, 0; or the expected result of a battle that nobody judged), and n the number of players.
"""

import numpy as np
import polars as pl

from warriorcoder.arena.tally import numbered

COUNTS = 10**7  # that the bootstrap draws at once, one per resample and kind of instruction


def wins(a, d, s, n: int) -> np.ndarray:
    """Return wins of the row's player over the column's, [n, n]. A tie is half a win for each."""
    table = np.zeros((n, n))
    np.add.at(table, (a, d), s)
    np.add.at(table, (d, a), 1 - s)
    return table


def unconnected(table: np.ndarray) -> list[np.ndarray]:
    """Return groups of players that Bradley-Terry cannot compare. Empty: it compares all.

    Strengths are determined where everybody beat everybody, directly or through others (Ford,
    1957). Otherwise the groups within which that holds, by their first player.
    """
    reached = _reached(table)
    groups = dict.fromkeys(tuple(np.flatnonzero(row)) for row in reached & reached.T)
    return [np.array(group) for group in groups] if len(groups) > 1 else []


def scores(table: np.ndarray, iterations: int = 10_000, tolerance: float = 1e-12):
    """Return Bradley-Terry scores [..., n], summing to 1, of win matrices [..., n, n].

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
    """Return Bradley-Terry scores [resamples, n] of instructions drawn with replacement.

    Instructions with the same games and results cannot be told apart, so it is drawn how often
    each kind of them comes: the same distribution as drawing them one by one.

    Args:
        ids: the instruction number of each battle [m]; its battles stay together.
    """
    if not len(ids):
        return np.full((resamples, n), 1 / n)
    numbers, results = numbered(a, d, s, n)
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
    count, step = times.sum(), max(1, COUNTS // len(times))
    drawn = [
        rng.multinomial(count, times / count, size=min(step, resamples - begin)) @ tables
        for begin in range(0, resamples, step)
    ]
    return scores(np.concatenate(drawn).reshape(resamples, n, n))
