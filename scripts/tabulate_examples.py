"""Appendix A: example instructions of each difficulty level."""

from warriorcoder.config.difficulty import Difficulty
from warriorcoder.core import job, tables
from warriorcoder.curation.tables import CURATED, DIFFICULTY
from warriorcoder.report import difficulties, pages

log = job.start(snakemake.log[0])
record = snakemake.params.record
difficulty = Difficulty.recorded(record["difficulty"])

rated = tables.read(DIFFICULTY, *snakemake.input.difficulty)
scored = difficulties.scores(rated, difficulty)
curated = tables.read(CURATED, *snakemake.input.curated)
drawn = difficulties.examples(scored, curated, record["analysis"]["examples"], record["seed"])
log.info("%d examples of %d instructions", len(drawn), len(curated))
pages.write_csv(drawn, snakemake.output.csv)
page = difficulties.examples_page(drawn, difficulty)
pages.write_html(page, snakemake.output.html, record)
