"""Choose the best answer to every instruction, and write the training sets."""

import polars as pl

from warriorcoder.arena import rate
from warriorcoder.arena.tables import ANSWERS, BATTLES, ORDERS, OUTCOMES, RATINGS, VOTES
from warriorcoder.config.gold import Export
from warriorcoder.config.rating import Rating
from warriorcoder.core import job, tables
from warriorcoder.core.empty import refuse_empty
from warriorcoder.curation.tables import DIFFICULTY, SELECTED
from warriorcoder.gold import card, diagnostics, export, final_score, winners
from warriorcoder.gold.tables import SCORED
from warriorcoder.mining.tables import MINED

log = job.start(snakemake.log[0])
record = snakemake.params.record
rating = Rating.recorded(record["rating"])
experts, files = record["experts"], snakemake.input
instructions = tables.read(SELECTED, *files.selected)
answers = tables.read(ANSWERS, *files.answers, without=("raw",))
outcomes = tables.read(OUTCOMES, files.outcomes)
votes = rate.votes_of_roster(
    tables.read(VOTES, *files.votes, without=("raw",)),
    tables.read(BATTLES, *files.battles),
    record["roster"],
)
scores = final_score.score(outcomes, rating)
scored = final_score.crown(scores, instructions, answers, experts, record["gold"], record["seed"])
tables.write(scored, SCORED, snakemake.output.scored, record)
stability = winners.stability(outcomes, scored, rating, record["seed"])

ratings = tables.read(RATINGS, files.ratings)
passport = export.lineage(
    mined=tables.read(MINED, *files.mined, without=("raw",)),
    selected=instructions,
    difficulty=tables.read(DIFFICULTY, *files.difficulty, without=("raw",)),
    answers=answers,
    votes=votes,
    outcomes=outcomes,
    rating=rating,
    ratings=ratings.filter(pl.col("method") == final_score.SNAPSHOT[rating.snapshot]),
    scored=scored,
    stability=stability,
    prompt_sha256=card.judge_prompt(files.votes),
)
left_out = export.left_out(scored, stability, Export(**record["export"]))
kept = scored.join(left_out, on="id", how="anti", maintain_order="left")
unsure = {why: len(left_out.filter(reason=why)) for why in export.REASONS}
refuse_empty(len(kept), f"gold of {record['roster']}", unsure, export.KEYS)
sft, preferences = export.sft(kept, passport), export.preferences(kept, passport)
tables.write_arrow(sft.to_arrow(), snakemake.output.sft, "sft", record)
tables.write_arrow(preferences.to_arrow(), snakemake.output.preferences, "preferences", record)
card.write(snakemake.output.card, record, files, scored, sft, preferences, left_out)
orders = tables.read(ORDERS, files.orders)
found = diagnostics.diagnose(outcomes, orders, scored, stability, rating)
found |= {f"left_out_{why}": count for why, count in unsure.items()}
found |= {"sft_rows": len(sft), "preference_pairs": len(preferences)}
tables.write_json(found, snakemake.output.diagnostics, record)
log.info("%s", found)
