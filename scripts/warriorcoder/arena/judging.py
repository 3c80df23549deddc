"""Write the votes of a judge's job: one table for each file of battles."""

import logging
from collections.abc import Callable

import polars as pl

from warriorcoder.arena import votes
from warriorcoder.arena.tables import VOTES
from warriorcoder.config.arena import Voting
from warriorcoder.core import tables
from warriorcoder.models.model import Model


def write_votes(
    model: Model,
    battles: dict[str, pl.DataFrame],
    instructions: pl.DataFrame,
    answers: pl.DataFrame,
    record: dict,
    log: logging.Logger,
    check: Callable[[pl.DataFrame], None] = lambda cast: None,
) -> None:
    """Write table `votes` of one judge to each path.

    Args:
        battles: path → rows (id, attacker, defender).
        record: of the files; `arena` has the keys of `Voting`.
        check: raises where the votes of all files together must not be written.
    """
    voting = Voting(**record["arena"])
    cast = {
        path: votes.judge(model, asked, instructions, answers, voting, record["seed"])
        for path, asked in battles.items()
    }
    every = pl.concat(cast.values())
    check(every)
    for path, frame in cast.items():
        tables.write(frame, VOTES, path, record)
    cut = every.filter((pl.col("cut_attacker") > 0) | (pl.col("cut_defender") > 0))
    log.info("%d votes, %d on answers that were cut", len(every), len(cut))
