"""Estimate hours and bytes of the real run from its rehearsal."""

from pathlib import Path

import polars as pl

from warriorcoder.config.reading import validate
from warriorcoder.core import job
from warriorcoder.report import costs, pages, real_run

job.start(snakemake.log[0])
record = snakemake.params.record
real, rehearsed = validate(record["real"]), validate(record["rehearsed"])
results = Path(rehearsed.results)

made = real_run.rows(real, rehearsed, pl.read_csv(snakemake.input.funnel))
ratio = dict(made.select("stage", "ratio").iter_rows())
spent = real_run.hours(costs.of_jobs(results / "logs"), ratio, real)
disk = real_run.room(results, ratio, dict(made.select("stage", "real").iter_rows()))
pages.write_csv(spent, snakemake.output.csv)
pages.write_html(real_run.page(made, spent, disk), snakemake.output.html, record)
job.tell(snakemake.log[0], real_run.text(spent, disk))
