"""The main roster's model against the base and every other roster, on the same problems."""

from pathlib import Path

import polars as pl

from warriorcoder.core import job
from warriorcoder.report import pages
from warriorcoder.report.comparison import main_roster
from warriorcoder.report.paired import page
from warriorcoder.report.paired.comparing import FIGURES, Comparison
from warriorcoder.report.paired.sides import Side

log = job.start(snakemake.log[0])
record = snakemake.params.record
main = main_roster(record["rosters"])
base, *rosters = (
    Side(name, Path(record["results"]), name, tuple(record["benchmarks"]))
    for name in ("base", *record["rosters"])
)
[ours] = (side for side in rosters if side.name == main)
found = [Comparison.of(other, ours) for other in (base, *rosters) if other.name != main]
figures = pl.concat([each.table() for each in found] or [pl.DataFrame(schema=FIGURES)])
log.info("%d models against %s", len(found), main)
for verdict, rows in figures.group_by("verdict", maintain_order=True).len().iter_rows():
    log.info("%s: %d figures", verdict, rows)
caption = [f"The main roster {main} against every other model of this run."]
made = page.page("Rosters compared", found, caption)
pages.write_csv(figures, snakemake.output.csv)
pages.write_html(made, snakemake.output.html, record)
