"""Appendix A: example instructions of each difficulty level."""

from warriorcoder import job, tables
from warriorcoder.analysis import difficulties, pages

log = job.start(snakemake.log[0])
recipe = snakemake.params.recipe

scored = difficulties.scores(tables.read("difficulty", *snakemake.input.difficulty))
curated = tables.read("curated", *snakemake.input.curated)
drawn = difficulties.examples(scored, curated, recipe["examples"])
log.info("%d examples of %d instructions", len(drawn), len(curated))
pages.write_csv(drawn, snakemake.output.csv)
pages.write_html(difficulties.examples_page(drawn), snakemake.output.html, recipe)
