rule build_environment:
    "Environment of a benchmark whose programs need other package versions (METHOD 14)."
    input:
        lock=lambda wc: find(f"envs/{wc.environment}.txt"),
        assets=assets_of,
    output:
        ".cache/environments/{environment}.json",
    log:
        logs("build_environment/{environment}.log"),
    benchmark:
        logs("build_environment/{environment}.tsv")
    wildcard_constraints:
        environment=r"[\w.-]+",
    localrule: True
    conda:
        "../envs/{environment}.yaml"
    params:
        record=record("build_environment"),
        variables=lambda wc: dict.fromkeys(
            assets.VARIABLES if assets_of(wc) else [], "resources/ds1000"
        ),
    script:
        "../scripts/build_environment.py"


rule pack_housing:
    "Pack scikit-learn's housing table, which DS-1000's programs load without network."
    input:
        "resources/ds1000/cal_housing.data",
    output:
        f"resources/ds1000/{assets.HOUSING}",
    log:
        logs("pack_housing/all.log"),
    benchmark:
        logs("pack_housing/all.tsv")
    localrule: True
    conda:
        "../envs/ds1000.yaml"
    params:
        record=record("pack_housing"),
    script:
        "../scripts/pack_housing.py"
