"""Plan a round of budgeted judging: the battles, and a judge for each vote."""

from warriorcoder.arena.budgeted import matchmaking
from warriorcoder.arena.tables import ASKED, BATTLES, VOTES
from warriorcoder.config.arena import Arena
from warriorcoder.config.rating import Rating
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
    arena=Arena.recorded(record["arena"]),
    rating=Rating.recorded(record["rating"]),
    number=record["round"],
    run_seed=record["seed"],
)
asked = matchmaking.asked(battles, votes, record["judges"])
tables.write(battles, BATTLES, snakemake.output.battles, record)
tables.write(asked, ASKED, snakemake.output.asked, record)
log.info("%d battles, %d votes", len(battles), len(asked))
