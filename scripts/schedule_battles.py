"""Schedule the battles on an author's instructions."""

from warriorcoder.arena import schedule
from warriorcoder.arena.tables import BATTLES
from warriorcoder.core import job, tables
from warriorcoder.curation.tables import SELECTED

log = job.start(snakemake.log[0])
record = snakemake.params.record
ids = tables.read(SELECTED, snakemake.input[0])["id"].to_list()
battles = schedule.battles(
    ids, snakemake.wildcards.author, record["rosters"], record["arena"]["schedule"], record["seed"]
)
tables.write(battles, BATTLES, snakemake.output[0], record)
log.info("%d instructions, %d battles", len(ids), len(battles))
