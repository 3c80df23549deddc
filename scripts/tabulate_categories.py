"""Table 4: shares of the task categories in the selected instructions."""

from warriorcoder.core import job, tables
from warriorcoder.curation.tables import SELECTED
from warriorcoder.report import categories, pages

log = job.start(snakemake.log[0])

selected = tables.read(SELECTED, *snakemake.input.selected)
shared = categories.shares(selected["text"])
log.info("%d instructions: %s", len(selected), dict(shared.select("category", "rows").rows()))
pages.write_csv(shared, snakemake.output.csv)
pages.write_html(categories.page(shared), snakemake.output.html, snakemake.params.record)
