"""Score one model's samples on one benchmark; the programs run in the sandbox."""

from warriorcoder import benchmarks, job, tables
from warriorcoder.benchmarks import scoring
from warriorcoder.sandbox import Sandbox

log = job.start(snakemake.log[0])
recipe = snakemake.params.recipe
kind, dataset = recipe["kind"], snakemake.input.dataset
facts = {"benchmark": recipe["name"], "kind": kind, "version": recipe["version"]}
facts["dataset_sha256"] = benchmarks.dataset_sha256(dataset)
preload = ("numpy",) if kind == "ds1000" else ()
with Sandbox(**recipe["sandbox"], workers=snakemake.threads, preload=preload) as sandbox:
    results = scoring.score(
        kind,
        benchmarks.load(kind, dataset),
        tables.read("samples", snakemake.input.samples),
        sandbox,
        style=recipe["style"],
        decodings=recipe["decodings"],
        seed=recipe["seed"],
    )
tables.write_json(facts | results, snakemake.output[0])
for metric, values in results["metrics"].items():
    log.info("%s: %s", metric, {k: round(each["value"], 4) for k, each in values.items()})
log.info("%d samples, %d timeouts", results["n_samples"], results["timeouts"])
