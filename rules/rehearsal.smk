# `snakemake rehearsal`: this workflow as a module, with the config at a small share and a folder of
# results of its own. Both runs share what they fetch and build, and the row cache.

from warriorcoder.config.scaled import scaled

REHEARSED = scaled(config, CONFIG)
REPORTED = f"{REHEARSED['results']}/report"


module rehearsed:
    snakefile:
        "../Snakefile"
    config:
        REHEARSED


use rule * from rehearsed exclude fetch, fetch_dataset, fetch_model, unpack_model, build_environment, pack_housing, forge as rehearsal_*


rule estimate_real_run:
    "Hours and bytes of the real run, from the rehearsal's and the ratio of rows of each stage."
    input:
        rules.rehearsal_all.input,
        funnel=f"{REPORTED}/funnel.csv",
    output:
        csv=f"{REPORTED}/real_run.csv",
        html=f"{REPORTED}/real_run.html",
    log:
        f"{REPORTED}/real_run.log",
    benchmark:
        f"{REPORTED}/real_run.tsv"
    conda:
        "../envs/analyse.yaml"
    params:
        record=record(
            "estimate_real_run",
            real=slices.plain(CONFIG),
            rehearsed=slices.plain(validated(REHEARSED)),
        ),
    script:
        "../scripts/estimate_real_run.py"


rule rehearsal:
    "The whole config at `rehearsal.share`, and what the real run will take."
    input:
        f"{REPORTED}/real_run.html",
    localrule: True
