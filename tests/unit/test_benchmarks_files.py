"""Benchmark files: read in both forms, refused with file and line."""

import gzip
import json

import pytest
from data import shared

from warriorcoder import benchmarks

CRUX = {"id": "sample_0", "code": "def f(x):\n    return x", "input": "1", "output": "1"}


def test_plain_and_gzipped_files_are_the_same_problems(tmp_path):
    text = json.dumps(CRUX) + "\n\n" + json.dumps(CRUX | {"id": "sample_1"}) + "\n"
    (tmp_path / "a.jsonl").write_text(text)
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    plain = benchmarks.load("cruxeval-input", tmp_path / "a.jsonl")
    assert plain == benchmarks.load("cruxeval-input", tmp_path / "a.jsonl.gz")
    assert [problem["task_id"] for problem in plain] == ["sample_0", "sample_1"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (json.dumps(CRUX) + "\n{", r"line 2: not JSON"),
        (json.dumps({"id": "sample_0"}), r"line 1: no \['code', 'input', 'output'\]"),
        (json.dumps(CRUX) + "\n" + json.dumps(CRUX), r"line 2: sample_0 is already on line 1"),
        ("", "no problem in it"),
    ],
)
def test_a_wrong_file_is_named_with_its_line(tmp_path, text, message):
    path = tmp_path / "x.jsonl"
    path.write_text(text)
    with pytest.raises(benchmarks.DatasetError, match=f"{path}.*{message}"):
        benchmarks.load("cruxeval-output", path)


def test_missing_and_truncated_files_are_named(tmp_path):
    with pytest.raises(benchmarks.DatasetError, match="no such file"):
        benchmarks.load("mbpp", tmp_path / "none.jsonl")
    (tmp_path / "cut.gz").write_bytes(gzip.compress(b"{}\n" * 999)[:20])
    with pytest.raises(benchmarks.DatasetError, match=r"cut\.gz: cannot be read"):
        benchmarks.load("mbpp", tmp_path / "cut.gz")


def test_the_published_files_load_whole():
    for kind, name, count in (
        ("humaneval", "HumanEvalPlus-v0.1.10.jsonl.gz", 164),
        ("mbpp", "MbppPlus-v0.2.0.jsonl.gz", 378),
        ("mbpp", "MbppPlus-v0.1.0.jsonl.gz", 399),
        ("cruxeval-input", "cruxeval.jsonl", 800),
        ("ds1000", "ds1000.jsonl.gz", 1000),
    ):
        assert len(benchmarks.load(kind, shared(f"benchmarks/{name}"))) == count
