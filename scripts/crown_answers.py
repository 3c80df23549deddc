"""The best answer to every instruction, and the training sets made of them."""

import polars as pl

from warriorcoder import contest, diagnosis, exports, gold, job, tables

log = job.start(snakemake.log[0])
recipe = snakemake.params.recipe
rating, experts = recipe["rating"], recipe["experts"]
snapshot, alpha = rating["snapshot"], rating["alpha"]
instructions = tables.read("selected", *snakemake.input.selected)
answers = tables.read("answers", *snakemake.input.answers, without=("raw",))
outcomes = tables.read("outcomes", snakemake.input.outcomes)
votes = gold.votes_of_roster(
    tables.read("votes", *snakemake.input.votes, without=("raw",)),
    tables.read("battles", *snakemake.input.battles),
    recipe["roster"],
)
scores = gold.score(outcomes, snapshot, alpha)
scored = gold.crown(scores, instructions, answers, experts, recipe["gold"], recipe["seed"])
tables.write(scored, "scored", snakemake.output.scored, recipe)
stability = contest.stability(votes, outcomes, scored, snapshot, alpha, recipe["seed"])

passport = exports.lineage(
    tables.read("mined", *snakemake.input.mined, without=("raw",)),
    instructions,
    tables.read("difficulty", *snakemake.input.difficulty, without=("raw",)),
    votes,
    tables.read("ratings", snakemake.input.ratings).filter(
        pl.col("method") == gold.SNAPSHOT[snapshot]
    ),
)
sft = exports.sft(scored, passport)
preferences = exports.preferences(scored, passport)
tables.write_arrow(sft.to_arrow(), snakemake.output.sft, "sft", recipe)
tables.write_arrow(preferences.to_arrow(), snakemake.output.preferences, "preferences", recipe)
diagnostics = diagnosis.diagnose(
    outcomes, tables.read("orders", snakemake.input.orders), scored, stability, snapshot, alpha
)
tables.write_json(diagnostics | {"sft_rows": len(sft)}, snakemake.output.diagnostics, recipe)
log.info("%d gold answers, %d preference pairs, %s", len(sft), len(preferences), diagnostics)
