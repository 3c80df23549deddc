"""Ground truth: what is read back judges as what was computed, and nothing stale is used."""

import os

import polars as pl
import pytest
from data import shared

from warriorcoder.core import tables
from warriorcoder.evaluation import benchmarks
from warriorcoder.evaluation.benchmarks import replay, truth
from warriorcoder.evaluation.tables import GROUND_TRUTH

SQUARE = {
    "task_id": "HumanEval/900",
    "prompt": "def square(x):\n",
    "canonical_solution": "    return (x * x, {x}, {x: 1.5})\n",
    "entry_point": "square",
    "base_input": [[2], [3]],
    "plus_input": [],
    "atol": 0,
}


@pytest.fixture
def path(tmp_path):
    truth.write("humaneval", [SQUARE], "abc", tmp_path / "truth.parquet")
    return tmp_path / "truth.parquet"


def test_values_keep_their_types(path):
    found = truth.GroundTruth(path, "abc")
    answers = found.answers("humaneval", SQUARE, "base")
    assert answers.values() == [(4, {2}, {2: 1.5}), (9, {3}, {3: 1.5})]
    assert answers.inputs == [[2], [3]] and len(answers.seconds) == 2
    assert found.answers("humaneval", SQUARE, "plus") == truth.Answers([], [], [])


def test_a_file_of_another_data_set_is_refused(path):
    with pytest.raises(tables.TableError, match="made from .*not .*'other'"):
        truth.GroundTruth(path, "other")


def test_a_file_of_another_evalplus_is_refused(path, monkeypatch):
    monkeypatch.setattr(truth, "version", lambda _: "0.3.2")
    with pytest.raises(tables.TableError, match="evalplus"):
        truth.GroundTruth(path, "abc")


def test_a_truncated_or_missing_file_is_refused(path):
    os.truncate(path, 100)
    with pytest.raises(tables.TableError, match="not a complete Parquet file"):
        truth.GroundTruth(path, "abc")
    path.unlink()
    with pytest.raises(tables.TableError, match="no such file"):
        truth.GroundTruth(path, "abc")


def test_values_that_cannot_travel_are_left_out_with_their_inputs(tmp_path, monkeypatch):
    monkeypatch.setattr(truth, "MOST", 100)
    problem = SQUARE | {"canonical_solution": "    return 'x' * x\n", "base_input": [[9], [200]]}
    truth.write("humaneval", [problem], "abc", tmp_path / "truth.parquet")
    found = truth.GroundTruth(tmp_path / "truth.parquet", "abc")
    assert found.left_out() == {("HumanEval/900", "base"): 1}
    assert found.answers("humaneval", problem, "base").inputs == [[9]]


def test_no_part_is_written_twice_in_memory(path):
    """A row group per task and part: a reader of one holds no other."""
    groups = tables.Groups(GROUND_TRUTH, path)
    assert len(groups) == 2
    assert groups.read(1).select("task_id", "part").row(0) == ("HumanEval/900", "plus")
    assert isinstance(groups.read(0), pl.DataFrame)


def test_mbpp_inputs_get_their_tuples_back():
    problem = benchmarks.load("mbpp", shared("benchmarks/MbppPlus-v0.2.0.jsonl.gz"))[0]
    assert truth.inputs_of("mbpp", problem, "base")[0] == [(3, 4, 5, 6), (5, 7, 4, 10)]


def test_inputs_that_do_not_fit_their_task_id_are_named():
    problem = {"task_id": "Mbpp/2", "base_input": [[3]], "plus_input": []}
    with pytest.raises(benchmarks.DatasetError, match="base_input of Mbpp/2"):
        truth.inputs_of("mbpp", problem, "base")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "name"),
    [("humaneval", "HumanEvalPlus-v0.1.10"), ("mbpp", "MbppPlus-v0.2.0")],
)
def test_encoded_values_judge_as_those_that_were_computed(kind, name):
    """Of every real task: the reference's own values, and wrong ones, get the same verdict."""
    for problem in benchmarks.load(kind, shared(f"benchmarks/{name}.jsonl.gz")):
        if problem["task_id"] == "Mbpp/255":
            continue  # its values are left out where they have 1 GB
        for part in truth.PARTS:
            inputs = truth.inputs_of(kind, problem, part)
            expected, seconds = truth.compute(kind, problem, part)
            texts = truth._texts(list(expected))
            assert None not in texts, problem["task_id"]
            answers = truth.Answers(inputs, texts, seconds)
            for given in (
                answers.values(),
                [*answers.values()[1:], None],
                ["wrong"] * len(expected),
            ):
                ours, theirs = (
                    replay.passes(kind, problem, inputs, right, tuple(given))
                    for right in (answers.values(), expected)
                )
                assert ours == theirs, (problem["task_id"], part)
            assert replay.passes(kind, problem, inputs, answers.values(), tuple(answers.values()))
