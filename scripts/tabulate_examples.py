"""Appendix A: example instructions of each difficulty level."""

from warriorcoder.core import job, tables
from warriorcoder.report import difficulties, pages

log = job.start(snakemake.log[0])
recipe = snakemake.params.recipe

rated = tables.read("difficulty", *snakemake.input.difficulty)
scored = difficulties.scores(rated, recipe["levels"])
curated = tables.read("curated", *snakemake.input.curated)
drawn = difficulties.examples(scored, curated, recipe["examples"], recipe["seed"])
log.info("%d examples of %d instructions", len(drawn), len(curated))
pages.write_csv(drawn, snakemake.output.csv)
page = difficulties.examples_page(drawn, recipe["threshold"])
pages.write_html(page, snakemake.output.html, recipe)
