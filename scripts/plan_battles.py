"""Plan a round of budgeted pairing: the battles, and a judge for each vote."""

from warriorcoder.arena.budgeted import matchmaking
from warriorcoder.arena.tables import ASKED, BATTLES, VOTES
from warriorcoder.arena.voters import VOTES_EACH
from warriorcoder.core import job, tables
from warriorcoder.models.parse_rate import check_verdicts

log = job.start(snakemake.log[0])
record, files = snakemake.params.record, snakemake.input
votes = tables.read(VOTES, *files.votes)
check_verdicts(votes, snakemake.params.floor)
battles = matchmaking.plan(
    tables.read(BATTLES, *files.pairs),
    tables.read(BATTLES, *files.fought),
    votes,
    record["rosters"],
    record["judges"],
    orders=VOTES_EACH[record["arena"]["orders"]],
    how=record["arena"]["judging"],
    budget=record["arena"]["budget"],
    number=record["round"],
    alpha=record["rating"]["alpha"],
    run_seed=record["seed"],
)
asked = matchmaking.asked(battles, votes, record["judges"])
tables.write(battles, BATTLES, snakemake.output.battles, record)
tables.write(asked, ASKED, snakemake.output.asked, record)
log.info("%d battles, %d votes", len(battles), len(asked))
