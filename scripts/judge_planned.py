"""A judge's votes of one round; the model loads where there are any."""

import polars as pl

from warriorcoder.arena import votes
from warriorcoder.arena.tables import ANSWERS, ASKED, VOTES
from warriorcoder.core import job, tables
from warriorcoder.curation.tables import SELECTED
from warriorcoder.models.model import Model

log = job.start(snakemake.log[0])
record = snakemake.params.record
model = Model.of(record, "judge", job.take_gpus(snakemake.resources), snakemake.params.running)
asked = tables.read(ASKED, snakemake.input.plan).filter(pl.col("judge") == model.spec.name)
votes = votes.judge(
    model,
    asked,
    tables.read(SELECTED, *snakemake.input.selected),
    tables.read(ANSWERS, *snakemake.input.answers),
    record["arena"],
    record["seed"],
)
tables.write(votes, VOTES, snakemake.output[0], record)
log.info("%d votes", len(votes))
model.report(f"{snakemake.log[0]}.rows.json")
