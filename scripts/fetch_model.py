"""Fetch a model's snapshot into the hub's cache, checked file by file."""

from warriorcoder.core import job
from warriorcoder.download import snapshots

log = job.start(snakemake.log[0])
source = snakemake.params.source
log.info("fetching %s", source)
snapshots.fetch(**source, record=snakemake.output[0])
