"""All battles of a roster under budgeted pairing: as voted, or as is to be expected."""

import polars as pl

from warriorcoder.arena.budgeted import matchmaking
from warriorcoder.core import job, tables
from warriorcoder.gold import final_score

log = job.start(snakemake.log[0])
recipe, files = snakemake.params.recipe, snakemake.input
votes = final_score.votes_of_roster(
    tables.read("votes", *files.votes, without=("raw",)),
    tables.read("battles", *files.fought),
    recipe["roster"],
)
tallied = matchmaking.completed(
    tables.read("battles", *files.pairs),
    votes,
    recipe["roster"],
    recipe["experts"],
    recipe["judges"],
    orders=2 if recipe["orders"] == "both" else 1,
)
tables.write(tallied, "tallied", snakemake.output[0], recipe)
log.info("%d battles, %d of them judged", len(tallied), tallied.filter(pl.col("votes") > 0).height)
