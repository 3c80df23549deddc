"""Collect the votes that a round asks of one judge. Without votes, no model is loaded."""

import polars as pl

from warriorcoder.arena.judging import write_votes
from warriorcoder.arena.tables import ANSWERS, ASKED
from warriorcoder.core import job, tables
from warriorcoder.curation.tables import SELECTED
from warriorcoder.models.model import Model

log = job.start(snakemake.log[0])
record, files = snakemake.params.record, snakemake.input
model = Model.of(record, "judge", job.take_gpus(snakemake.resources), snakemake.params.running)
asked = tables.read(ASKED, files.plan).filter(pl.col("judge") == model.spec.name)
write_votes(
    model,
    {snakemake.output[0]: asked},
    tables.read(SELECTED, *files.selected),
    tables.read(ANSWERS, *files.answers),
    record,
    log,
)
model.report(f"{snakemake.log[0]}.rows.json")
