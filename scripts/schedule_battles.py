"""Who meets whom on an author's instructions."""

from warriorcoder.arena import schedule
from warriorcoder.core import job, tables

log = job.start(snakemake.log[0])
record = snakemake.params.record
ids = tables.read("selected", snakemake.input[0])["id"].to_list()
battles = schedule.battles(
    ids, snakemake.wildcards.author, record["rosters"], record["schedule"], record["seed"]
)
tables.write(battles, "battles", snakemake.output[0], record)
log.info("%d instructions, %d battles", len(ids), len(battles))
