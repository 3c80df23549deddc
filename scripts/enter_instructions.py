"""Take one expert's instructions from a file instead of mining them."""

from warriorcoder.core import job, tables, texts
from warriorcoder.mining.amounts import entering
from warriorcoder.mining.enter import enter
from warriorcoder.mining.tables import MINED
from warriorcoder.models.reader import Reader

log = job.start(snakemake.log[0])
record = snakemake.params.record
reader = Reader.of_record(record, snakemake.params.running)
section = record["mining"]
given = texts.read(snakemake.input.file, "text")
first = given.head(entering(len(given), section["entered_share"]))
entered = enter(reader, first, record["file"], section["max_tokens"])
tables.write(entered, MINED, snakemake.output[0], record)
log.info(
    "%s: the first %d of %d instructions, %d of them longer than mining.max_tokens",
    snakemake.input.file,
    len(entered),
    len(given),
    (entered["finish_reason"] == "length").sum(),
)
