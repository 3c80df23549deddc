"""A judge's votes of one round; the model loads where there are any."""

import polars as pl

from warriorcoder.arena import verdicts
from warriorcoder.core import job, tables
from warriorcoder.models.model import Model

log = job.start(snakemake.log[0])
record = snakemake.params.record
model = Model.of(record, "judge", job.take_gpus(snakemake.resources), snakemake.params.running)
asked = tables.read("asked", snakemake.input.plan).filter(pl.col("judge") == model.spec.name)
votes = verdicts.judge(
    model,
    asked,
    tables.read("selected", *snakemake.input.selected),
    tables.read("answers", *snakemake.input.answers),
    record["arena"],
    record["seed"],
)
tables.write(votes, "votes", snakemake.output[0], record)
log.info("%d votes", len(votes))
model.report(f"{snakemake.log[0]}.rows.json")
