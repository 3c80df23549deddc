"""Votes that a battle gets: one or two of each judge that does not play in it."""

import polars as pl

from warriorcoder.arena.tally import BATTLE
from warriorcoder.config.judges import may_judge

PLAYERS = (pl.col("attacker"), pl.col("defender"))


def count(judges: list[str]) -> pl.Expr:
    """Return how many of `judges` may judge each battle."""
    each = (may_judge(pl.lit(judge), *PLAYERS).cast(pl.Int64) for judge in judges)
    return pl.sum_horizontal(pl.lit(0, pl.Int64), *each)


def missing(battles: pl.DataFrame, votes: pl.DataFrame, judges: list[str]) -> pl.DataFrame:
    """Return a row for each battle and judge (column `judge`) without a row in `votes`."""
    return (
        battles.join(pl.DataFrame({"judge": judges}), how="cross", maintain_order="left_right")
        .filter(may_judge(pl.col("judge"), *PLAYERS))
        .join(votes, on=[*BATTLE, "judge"], how="anti", maintain_order="left")
    )
