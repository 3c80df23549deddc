# Downloads of the config: data sets by their files, models by the file that marks a complete
# snapshot in the hub's cache.
FETCHED = {spec.dataset: spec for spec in CONFIG.datasets.values() if spec.fetched}
SNAPSHOTS = {
    hub.record(**source): source
    for source in (
        *(
            {
                "model": spec.model,
                "revision": spec.revision,
                "weights": bool(spec.generates) and not spec.api,
            }
            for spec in CONFIG.loaded.values()
            if not spec.chats
        ),
        {
            "model": CONFIG.compression.embedder,
            "revision": CONFIG.compression.revision,
            "weights": True,
        },
    )
    if hub.on_hub(source["model"])
}


rule fetch_dataset:
    "A data set from its source, checked against its sha256."
    output:
        "resources/{file}",
    log:
        logs("fetch_dataset/{file}.log"),
    benchmark:
        logs("fetch_dataset/{file}.tsv")
    wildcard_constraints:
        file=one_of([*assets.SOURCES, *(file.removeprefix("resources/") for file in FETCHED)]),
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
        f"{hub.CACHE}/{{snapshot}}",
    log:
        logs("fetch_model/{snapshot}.log"),
    benchmark:
        logs("fetch_model/{snapshot}.tsv")
    wildcard_constraints:
        snapshot=one_of(SNAPSHOTS),
    localrule: True
    conda:
        "../envs/analyse.yaml"
    params:
        source=lambda wc: SNAPSHOTS[wc.snapshot],
    script:
        "../scripts/fetch_model.py"


# No other rule reads these files: the record of a job names its model.
rule fetch:
    "Models, data sets and environments: run it on a login node of an air-gapped cluster."
    input:
        [f"{hub.CACHE}/{snapshot}" for snapshot in SNAPSHOTS],
        list(FETCHED),
        sorted({file for name in CONFIG.benchmarks for file in environment_of(name).values()}),
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
        logs("build_miniature_benchmarks/all.log"),
    benchmark:
        logs("build_miniature_benchmarks/all.tsv")
    conda:
        "../envs/analyse.yaml"
    params:
        record=record("build_miniature_benchmarks", "world"),
    script:
        "../scripts/build_miniature_benchmarks.py"
