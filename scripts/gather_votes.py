"""A judge's votes of all rounds, by author and pair."""

import polars as pl

from warriorcoder.arena import tally
from warriorcoder.arena.tables import BATTLES, VOTES
from warriorcoder.core import job, tables
from warriorcoder.models.parse_rate import check_verdicts

log = job.start(snakemake.log[0])
record = snakemake.params.record
votes = tables.read(VOTES, *snakemake.input.votes)
battles = tables.read(BATTLES, *snakemake.input.battles)
check_verdicts(votes, snakemake.params.floor)
for (author, pair), path in zip(snakemake.params.cells, snakemake.output, strict=True):
    players = pair.split("_")
    cell = battles.filter(
        pl.col("author") == author,
        pl.col("attacker").is_in(players),
        pl.col("defender").is_in(players),
    )
    mine = cell.select(tally.BATTLE).join(
        votes, on=tally.BATTLE, how="inner", maintain_order="left_right"
    )
    tables.write(mine, VOTES, path, record)
log.info("%d votes", len(votes))
