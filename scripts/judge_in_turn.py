"""Phase 1 of sequential judging: what the judges before this one left open, with one model load."""

from warriorcoder.arena import votes
from warriorcoder.arena.sequential import rounds
from warriorcoder.arena.tables import ANSWERS, BATTLES, VOTES
from warriorcoder.core import job, tables
from warriorcoder.curation.tables import SELECTED
from warriorcoder.models.model import Model

log = job.start(snakemake.log[0])
record = snakemake.params.record
model = Model.of(record, "judge", job.take_gpus(snakemake.resources), snakemake.params.running)
battles = tables.read(BATTLES, *snakemake.input.battles)
open = rounds.unsettled(
    battles,
    tables.read(VOTES, *snakemake.input.before),
    record["judges"],
    model.spec.name,
    orders=2 if record["arena"]["orders"] == "both" else 1,
)
votes = votes.judge(
    model,
    open,
    tables.read(SELECTED, *snakemake.input.selected),
    tables.read(ANSWERS, *snakemake.input.answers),
    record["arena"],
    record["seed"],
)
tables.write(votes, VOTES, snakemake.output[0], record)
log.info("%d votes; %d of %d battles were open", len(votes), len(open), len(battles))
model.report(f"{snakemake.log[0]}.rows.json")
