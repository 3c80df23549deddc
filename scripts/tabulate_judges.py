"""Judges: parse rates, ties, position bias, agreement, and accuracy where the truth is known."""

import json
from pathlib import Path

from warriorcoder import job, tables
from warriorcoder.analysis import judges, pages

log = job.start(snakemake.log[0])

votes = tables.read("votes", *snakemake.input.votes)
ratings = tables.read("difficulty", *snakemake.input.difficulty)
truths = [json.loads(Path(path).read_text()) for path in snakemake.input.truth]
judged = judges.table(votes, ratings)
log.info("%d judges, %d votes, %d ratings", len(judged), len(votes), len(ratings))
pages.write_csv(judged, snakemake.output.csv)
pages.write_html(judges.page(judged, *truths), snakemake.output.html, snakemake.params.recipe)
