"""Phase 1 of sequential judging: votes on the battles that earlier judges left open."""

from warriorcoder.arena.judging import write_votes
from warriorcoder.arena.sequential import rounds
from warriorcoder.arena.tables import ANSWERS, BATTLES, VOTES
from warriorcoder.config.arena import Voting
from warriorcoder.core import job, tables
from warriorcoder.curation.tables import SELECTED
from warriorcoder.models.model import Model

log = job.start(snakemake.log[0])
record, files = snakemake.params.record, snakemake.input
model = Model.of(record, "judge", job.take_gpus(snakemake.resources), snakemake.params.running)
battles = tables.read(BATTLES, *files.battles)
open = rounds.unsettled(
    battles,
    tables.read(VOTES, *files.before),
    record["judges"],
    model.spec.name,
    Voting.recorded(record["arena"]).votes_each,
)
log.info("%d of %d battles are open", len(open), len(battles))
write_votes(
    model,
    {snakemake.output[0]: open},
    tables.read(SELECTED, *files.selected),
    tables.read(ANSWERS, *files.answers),
    record,
    log,
)
model.report(f"{snakemake.log[0]}.rows.json")
