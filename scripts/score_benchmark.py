"""Score one model's samples on one benchmark; the programs run in the sandbox."""

from warriorcoder.core import job, tables
from warriorcoder.evaluation import benchmarks
from warriorcoder.evaluation.benchmarks import scoring
from warriorcoder.evaluation.benchmarks.truth import GroundTruth
from warriorcoder.evaluation.sandbox import Sandbox
from warriorcoder.evaluation.tables import SAMPLES

log = job.start(snakemake.log[0])
record = snakemake.params.record
kind, dataset = record["kind"], snakemake.input.dataset
facts = {"benchmark": record["name"], "kind": kind, "version": record["version"]}
facts["dataset_sha256"] = benchmarks.dataset_sha256(dataset)
facts |= {"decodings": record["decodings"], "chain_of_thought": False} | record["asked"]
room = scoring.room(kind, snakemake.input.get("environment"))
truth = snakemake.input.get("truth")
with Sandbox(**record["sandbox"], workers=snakemake.threads, **room) as sandbox:
    results = scoring.score(
        kind,
        benchmarks.load(kind, dataset)[: record.get("problems")],
        tables.read(SAMPLES, snakemake.input.samples),
        sandbox,
        style=record["style"],
        decodings=record["decodings"],
        seed=record["seed"],
        truth=GroundTruth(truth, facts["dataset_sha256"]) if truth else None,
    )
tables.write_json(facts | results, snakemake.output[0], record)
for metric, values in results["metrics"].items():
    log.info("%s: %s", metric, {k: round(each["value"], 4) for k, each in values.items()})
log.info("reference solutions: %s", results["reference"])
log.info("%d samples, %d timeouts", results["n_samples"], results["timeouts"])
