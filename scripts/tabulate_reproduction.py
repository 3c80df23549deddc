"""The paper's figures beside ours, each with a verdict on the difference."""

import polars as pl

from warriorcoder.core import job
from warriorcoder.report import comparison, measured, pages, paper, reproduction

log = job.start(snakemake.log[0])
record, files = snakemake.params.record, snakemake.input

results = measured.read_results(files.results)
tables = {name: comparison.compare(name, results, record["rosters"]) for name in paper.PRINTED}
overlaps = pl.read_csv(files.overlaps) if files.get("overlaps") else None
reproduced = reproduction.reproduce(
    record, tables, pl.read_csv(files.categories), overlaps, pl.read_csv(files.difficulties)
)
for verdict, rows in reproduced.group_by("verdict", maintain_order=True).len().iter_rows():
    log.info("%s: %d figures", verdict, rows)
pages.write_csv(reproduced, snakemake.output.csv)
pages.write_html(reproduction.page(reproduced, record), snakemake.output.html, record)
