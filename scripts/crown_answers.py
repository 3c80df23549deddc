"""The best answer to every instruction, and the training sets made of them."""

import polars as pl

from warriorcoder import cards, contest, diagnosis, exports, gold, job, tables

log = job.start(snakemake.log[0])
recipe = snakemake.params.recipe
rating, experts, files = recipe["rating"], recipe["experts"], snakemake.input
snapshot, alpha = rating["snapshot"], rating["alpha"]
instructions = tables.read("selected", *files.selected)
answers = tables.read("answers", *files.answers, without=("raw",))
outcomes = tables.read("outcomes", files.outcomes)
votes = gold.votes_of_roster(
    tables.read("votes", *files.votes, without=("raw",)),
    tables.read("battles", *files.battles),
    recipe["roster"],
)
scores = gold.score(outcomes, snapshot, alpha)
scored = gold.crown(scores, instructions, answers, experts, recipe["gold"], recipe["seed"])
tables.write(scored, "scored", snakemake.output.scored, recipe)
stability = contest.stability(outcomes, scored, snapshot, alpha, recipe["seed"])

passport = exports.lineage(
    tables.read("mined", *files.mined, without=("raw",)),
    instructions,
    tables.read("difficulty", *files.difficulty, without=("raw",)),
    answers,
    votes,
    outcomes,
    snapshot,
    tables.read("ratings", files.ratings).filter(pl.col("method") == gold.SNAPSHOT[snapshot]),
    scored,
    stability,
    cards.judge_prompt(files.votes),
)
left_out = exports.left_out(scored, stability, **recipe["export"])
kept = scored.join(left_out, on="id", how="anti", maintain_order="left")
sft, preferences = exports.sft(kept, passport), exports.preferences(kept, passport)
tables.write_arrow(sft.to_arrow(), snakemake.output.sft, "sft", recipe)
tables.write_arrow(preferences.to_arrow(), snakemake.output.preferences, "preferences", recipe)
cards.write(snakemake.output.card, recipe, files, scored, sft, preferences, left_out)
diagnostics = diagnosis.diagnose(
    outcomes, tables.read("orders", files.orders), scored, stability, snapshot, alpha
)
diagnostics |= {f"left_out_{why}": len(left_out.filter(reason=why)) for why in exports.REASONS}
diagnostics |= {"sft_rows": len(sft), "preference_pairs": len(preferences)}
tables.write_json(diagnostics, snakemake.output.diagnostics, recipe)
log.info("%s", diagnostics)
