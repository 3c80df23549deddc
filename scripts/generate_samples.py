"""Sample one model on every benchmark with one model load."""

from warriorcoder.core import job, tables
from warriorcoder.evaluation import benchmarks, samples
from warriorcoder.evaluation.tables import SAMPLES
from warriorcoder.models.model import Model
from warriorcoder.training import seal

log = job.start(snakemake.log[0])
record = snakemake.params.record
gpus, running = job.take_gpus(snakemake.resources), snakemake.params.running
spec = record["model"]
if snakemake.input.weights:  # the weights decide the rows, not the record of their training
    spec = spec | {"revision": seal.identity(spec["model"])}
model = Model.of(record | {"expert": spec}, "sample", gpus, running)
files = zip(record["benchmarks"], snakemake.input.datasets, snakemake.output, strict=True)
for benchmark, dataset, path in files:
    problems = benchmarks.load(benchmark["kind"], dataset)[: benchmark.get("problems")]
    made = samples.sample(model, benchmark, problems, record["style"], record["seed"])
    tables.write(made, SAMPLES, path, record)
    log.info("%s: %d samples of %d problems", benchmark["name"], len(made), len(problems))
model.report(f"{snakemake.log[0]}.rows.json")
