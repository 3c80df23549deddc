"""Return values and run times of a benchmark's reference solutions."""

from warriorcoder.core import job
from warriorcoder.evaluation import benchmarks
from warriorcoder.evaluation.benchmarks import truth

log = job.start(snakemake.log[0])
record, dataset = snakemake.params.record, snakemake.input.dataset
problems = benchmarks.load(record["kind"], dataset)[: record.get("problems")]
sha256 = benchmarks.dataset_sha256(dataset)
truth.write(record["kind"], problems, sha256, snakemake.output[0], record)
log.info("ground truth of %d problems", len(problems))
