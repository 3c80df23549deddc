"""A round of budgeted pairing: which battles are asked, and by whom."""

from warriorcoder.arena.budgeted import matchmaking
from warriorcoder.core import job, tables
from warriorcoder.models.parse_rate import check_verdicts

log = job.start(snakemake.log[0])
record, files = snakemake.params.record, snakemake.input
votes = tables.read("votes", *files.votes)
check_verdicts(votes, snakemake.params.floor)
battles = matchmaking.plan(
    tables.read("battles", *files.pairs),
    tables.read("battles", *files.fought),
    votes,
    record["rosters"],
    record["judges"],
    orders=2 if record["orders"] == "both" else 1,
    how=record["judging"],
    budget=record["budget"],
    number=record["round"],
    alpha=record["alpha"],
    run_seed=record["seed"],
)
asked = matchmaking.asked(battles, votes, record["judges"])
tables.write(battles, "battles", snakemake.output.battles, record)
tables.write(asked, "asked", snakemake.output.asked, record)
log.info("%d battles, %d votes", len(battles), len(asked))
