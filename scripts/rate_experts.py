"""Elo and Bradley-Terry over a roster's battles."""

from warriorcoder import gold, job, tables

log = job.start(snakemake.log[0])
recipe = snakemake.params.recipe
rating = recipe["rating"]
arena = gold.Arena.of(
    recipe["experts"],
    gold.votes_of_roster(
        tables.read("votes", *snakemake.input.votes),
        tables.read("battles", *snakemake.input.battles),
        recipe["roster"],
    ),
    recipe["seed"],
)
ratings, outcomes = gold.rate(
    arena,
    recipe["roster"],
    k=rating["k"],
    initial=rating["initial"],
    permutations=rating["permutations"],
    resamples=rating["bootstrap"],
)
tables.write(ratings, "ratings", snakemake.output.ratings, recipe)
tables.write(outcomes, "outcomes", snakemake.output.outcomes, recipe)
log.info("%d battles\n%s", len(outcomes), ratings)
