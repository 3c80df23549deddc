"""Fetch a file and keep it only if its sha256 is the expected one."""

from warriorcoder.core import job
from warriorcoder.download import files

log = job.start(snakemake.log[0])
source = snakemake.params.source
log.info("fetching %s", source)
files.fetch(source, snakemake.output[0])
