"""Samples that `warriorcoder score` reads, and those that it names and refuses."""

import gzip
import json
import re

import pytest
from unit.cli.test_score import TASKS, right, score, write


@pytest.fixture
def folder(folder):
    write(folder / "tasks.jsonl", TASKS)
    return folder


SAMPLE = right(TASKS[0])
BAD = {
    "unknown task": ([SAMPLE, SAMPLE | {"task_id": "Mbpp/2"}], "line 2: the data set has no task"),
    "missing tasks": ([SAMPLE], "no sample of 2 of 3 tasks .HumanEval/1, HumanEval/2"),
    "both": ([SAMPLE | {"solution": ""}], "line 1: solution and completion. Give one"),
    "neither": ([SAMPLE, {"task_id": "HumanEval/1"}], "line 2: neither. Give one"),
    "no string": ([{"task_id": "HumanEval/0", "solution": ["x"]}], "line 1: solution is a list"),
    "no task_id": ([{"solution": ""}], "line 1: no task_id"),
    "no object": ([7], "line 1: no task_id"),
    "null": ([{"task_id": None, "solution": ""}], "line 1: the data set has no task null"),
    "a list": ([{"task_id": ["HumanEval/0"], "solution": ""}], "line 1: the data set has no task"),
    "empty": ([], "no sample in it"),
}


@pytest.mark.parametrize("case", BAD)
def test_samples_that_cannot_be_used_are_named(case, folder, capsys):
    rows, message = BAD[case]
    write(folder / "samples.jsonl", rows)
    assert score("humaneval+", "tasks.jsonl") == 2
    said = capsys.readouterr().err
    assert said.startswith("warriorcoder score: samples.jsonl") and said.count("\n") == 1
    assert re.search(message, said)
    assert not (folder / "out.json").exists()


def test_broken_lines_and_files_are_named(folder, capsys):
    (folder / "samples.jsonl").write_text(json.dumps(SAMPLE) + "\n\n{broken\n")
    assert score("humaneval+", "tasks.jsonl") == 2
    assert "samples.jsonl, line 3: not JSON" in capsys.readouterr().err
    (folder / "samples.jsonl").write_bytes(gzip.compress(b"{}" * 999)[:20])
    assert score("humaneval+", "tasks.jsonl") == 2
    assert "samples.jsonl: cannot be read" in capsys.readouterr().err
    (folder / "samples.jsonl").unlink()
    assert score("humaneval+", "tasks.jsonl") == 2
    assert "samples.jsonl: no such file" in capsys.readouterr().err


def test_marks_encodings_and_arrays_are_read_and_a_pipe_gets_the_results(folder, capsys):
    (folder / "tasks.jsonl").write_bytes("\n".join(map(json.dumps, TASKS)).encode("utf-8-sig"))
    samples = json.dumps([right(task) for task in TASKS], indent=1)
    (folder / "samples.jsonl").write_bytes(samples.encode("utf-16"))
    assert score("humaneval", "tasks.jsonl", "--out", "-") == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["metrics"]["humaneval"]["pass@1"]["value"] == 1
    assert "pass@1 1.0000" in shown.err and not (folder / "-").exists()
