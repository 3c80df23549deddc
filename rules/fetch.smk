rule fetch_dataset:
    "A data set from its source, checked against its sha256."
    output:
        "resources/{file}",
    log:
        out("logs/fetch_dataset/{file}.log"),
    benchmark:
        out("logs/fetch_dataset/{file}.tsv")
    localrule: True
    conda:
        "../envs/analyse.yaml"
    params:
        source=source_of,
    script:
        "../scripts/fetch_dataset.py"


rule fetch_model:
    "A model's files in the hub's cache, each checked against the hub's checksum."
    output:
        f"{hub.CACHE}/{{record}}",
    log:
        out("logs/fetch_model/{record}.log"),
    benchmark:
        out("logs/fetch_model/{record}.tsv")
    localrule: True
    conda:
        "../envs/analyse.yaml"
    params:
        source=lambda wc: SNAPSHOTS[wc.record],
    script:
        "../scripts/fetch_model.py"


# No other rule reads these files: the record of a job names its model.
rule fetch:
    "Everything that comes from outside: type it on a login node of an air-gapped cluster."
    input:
        [f"{hub.CACHE}/{record}" for record in SNAPSHOTS],
        list(FETCHED),
        expand(".cache/environments/{environment}.json", environment=sorted(ENVIRONMENTS)),
    localrule: True


rule build_miniature_benchmarks:
    "Small sets in the benchmarks' formats, from wordings that are held out from mining."
    output:
        **{
            name: out(f"datasets/{name}.jsonl")
            for name in ("humaneval", "mbpp", "cruxeval", "ds1000")
        },
        made=out("datasets/made.json"),
    log:
        out("logs/build_miniature_benchmarks/all.log"),
    benchmark:
        out("logs/build_miniature_benchmarks/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record("build_miniature_benchmarks", sizes=CONFIG.world),
    script:
        "../scripts/build_miniature_benchmarks.py"
