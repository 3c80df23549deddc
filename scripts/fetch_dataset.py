"""Fetch a file and keep it only if its sha256 is the expected one."""

from warriorcoder import fetching, job

log = job.start(snakemake.log[0])
source = snakemake.params.source
log.info("fetching %s", source)
fetching.fetch(source, snakemake.output[0])
