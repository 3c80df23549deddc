"""Take one expert's answers from a file instead of generating them."""

from warriorcoder.arena import answers, entered
from warriorcoder.arena.tables import ANSWERS, BATTLES
from warriorcoder.core import job, tables, texts
from warriorcoder.curation.tables import SELECTED
from warriorcoder.models.reader import Reader

log = job.start(snakemake.log[0])
record = snakemake.params.record
reader = Reader.of_record(record, snakemake.params.running)
given = entered.told_apart(
    texts.read(snakemake.input.file, "instruction", "answer"), snakemake.input.file
)
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
        reader.spec.name,
        alone=author == reader.spec.name and record.get("alone", False),
    )
    made = entered.enter(reader, instructions, given, snakemake.input.file)
    tables.write(made, ANSWERS, path, record)
    log.info("%s: %d answers", author, len(made))
