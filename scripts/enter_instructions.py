"""Take one expert's instructions from a file instead of mining them."""

from warriorcoder.core import job, tables, texts
from warriorcoder.mining.enter import enter
from warriorcoder.mining.tables import MINED
from warriorcoder.models.reader import Reader

log = job.start(snakemake.log[0])
record = snakemake.params.record
reader = Reader.of_record(record, snakemake.params.running)
given = texts.read(snakemake.input.file, "text")
entered = enter(reader, given, record["file"], record["mining"]["max_tokens"])
tables.write(entered, MINED, snakemake.output[0], record)
log.info(
    "%s: %d instructions, %d of them longer than mining.max_tokens",
    snakemake.input.file,
    len(entered),
    (entered["finish_reason"] == "length").sum(),
)
