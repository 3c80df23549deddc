"""Lengths of each expert's texts in each role, and the share that was cut off."""

from warriorcoder.core import job, tables
from warriorcoder.report import lengths, pages

log = job.start(snakemake.log[0])
written = {
    role: tables.read(table, *snakemake.input[table.name], without=("raw", "text"))
    for role, table in lengths.ROLES.items()
}
measured = lengths.measure(written, snakemake.params.record["experts"])
log.info("%d texts", measured["texts"].sum())
pages.write_csv(measured, snakemake.output.csv)
pages.write_html(lengths.page(measured), snakemake.output.html, snakemake.params.record)
