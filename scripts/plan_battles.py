"""A round of budgeted pairing: which battles are asked, and by whom."""

from warriorcoder.arena.budgeted import matchmaking
from warriorcoder.core import job, tables
from warriorcoder.models.parse_rate import check_verdicts

log = job.start(snakemake.log[0])
recipe, files = snakemake.params.recipe, snakemake.input
votes = tables.read("votes", *files.votes)
check_verdicts(votes, snakemake.params.floor)
battles = matchmaking.plan(
    tables.read("battles", *files.pairs),
    tables.read("battles", *files.fought),
    votes,
    recipe["rosters"],
    recipe["judges"],
    orders=2 if recipe["orders"] == "both" else 1,
    how=recipe["judging"],
    budget=recipe["budget"],
    number=recipe["round"],
    alpha=recipe["alpha"],
    run_seed=recipe["seed"],
)
asked = matchmaking.asked(battles, votes, recipe["judges"])
tables.write(battles, "battles", snakemake.output.battles, recipe)
tables.write(asked, "asked", snakemake.output.asked, recipe)
log.info("%d battles, %d votes", len(battles), len(asked))
