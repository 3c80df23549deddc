"""`warriorcoder score` and the rule score_benchmark judge alike, with equal defaults."""

import json
import logging
import runpy
from types import SimpleNamespace

import polars as pl
import pytest
import yaml
from data import ROOT
from unit.cli.test_score import TASKS, score, write

from warriorcoder.config.reading import validate
from warriorcoder.core import job, tables
from warriorcoder.evaluation.benchmarks import defaults
from warriorcoder.evaluation.tables import SAMPLES

CRUX = [
    {
        "id": f"sample_{i}",
        "code": f"def f(x):\n    return x + {i}",
        "input": "1",
        "output": str(1 + i),
    }
    for i in range(3)
]
SUM, LOOP = "    return x + {}\n", "    while True:\n        pass\n"
BOTH = {  # benchmark, tasks and for each task the raw texts of five samples
    "humaneval+": (
        TASKS,
        [[SUM.format(i), SUM.format(1), "    return 0\n", "    retrun", LOOP] for i in range(3)],
    ),
    "cruxeval-output": (
        CRUX,
        [[str(1 + i), "1", "2", "x", "[0 for _ in iter(int, 1)]"] for i in range(3)],
    ),
}


class Named(dict):
    __getattr__ = dict.__getitem__


@pytest.mark.parametrize("benchmark", BOTH)
def test_the_pipeline_gives_the_same_samples_the_same_statuses_and_intervals(
    benchmark, folder, monkeypatch
):
    tasks, texts = BOTH[benchmark]
    ids = [task.get("task_id", task.get("id")) for task in tasks]
    write(folder / "set.jsonl", tasks)
    rows = [
        {"task_id": task, "completion": text}
        for task, each in zip(ids, texts, strict=True)
        for text in each
    ]
    write(folder / "samples.jsonl", rows)
    assert score(benchmark, "set.jsonl") == 0
    ours = json.loads((folder / "out.json").read_text())

    (truth,) = [*folder.glob(".cache/ground_truth/*")] or [None]
    samples = pl.DataFrame(
        [
            {"task_id": row["task_id"], "raw": row["completion"], "sample": number % 5}
            for number, row in enumerate(rows)
        ]
    ).with_columns(decoding=0, seed=0, finish_reason=pl.lit("stop"), n_tokens=1)
    tables.write(samples, SAMPLES, folder / "samples.parquet")
    record = {
        "name": "set",
        "kind": benchmark.removesuffix("+"),
        "version": "1",
        "decodings": [{"n": 5, "report": [1, 5]}],
        "asked": {},
        "style": "completion",
        "seed": defaults.SEED,
        "sandbox": ours["record"]["sandbox"],
    }
    inputs = Named(dataset=folder / "set.jsonl", samples=folder / "samples.parquet", truth=truth)
    monkeypatch.setattr(job, "start", logging.getLogger)
    snakemake = SimpleNamespace(
        log=["log"],
        params=SimpleNamespace(record=record),
        input=inputs,
        output=[folder / "results.json"],
        threads=2,
    )
    runpy.run_path(str(ROOT / "scripts/score_benchmark.py"), {"snakemake": snakemake})
    theirs = json.loads((folder / "results.json").read_text())

    for key in "seconds", "reference", "load", "record", "benchmark":  # measured, or of the call
        ours.pop(key), theirs.pop(key)
    assert ours.pop("missing") == []
    for key in "version", "decodings", "chain_of_thought":  # known to the pipeline alone
        theirs.pop(key)
    assert ours == theirs
    estimate = ours["metrics"][benchmark]["pass@1"]
    assert 0 < estimate["ci95"][0] < estimate["value"] < estimate["ci95"][1] < 1


@pytest.mark.parametrize("name", ["paper", "gpus-1x80", "gpus-4x48", "gpus-2x24", "miniature"])
def test_defaults_are_those_of_the_shipped_configs(name):
    config = validate(yaml.safe_load((ROOT / f"config/{name}.yaml").read_text()))
    assert config.seed == defaults.SEED
    for each in config.benchmarks.values() if name != "miniature" else ():
        found = {
            "seconds": each.seconds or config.sandbox.seconds,
            "memory_mb": each.memory_mb or config.sandbox.memory_mb,
        }
        default = defaults.limits(each.kind)
        if each.kind in ("humaneval", "mbpp"):  # evalplus has time limits of its own
            del found["seconds"], default["seconds"]
        assert found == default, each.kind
