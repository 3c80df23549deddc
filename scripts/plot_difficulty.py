"""Figure 5: histogram of the difficulty of curated instructions."""

from warriorcoder.core import job, tables
from warriorcoder.curation.tables import DIFFICULTY
from warriorcoder.report import difficulties, figures, pages

log = job.start(snakemake.log[0])
record = snakemake.params.record

rated = tables.read(DIFFICULTY, *snakemake.input.difficulty)
scored = difficulties.scores(rated, record["difficulty"]["levels"])
counted = difficulties.histogram(scored)
log.info("%d instructions, %d with a score", len(scored), scored["difficulty"].count())
pages.write_csv(counted, snakemake.output.csv)
drawn = difficulties.draw(
    counted, record["difficulty"]["threshold"], record["difficulty"]["levels"]
)
figures.save(drawn, snakemake.output.figure, record)
