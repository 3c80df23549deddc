"""Figure 5: histogram of the difficulty of curated instructions."""

from warriorcoder.config.difficulty import Difficulty
from warriorcoder.core import job, tables
from warriorcoder.curation.tables import DIFFICULTY
from warriorcoder.report import difficulties, figures, pages

log = job.start(snakemake.log[0])
record = snakemake.params.record
difficulty = Difficulty.recorded(record["difficulty"])

rated = tables.read(DIFFICULTY, *snakemake.input.difficulty)
scored = difficulties.scores(rated, difficulty)
counted = difficulties.histogram(scored)
log.info("%d instructions, %d with a score", len(scored), scored["difficulty"].count())
pages.write_csv(counted, snakemake.output.csv)
figures.save(difficulties.draw(counted, difficulty), snakemake.output.figure, record)
