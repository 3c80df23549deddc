"""WarriorCoder: experts battle, the target learns from the winners."""

from snakemake.utils import min_version

min_version("9.27")


report: "rules/report/workflow.rst"


include: "rules/library.smk"


if not workflow.configfiles:

    configfile: find("config/miniature.yaml")


include: "rules/common.smk"
include: "rules/inputs.smk"
include: "rules/recipes.smk"
include: "rules/fetch.smk"
include: "rules/environments.smk"
include: "rules/mine.smk"
include: "rules/curate.smk"
include: "rules/battle.smk"
include: "rules/train.smk"
include: "rules/evaluate.smk"
include: "rules/analyse.smk"
include: "rules/records.smk"
include: "rules/forge.smk"
include: "rules/limits.smk"


localrules:
    all,
    data,
    train,
    benchmarks,
    report,


rule all:
    default_target: True
    input:
        REPORT,


rule data:
    "Gold answers of every roster."
    input:
        expand(out("gold/{roster}/sft.parquet"), roster=CONFIG.rosters),


rule train:
    "A trained target for every roster."
    input:
        expand(out("checkpoints/{roster}/COMPLETED"), roster=CONFIG.rosters),


rule benchmarks:
    "Every benchmark of the base and of every trained model."
    input:
        expand(
            out("benchmarks/{model}/{benchmark}/results.json"),
            model=MODELS,
            benchmark=CONFIG.benchmarks,
        ),


rule report:
    "Tables, figures and summary.json (`--report FILE.html` makes one page of them)."
    input:
        REPORT,
