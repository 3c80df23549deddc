"""Collect all votes of one judge with one model load."""

from warriorcoder.arena.judging import write_votes
from warriorcoder.arena.players import of_pair, players_of
from warriorcoder.arena.tables import ANSWERS, BATTLES
from warriorcoder.config.judges import may_judge
from warriorcoder.core import job, tables
from warriorcoder.curation.tables import SELECTED
from warriorcoder.models.model import Model
from warriorcoder.models.parse_rate import check_verdicts

log = job.start(snakemake.log[0])
record, files = snakemake.params.record, snakemake.input
model = Model.of(record, "judge", job.take_gpus(snakemake.resources), snakemake.params.running)
battles = tables.read(BATTLES, *files.battles)
cells = {
    path: battles.filter(of_pair(author, pair), may_judge(model.spec.name, *players_of(pair)))
    for (author, pair), path in zip(snakemake.params.cells, snakemake.output, strict=True)
}
write_votes(
    model,
    cells,
    tables.read(SELECTED, *files.selected),
    tables.read(ANSWERS, *files.answers),
    record,
    log,
    check=lambda cast: check_verdicts(cast, snakemake.params.floor),
)
model.report(f"{snakemake.log[0]}.rows.json")
