"""The manifest and the comparison of two result folders: no difference of rows goes unseen."""

import json
import sqlite3
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest
from safetensors.numpy import save_file

from manifest import __main__ as command
from manifest import differences, golden, replays

VOTES = pl.DataFrame(
    {
        "id": [f"quq:{number}" for number in range(6)],
        "judge": ["athene", "llamax"] * 3,
        "seed": range(6),
        "score": [0.1, 0.2, 0.3, 0.4, None, 0.6],
        "scores": [[1.0, 2.0]] * 6,
    }
)
STATUSES = [
    {
        "task_id": f"HumanEval/{number}",
        "statuses": [{"decoding": 0, "sample": 0, "humaneval": "pass", "humaneval+": "fail"}],
    }
    for number in range(3)
]
RESULTS = {"record": {"code": "a1"}, "seconds": 1.5, "metrics": {"pass@1": 0.5}, "notes": []}
TABLE, SCORED = "votes/quq/athene.parquet", "benchmarks/base/humaneval/results.json"
TRUTH, WEIGHTS = "ground_truth/mbpp.parquet", "checkpoints/roster_1/model.safetensors"


class Run:
    """A result folder and a row cache."""

    def __init__(self, folder: Path):
        self.results, self.cache = folder / "results", folder / "rows"
        self.table(VOTES)
        self.scored(RESULTS | {"per_task": STATUSES})
        self.text("report/table1.csv", "model,value\nbase,0.10\nours,0.20\n")
        self.text("datasets/mbpp.jsonl", '{"task_id": 1}\n{"task_id": 2}\n')
        self.text("logs/rate_experts/all.log.cost.json", '{"seconds": 1}')
        self.text("report/ratings.html", "<!-- record: a1 -->")
        self.table(pl.DataFrame({"task_id": ["Mbpp/1"], "seconds": [[0.1]]}), TRUTH)
        self.weights(1.0)
        self.text("checkpoints/roster_1/COMPLETED", '{"record": {"code": "a1"}}')
        self.keys("aa", "bb", "cc")

    def table(self, frame: pl.DataFrame, name: str = TABLE, record: str = "a1") -> None:
        path = self.results / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(frame.to_arrow().replace_schema_metadata({"record": record}), path)

    def text(self, name: str, text: str) -> None:
        path = self.results / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def weights(self, bias: float) -> None:
        path = self.results / WEIGHTS
        path.parent.mkdir(parents=True, exist_ok=True)
        weights = {"bias": np.array([bias], np.float32), "scale": np.ones((2, 2), np.float32)}
        save_file(weights, path, {"format": "pt"})

    def scored(self, document: dict) -> None:
        self.text(SCORED, json.dumps(document))

    def keys(self, *keys: str) -> None:
        path = self.cache / "mine/athene.sqlite"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE rows (key TEXT PRIMARY KEY, value TEXT)")
            database.executemany("INSERT INTO rows VALUES (?, '')", [(key,) for key in keys])


@pytest.fixture
def old(tmp_path) -> Run:
    return Run(tmp_path / "old")


@pytest.fixture
def new(tmp_path) -> Run:
    return Run(tmp_path / "new")


def compared(old: Run, new: Run) -> dict[str, str]:
    found = differences.of_folders(old.results, new.results)
    return {name: "\n".join(lines) for name, lines in found.items() if lines}


def checked(old: Run, new: Run) -> dict[str, str]:
    kept = json.loads(json.dumps(golden.of_run(old.results, old.cache)))
    found = golden.run_differences(kept, new.results, new.cache)
    return {name: "\n".join(lines) for name, lines in found.items() if lines}


WAYS = pytest.mark.parametrize("found", [compared, checked])
third = pl.col("id") == "quq:3"


def test_equal_runs_have_equal_entries(old, new):
    """Every table has an entry: none is left out because nobody looked at it."""
    names = [TABLE, SCORED, f"{SCORED}: statuses", TRUTH, WEIGHTS]
    names += ["report/table1.csv", "datasets/mbpp.jsonl"]
    assert differences.of_folders(old.results, new.results) == dict.fromkeys(sorted(names), [])
    assert checked(old, new) == {}


@WAYS
def test_footers_times_logs_and_pages_are_no_rows(old, new, found):
    new.table(VOTES, record="b2")
    new.scored(RESULTS | {"record": {"code": "b2"}, "seconds": 9.5, "per_task": STATUSES})
    new.text("logs/rate_experts/all.log.cost.json", '{"seconds": 2}')
    new.text("report/ratings.html", "<!-- record: b2 -->")
    new.text("checkpoints/roster_1/COMPLETED", '{"record": {"code": "b2"}}')
    new.table(pl.DataFrame({"task_id": ["Mbpp/1"], "seconds": [[0.2]]}), TRUTH)
    assert found(old, new) == {}


@WAYS
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (VOTES.with_columns(score=pl.col("score").fill_null(0.5)), ["quq:4", "score"]),
        (
            VOTES.with_columns(score=pl.when(third).then(0.4000000000000001).otherwise("score")),
            ["1 differs: id=quq:3", "score"],
        ),
        (
            VOTES.with_columns(
                scores=pl.when(third).then(pl.lit([1.0, 2.5])).otherwise(pl.col("scores"))
            ),
            ["1 differs: id=quq:3", "scores"],
        ),
        (VOTES.with_columns(seed=pl.col("seed") + 1), ["6 differs", "seed"]),
        (VOTES.with_columns(pl.col("seed").cast(pl.Int32)), ["seed: Int64 -> Int32"]),
        (VOTES.with_columns(pl.col("score").cast(pl.Float32)), ["score: Float64 -> Float32"]),
        (VOTES.rename({"score": "rating"}), ["score: missing", "rating: added"]),
        (VOTES.drop("score"), ["score: missing"]),
        (VOTES.with_columns(more=1), ["more: added"]),
        (VOTES.select("judge", "id", "seed", "score", "scores"), ["columns in another order"]),
        (VOTES[[0, 1, 2, 4, 3, 5]], ["2 in another place: id=quq:4; id=quq:3"]),
        (VOTES[[0, 1, 2, 3, 4]], ["1 missing"]),
        (VOTES[[0, 1, 3, 4, 5]], ["1 missing"]),
        (VOTES[[0, 1, 2, 3, 4, 5, 5]], ["1 added: id=quq:5"]),
        (pl.concat([VOTES[:2], VOTES[:1].with_columns(id=pl.lit("new")), VOTES[2:]]), ["id=new"]),
        (VOTES.clear(), ["6 missing"]),
    ],
)
def test_a_changed_table_is_named_with_what_changed(old, new, found, change, words):
    new.table(change)
    [(name, lines)] = found(old, new).items()
    assert name == TABLE
    assert [word for word in words if word not in lines] == [], lines


def test_a_missing_row_has_its_name_beside_its_folder_and_its_number_in_the_manifest(old, new):
    new.table(VOTES[[0, 1, 3, 4, 5]])
    assert "1 missing: id=quq:2" in compared(old, new)[TABLE]
    assert "1 missing: row 3 of the manifest" in checked(old, new)[TABLE]


@WAYS
def test_a_table_more_or_less_is_named(old, new, found):
    new.table(VOTES, "votes/quq/quen.parquet")
    (new.results / TRUTH).unlink()
    assert found(old, new).keys() == {"votes/quq/quen.parquet", TRUTH}


@WAYS
@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("report/table1.csv", "model,value\nbase,0.1\nours,0.20\n", ["model=base", "value"]),
        ("datasets/mbpp.jsonl", '{"task_id": 1}\n{"task_id": 3}\n', ["line=2"]),
        (SCORED, json.dumps(RESULTS | {"notes": ["busy"], "per_task": STATUSES}), ["notes"]),
    ],
)
def test_a_changed_line_or_figure_is_named(old, new, found, name, text, words):
    new.text(name, text)
    [(changed, lines)] = found(old, new).items()
    assert changed == name
    assert [word for word in words if word not in lines] == [], lines


@WAYS
def test_a_tensor_that_training_left_otherwise_is_named(old, new, found):
    new.weights(1.0000001)
    [(name, lines)] = found(old, new).items()
    assert name == WEIGHTS and "1 differs: path=bias" in lines


@WAYS
def test_a_status_is_named_by_its_task_and_metric(old, new, found):
    tasks = json.loads(json.dumps(STATUSES))
    tasks[1]["statuses"][0]["humaneval+"] = "timeout"
    new.scored(RESULTS | {"per_task": tasks})
    [(name, lines)] = found(old, new).items()
    assert name == f"{SCORED}: statuses"
    assert "1 differs: task_id=HumanEval/1 metric=humaneval+" in lines
    if found is checked:
        assert "{'fail': 3, 'pass': 3} -> {'fail': 2, 'pass': 3, 'timeout': 1}" in lines


def test_a_row_that_would_be_generated_again_is_found_and_rows_of_other_runs_are_not(old, new):
    new.keys("aa", "bb", "cc", "dd")
    assert checked(old, new) == {}
    new.keys("aa", "bb", "dd")
    assert checked(old, new) == {f"{new.cache}/mine/athene.sqlite": "1 of 3 keys are missing"}
    (new.cache / "mine/athene.sqlite").unlink()
    assert "3 of 3 keys are missing" in checked(old, new).popitem()[1]


def run(monkeypatch, *arguments) -> int:
    monkeypatch.setattr(sys, "argv", ["manifest", *map(str, arguments)])
    try:
        command.main()
    except SystemExit as end:
        return end.code
    return 0


def test_the_commands_say_equal_and_fail_on_a_difference(old, new, tmp_path, monkeypatch, capsys):
    kept = ["--manifest", tmp_path / "manifest.json"]
    here = ["--results", new.results, "--cache", new.cache]
    assert run(monkeypatch, "write", *kept, "--results", old.results, "--cache", old.cache) == 0
    assert run(monkeypatch, "compare", old.results, new.results) == 0
    assert run(monkeypatch, "check", *kept, *here) == 0
    assert f"{TABLE}: equal" in capsys.readouterr().out
    new.table(VOTES[1:])
    assert run(monkeypatch, "compare", old.results, new.results) == 1
    assert "6 of 7 equal" in capsys.readouterr().out
    assert run(monkeypatch, "check", *kept, *here) == 1
    assert "7 of 8 equal" in capsys.readouterr().out


def test_a_run_on_another_processor_is_not_compared_and_says_so(old, tmp_path, monkeypatch, capsys):
    kept = ["--manifest", tmp_path / "manifest.json", "--results", old.results]
    run(monkeypatch, "write", *kept)
    monkeypatch.setattr(golden, "processor", lambda: "another")
    assert run(monkeypatch, "check", *kept) == 0
    assert "this is 'another'" in capsys.readouterr().out


def test_a_task_whose_status_moved_is_named():
    statuses = {"Mbpp/1": ["pass", "fail"], "Mbpp/2": ["pass"], "Mbpp/3": ["error"]}
    known = replays.summarise(statuses)
    assert known["counts"] == {"error": 1, "fail": 1, "pass": 2}
    assert replays.differing_tasks(known, replays.summarise(statuses)) == []
    moved = replays.summarise(statuses | {"Mbpp/1": ["fail", "pass"], "Mbpp/2": ["timeout"]})
    assert replays.differing_tasks(known, moved) == ["Mbpp/1: pf -> fp", "Mbpp/2: all pass -> t"]
    more = replays.summarise(statuses | {"Mbpp/4": ["pass"]})
    [line] = replays.differing_tasks(known, more)
    assert "3 tasks" in line and "4 tasks" in line
    assert replays.differing_tasks(None, more) == ["not in the manifest"]
