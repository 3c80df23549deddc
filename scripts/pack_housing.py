"""Write California housing in scikit-learn's format."""

from warriorcoder.core import job
from warriorcoder.core.atomic import atomic
from warriorcoder.evaluation.benchmarks.assets import pack_housing

log = job.start(snakemake.log[0])
with atomic(snakemake.output[0]) as temporary:
    pack_housing(snakemake.input[0], temporary)
