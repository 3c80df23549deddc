"""Who meets whom on an author's instructions."""

from warriorcoder.arena import schedule
from warriorcoder.core import job, tables

log = job.start(snakemake.log[0])
recipe = snakemake.params.recipe
ids = tables.read("selected", snakemake.input[0])["id"].to_list()
battles = schedule.battles(
    ids, snakemake.wildcards.author, recipe["rosters"], recipe["schedule"], recipe["seed"]
)
tables.write(battles, "battles", snakemake.output[0], recipe)
log.info("%d instructions, %d battles", len(ids), len(battles))
