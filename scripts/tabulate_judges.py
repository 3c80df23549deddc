"""Judges: parse rates, ties, leanings, agreement, and accuracy on tasks with known truth."""

import json
from pathlib import Path

from warriorcoder.arena import judge_aware
from warriorcoder.arena.tables import ANSWERS, EFFECTS, VOTES
from warriorcoder.core import job, tables
from warriorcoder.curation.tables import DIFFICULTY
from warriorcoder.report import agreement, judges, judging, pages

log = job.start(snakemake.log[0])
record = snakemake.params.record

votes = tables.read(VOTES, *snakemake.input.votes, without=("raw",))
lengths = judge_aware.lengths(tables.read(ANSWERS, *snakemake.input.answers, without=("raw",)))
ratings = tables.read(DIFFICULTY, *snakemake.input.difficulty)
effects = tables.read(EFFECTS, snakemake.input.effects)
truths = [json.loads(Path(path).read_text()) for path in snakemake.input.truth]
judged = judges.table(votes, lengths, ratings, effects)
by_pair = judges.pairs(votes, lengths)
agreed = agreement.judges(votes, record["seed"])
log.info("%d judges, %d votes, %d ratings\n%s", len(judged), len(votes), len(ratings), agreed)
pages.write_csv(judged, snakemake.output.csv)
pages.write_csv(by_pair, snakemake.output.pairs)
pages.write_csv(agreed, snakemake.output.agreement)
pages.write_html(judging.page(judged, by_pair, agreed, *truths), snakemake.output.html, record)
