"""Rows, epochs and losses of every training, its curves, and what it took of the machine."""

from warriorcoder.core import job
from warriorcoder.report import figures, pages, training

log = job.start(snakemake.log[0])
record = snakemake.params.record
trainings = training.read(snakemake.input.trained)
trained = training.table(trainings)
log.info("%d trainings", len(trained))
pages.write_csv(trained, snakemake.output.csv)
figures.save(training.draw(trainings), snakemake.output.figure, record)
machine = training.took(trainings, record["logs"])
pages.write_html(training.page(trained, machine), snakemake.output.html, record)
