rule fetch_dataset:
    "A benchmark's data set from its source, checked against its sha256."
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


rule fetch:
    "Everything that comes from outside: type it on a login node of an air-gapped cluster."
    input:
        [b.dataset for b in CONFIG.benchmarks.values() if b.url or b.hub],
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
        recipe=recipe("build_miniature_benchmarks", sizes=CONFIG.world),
    script:
        "../scripts/build_miniature_benchmarks.py"
