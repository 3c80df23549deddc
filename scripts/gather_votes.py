"""Collect a judge's votes of all rounds, by author and pair."""

from warriorcoder.arena import tally
from warriorcoder.arena.players import of_pair
from warriorcoder.arena.tables import BATTLES, VOTES
from warriorcoder.core import job, tables
from warriorcoder.models.parse_rate import check_verdicts

log = job.start(snakemake.log[0])
record = snakemake.params.record
votes = tables.read(VOTES, *snakemake.input.votes)
battles = tables.read(BATTLES, *snakemake.input.battles)
check_verdicts(votes, snakemake.params.floor)
for (author, pair), path in zip(snakemake.params.cells, snakemake.output, strict=True):
    cell = battles.filter(of_pair(author, pair))
    mine = cell.select(tally.BATTLE).join(
        votes, on=tally.BATTLE, how="inner", maintain_order="left_right"
    )
    tables.write(mine, VOTES, path, record)
log.info("%d votes", len(votes))
