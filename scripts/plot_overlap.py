"""Figure 3: ROUGE-L of the selected instructions with an existing training set."""

from warriorcoder.core import job, tables
from warriorcoder.curation.tables import SELECTED
from warriorcoder.report import figures, overlap, pages

log = job.start(snakemake.log[0])

selected = tables.read(SELECTED, *snakemake.input.selected)
corpus = overlap.read_corpus(snakemake.input.corpus)
scores = overlap.rouge_l(selected["text"].to_list(), corpus, workers=snakemake.threads)
log.info("%d instructions against %d texts", len(selected), len(corpus))
if len(scores):
    log.info("largest %.3f, mean %.3f", scores["rouge_l"].max(), scores["rouge_l"].mean())
pages.write_csv(selected.select("id").hstack(scores), snakemake.output.csv)
figures.save(overlap.draw(scores, len(corpus)), snakemake.output.figure, snakemake.params.record)
