"""Collect all battles of a roster under budgeted judging. Results without a vote are imputed."""

import polars as pl

from warriorcoder.arena import rate
from warriorcoder.arena.budgeted import matchmaking
from warriorcoder.arena.tables import BATTLES, TALLIED, VOTES
from warriorcoder.config.arena import Voting
from warriorcoder.core import job, tables

log = job.start(snakemake.log[0])
record, files = snakemake.params.record, snakemake.input
votes = rate.votes_of_roster(
    tables.read(VOTES, *files.votes, without=("raw",)),
    tables.read(BATTLES, *files.fought),
    record["roster"],
)
tallied = matchmaking.completed(
    tables.read(BATTLES, *files.pairs),
    votes,
    record["roster"],
    record["experts"],
    record["judges"],
    orders=Voting.recorded(record["arena"]).votes_each,
)
tables.write(tallied, TALLIED, snakemake.output[0], record)
log.info("%d battles, %d of them judged", len(tallied), tallied.filter(pl.col("votes") > 0).height)
