"""Elo, Bradley-Terry and judge-aware Bradley-Terry over a roster's battles."""

import polars as pl

from warriorcoder.arena import bradley_terry, judge_aware, rate, tally
from warriorcoder.arena.tables import (
    ANSWERS,
    BATTLES,
    EFFECTS,
    ORDERS,
    OUTCOMES,
    RATINGS,
    TALLIED,
    VOTES,
)
from warriorcoder.config.rating import Rating
from warriorcoder.core import job, tables

log = job.start(snakemake.log[0])
record = snakemake.params.record
experts, roster = record["experts"], record["roster"]
votes = rate.votes_of_roster(
    tables.read(VOTES, *snakemake.input.votes, without=("raw",)),
    tables.read(BATTLES, *snakemake.input.battles),
    roster,
)
tallied = snakemake.input.tallied  # if some results are imputed
battles = tables.read(TALLIED, tallied) if tallied else tally.tally(votes)
arena = rate.Arena.of(experts, battles, record["seed"])
rated, outcomes, orders = rate.rate_roster(arena, roster, Rating.recorded(record["rating"]))
answers = tables.read(ANSWERS, *snakemake.input.answers, without=("raw",))
fitted = judge_aware.fit(votes, judge_aware.lengths(answers), experts)
rated = pl.concat([rated, fitted.ratings(roster)])
apart = bradley_terry.unconnected(bradley_terry.wins(arena.a, arena.d, arena.s, len(experts)))
if apart:
    log.warning(
        "these groups have no wins both ways, so Bradley-Terry orders them without distances: %s",
        " / ".join(", ".join(experts[player] for player in group) for group in apart),
    )
for table, frame in ((RATINGS, rated), (OUTCOMES, outcomes), (ORDERS, orders)):
    tables.write(frame, table, snakemake.output[table.name], record)
tables.write(fitted.of_judges(roster), EFFECTS, snakemake.output.effects, record)
log.info("%d battles\n%s", len(outcomes), rated)
