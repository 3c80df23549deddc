"""Answer all instructions of one expert with one model load."""

from warriorcoder.arena import answers
from warriorcoder.arena.tables import ANSWERS, BATTLES
from warriorcoder.config.answers import Answers
from warriorcoder.core import job, tables
from warriorcoder.curation.tables import SELECTED
from warriorcoder.models.model import Model

log = job.start(snakemake.log[0])
record = snakemake.params.record
model = Model.of(record, "answer", job.take_gpus(snakemake.resources), snakemake.params.running)
files = zip(
    snakemake.params.authors,
    snakemake.input.selected,
    snakemake.input.battles,
    snakemake.output,
    strict=True,
)
for author, selected, battles, path in files:
    instructions = answers.due(
        tables.read(SELECTED, selected),
        tables.read(BATTLES, battles),
        model.spec.name,
        alone=author == model.spec.name and record.get("alone", False),
    )
    made = answers.answer(model, instructions, Answers(**record["answers"]), record["seed"])
    tables.write(made, ANSWERS, path, record)
    truncated = (made["finish_reason"] != "stop").sum()
    log.info("%s: %d answers, %d truncated", author, len(made), truncated)
model.report(f"{snakemake.log[0]}.rows.json")
