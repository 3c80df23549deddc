"""Write the model in a package's GGUF file in Hugging Face's format."""

import sys
from pathlib import Path

from warriorcoder.core import job
from warriorcoder.environments import interpreters
from warriorcoder.models import gguf

log = job.start(snakemake.log[0])
python = interpreters.build(snakemake.input.lock, ".cache/environments")
(packages,) = python.parents[1].glob("lib/python*/site-packages")
sys.path.append(str(packages))
(path,) = packages.glob(snakemake.params.file)
gguf.unpack(path, Path(snakemake.output[0]))
log.info("%s: %s", snakemake.output[0], path)
