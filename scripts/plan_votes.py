"""Phase 2 of sequential judging: the votes that could still change a gold answer."""

from warriorcoder.arena.sequential import rounds
from warriorcoder.arena.tables import ANSWERS, ASKED, BATTLES, VOTES
from warriorcoder.config.arena import Voting
from warriorcoder.config.rating import Rating
from warriorcoder.core import job, tables
from warriorcoder.models.parse_rate import check_verdicts

log = job.start(snakemake.log[0])
record = snakemake.params.record
votes = tables.read(VOTES, *snakemake.input.votes)
check_verdicts(votes, snakemake.params.floor)
asked = rounds.pivotal(
    tables.read(BATTLES, *snakemake.input.battles),
    votes,
    tables.read(ANSWERS, *snakemake.input.answers),
    record["rosters"],
    record["judges"],
    orders=Voting.recorded(record["arena"]).votes_each,
    rating=Rating.recorded(record["rating"]),
    last=record["round"] == rounds.ROUNDS,
    run_seed=record["seed"],
)
tables.write(asked, ASKED, snakemake.output[0], record)
log.info("%d votes\n%s", len(asked), asked["judge"].value_counts())
