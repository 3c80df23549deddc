"""A judge's votes of one round; the model loads where there are any."""

import polars as pl

from warriorcoder.arena import verdicts
from warriorcoder.core import job, tables
from warriorcoder.models.model import Model

log = job.start(snakemake.log[0])
recipe = snakemake.params.recipe
model = Model.of(recipe, "judge", job.take_gpus(snakemake.resources), snakemake.params.running)
asked = tables.read("asked", snakemake.input.plan).filter(pl.col("judge") == model.spec.name)
votes = verdicts.judge(
    model,
    asked,
    tables.read("selected", *snakemake.input.selected),
    tables.read("answers", *snakemake.input.answers),
    recipe["arena"],
    recipe["seed"],
)
tables.write(votes, "votes", snakemake.output[0], recipe)
log.info("%d votes", len(votes))
model.report(f"{snakemake.log[0]}.rows.json")
