"""The yield funnel: rows left after each stage, and the reasons for dropped rows."""

from warriorcoder.core import job, tables
from warriorcoder.curation.tables import DROPPED, FUNNEL
from warriorcoder.report import figures, pages, yields

log = job.start(snakemake.log[0])

counts = tables.read(FUNNEL, *snakemake.input.funnel)
examples = tables.read(DROPPED, *snakemake.input.dropped)
remaining = yields.left(counts)
for stage, rows in remaining.group_by("stage", maintain_order=True).agg(rows="rows").iter_rows():
    log.info("%s: %d rows", stage, sum(rows))
pages.write_csv(remaining, snakemake.output.csv)
pages.write_html(
    yields.page(remaining, yields.drops(counts), examples),
    snakemake.output.html,
    snakemake.params.record,
)
figures.save(yields.draw(remaining), snakemake.output.figure, snakemake.params.record)
