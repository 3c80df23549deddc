"""Return values and run times of a benchmark's reference solutions."""

from warriorcoder.core import job
from warriorcoder.evaluation import benchmarks
from warriorcoder.evaluation.benchmarks import truth

log = job.start(snakemake.log[0])
kind, dataset = snakemake.params.record["kind"], snakemake.input.dataset
problems = benchmarks.load(kind, dataset)
sha256 = benchmarks.dataset_sha256(dataset)
truth.write(kind, problems, sha256, snakemake.output[0], snakemake.params.record)
log.info("ground truth of %d problems", len(problems))
