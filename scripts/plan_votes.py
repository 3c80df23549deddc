"""Phase 2 of sequential judging: the votes that could still change a gold answer."""

from warriorcoder.arena.sequential import rounds
from warriorcoder.core import job, tables
from warriorcoder.models.parse_rate import check_verdicts

log = job.start(snakemake.log[0])
record = snakemake.params.record
votes = tables.read("votes", *snakemake.input.votes)
check_verdicts(votes, snakemake.params.floor)
asked = rounds.pivotal(
    tables.read("battles", *snakemake.input.battles),
    votes,
    tables.read("answers", *snakemake.input.answers),
    record["rosters"],
    record["judges"],
    orders=2 if record["orders"] == "both" else 1,
    rating=record["rating"],
    last=record["round"] == rounds.ROUNDS,
    run_seed=record["seed"],
)
tables.write(asked, "asked", snakemake.output[0], record)
log.info("%d votes\n%s", len(asked), asked["judge"].value_counts())
