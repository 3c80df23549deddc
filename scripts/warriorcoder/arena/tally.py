"""Votes as the result of each battle (Eq. 2)."""

import numpy as np
import polars as pl

BATTLE = ["id", "attacker", "defender"]


def tally(votes: pl.DataFrame) -> pl.DataFrame:
    """Return a row per battle: id, attacker, defender, votes for each, `votes`, `local`, `result`.

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


def numbered(a, d, s, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return players and result of each battle [m] as one small number, and the r results.

    The number is (n a + d) r + the place of s among them.
    """
    results, place = np.unique(s, return_inverse=True)
    largest = np.min_scalar_type(len(results) * n * n)
    return ((a * n + d) * len(results) + place).astype(largest), results
