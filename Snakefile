"""WarriorCoder: experts battle, the target learns from the winners."""

from snakemake.utils import min_version

min_version("9.27")


include: "rules/library.smk"


if not workflow.configfiles:

    configfile: find("config/miniature.yaml")


include: "rules/common.smk"
include: "rules/resources.smk"


CONFIG = validated(config)


# Snakemake's page begins with the answer, which write_summary writes.
report: Path(out("report/start.rst")).absolute()


include: "rules/inputs.smk"


wildcard_constraints:
    expert=one_of(CONFIG.authors),
    author=one_of(CONFIG.authors),
    judge=one_of(CONFIG.judges),
    answerer=one_of(CONFIG.answerers),
    roster=one_of(CONFIG.rosters),
    model=one_of(MODELS),
    benchmark=one_of(CONFIG.benchmarks),
    sampling=one_of(SAMPLINGS),
    part=r"\d+-of-\d+",
    round=r"[1-9]\d*",


include: "rules/records.smk"
include: "rules/fetch.smk"
include: "rules/environments.smk"
include: "rules/mine.smk"
include: "rules/curate.smk"
include: "rules/arena.smk"
include: "rules/judging.smk"
include: "rules/gold.smk"
include: "rules/train.smk"
include: "rules/evaluate.smk"
include: "rules/calibrate.smk"
include: "rules/report.smk"
include: "rules/report_arena.smk"
include: "rules/report_data.smk"
include: "rules/forge.smk"
include: "rules/limits.smk"


if CONFIG.rehearsal:

    include: "rules/rehearsal.smk"


localrules:
    all,
    data,
    train,
    benchmarks,
    calibrate,
    report,


rule all:
    default_target: True
    input:
        REPORT,


rule data:
    "Gold answers of every roster."
    input:
        expand(out("gold/{roster}/sft.parquet"), roster=CONFIG.crowned),


rule train:
    "A trained target for every roster."
    input:
        out("checks/training.json"),
        expand(out("checkpoints/{roster}/COMPLETED"), roster=CONFIG.rosters),


rule benchmarks:
    "Every benchmark of the base and of every trained model."
    input:
        RESULTS,


rule calibrate:
    "The base and `models`, benchmarked before anything is mined, beside published figures."
    input:
        rules.compare_published.output,


rule report:
    "Tables, figures and summary.json (`--report FILE.html` makes one page of them)."
    input:
        REPORT,
