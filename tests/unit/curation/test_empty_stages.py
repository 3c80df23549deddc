"""If these tests fail, an empty stage writes an empty file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from warriorcoder.core import tables
from warriorcoder.curation.tables import CURATED, DIFFICULTY, EMBEDDINGS

SCRIPTS = Path(__file__).parents[3] / "scripts"
TEXT = "Write a function that returns the sum of the even numbers of a list"
DRIVER = """
import json, runpy, sys
from types import SimpleNamespace

class Named(dict):
    __getattr__ = dict.__getitem__
    def __getitem__(self, key):
        return list(self.values())[key] if isinstance(key, int) else dict.__getitem__(self, key)

given = json.loads(sys.argv[1])
snakemake = SimpleNamespace(
    input=Named(given["input"]), output=Named(given["output"]), log=[given["log"]], resources={},
    wildcards=SimpleNamespace(expert="a"), params=SimpleNamespace(record=given["record"]),
)
runpy.run_path(given["script"], {"snakemake": snakemake})
"""


def ends(script: str, folder: Path, inputs: dict, record: dict) -> str:
    """Return the log of a script whose stage keeps nothing. It writes no file."""
    outputs = {name: str(folder / f"out.{name}") for name in ("table", "funnel")}
    given = {"script": str(SCRIPTS / script), "input": inputs, "output": outputs, "record": record}
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, json.dumps(given | {"log": str(folder / "log")})],
        env=os.environ | {"PYTHONPATH": str(SCRIPTS)},
        capture_output=True,
        text=True,
    )
    assert done.returncode and not list(folder.glob("out.*"))
    return (folder / "log").read_text()


def rated(folder: Path, *scores: int | None) -> dict:
    """Tables of one author's curated instructions with these scores of one judge."""
    ids = [f"a:t:{n}" for n, _ in enumerate(scores)]
    judged = {"judge": "b", "seed": 1, "raw": "", "finish_reason": "stop", "n_tokens": 1}
    judged["again"] = pl.Series([None] * len(ids), dtype=pl.String)
    columns = [
        (CURATED, {"expert": "a", "sampling": "t", "text": TEXT, "cluster": "a", "copies": 1}),
        (DIFFICULTY, judged | {"score": pl.Series(scores, dtype=pl.Int64)}),
        (EMBEDDINGS, {"embedding": pl.Series([[1.0, 0.0]] * len(ids))}),
    ]
    paths = {}
    for table, values in columns:
        paths[table.name] = str(folder / f"{table.name}.parquet")
        literal = {k: v if isinstance(v, pl.Series) else pl.lit(v) for k, v in values.items()}
        frame = pl.DataFrame({"id": ids}).with_columns(**literal)
        tables.write(frame.select(list(table.schema)), table, paths[table.name], {})
    return paths | {"difficulty": [paths["difficulty"]]}


@pytest.mark.parametrize(
    ("scores", "drops", "keys"),
    [
        ([None, None], ["unparsed: 2 rows"], "difficulty.max_tokens"),
        ([3, 5], ["too_easy: 2 rows"], "difficulty.threshold"),
        (
            [5, None],
            ["unparsed: 1 rows", "too_easy: 1 rows"],
            "difficulty.max_tokens, difficulty.threshold",
        ),
    ],
)
def test_no_instruction_that_is_hard_enough_is_told_before_the_embedder_loads(
    tmp_path, scores, drops, keys
):
    record = {"difficulty": {"threshold": 6}, "compression": {}}
    said = ends("embed_instructions.py", tmp_path, rated(tmp_path, *scores), record)
    assert "difficulty of a: no row is left of 2" in said
    assert all(drop in said for drop in drops) and f"would keep rows: {keys}\n" in said


def test_no_instruction_that_is_in_no_benchmark_is_told_with_the_benchmark(tmp_path):
    task = {"task_id": 1, "text": TEXT, "code": "def f(x): ...", "test_list": ["assert f(2) == 3"]}
    tasks = tmp_path / "mbpp.json"
    tasks.write_text(json.dumps([task]))
    record = {
        "difficulty": {"threshold": 6},
        "benchmarks": [{"name": "mbpp", "kind": "mbpp"}],
        "decontamination": {"ngram_words": 5},
        "compression": {"instructions_per_expert": 2},
    }
    inputs = rated(tmp_path, 7, 9, 2) | {"benchmarks": [str(tasks)]}
    said = ends("select_instructions.py", tmp_path, inputs, record)
    assert "decontamination of a: no row is left of 3" in said
    assert "too_easy: 1 rows" in said and "mbpp: 2 rows" in said
    assert "keep rows: difficulty.threshold, decontamination.ngram_words\n" in said
