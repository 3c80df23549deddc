"""Build the environment of a hash lock, and write its description."""

from pathlib import Path

from warriorcoder.core import job
from warriorcoder.environments import interpreters

log = job.start(snakemake.log[0])
description = Path(snakemake.output[0])
environment = interpreters.prepare(
    snakemake.input.lock, description.parent, snakemake.params.variables
)
environment.save(description)
log.info("%s: %d packages in %s", environment.lock, len(environment.packages), environment.python)
