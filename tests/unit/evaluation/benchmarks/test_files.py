"""Benchmark files: read in both forms, refused with file and line."""

import gzip
import json

import pytest
from data import shared

from warriorcoder.core.inputs import FileError
from warriorcoder.evaluation import benchmarks

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
    with pytest.raises(FileError, match=f"{path}.*{message}"):
        benchmarks.load("cruxeval-output", path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"output": "'x' * 3"}, "sample_1: output is \"'x' \\* 3\", not a literal"),
        ({"output": "[1, f(2)]"}, "sample_1: .*not a literal"),
        ({"output": "[" * 5000}, "sample_1: .*not a literal"),
        ({"output": "x + 1"}, "sample_1: .*not a literal"),
        ({"input": "1 +"}, "sample_1: input is no Python"),
        ({"output": 1}, "output is 1, no text"),
        ({"input": "1)("}, "sample_1: input is no Python"),
        ({"code": "def f(x)"}, "sample_1: code is no Python"),
    ],
)
@pytest.mark.parametrize("kind", ["cruxeval-input", "cruxeval-output"])
def test_a_problem_that_scoring_could_not_evaluate_is_refused(tmp_path, kind, change, message):
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps(CRUX) + "\n" + json.dumps(CRUX | {"id": "sample_1"} | change))
    with pytest.raises(FileError, match=f"line 2: {message}"):
        benchmarks.load(kind, path)


def test_missing_and_truncated_files_are_named(tmp_path):
    with pytest.raises(FileError, match="no such file"):
        benchmarks.load("mbpp", tmp_path / "none.jsonl")
    (tmp_path / "cut.gz").write_bytes(gzip.compress(b"{}\n" * 999)[:20])
    with pytest.raises(FileError, match=r"cut\.gz: cannot be read"):
        benchmarks.load("mbpp", tmp_path / "cut.gz")


def test_the_published_files_load_whole():
    for kind, name, count in (
        ("humaneval", "HumanEvalPlus-v0.1.10.jsonl.gz", 164),
        ("mbpp", "MbppPlus-v0.2.0.jsonl.gz", 378),
        ("mbpp", "MbppPlus-v0.1.0.jsonl.gz", 399),
        ("cruxeval-input", "cruxeval.jsonl", 800),
        ("ds1000", "ds1000.jsonl.gz", 1000),
        ("humaneval", "HumanEval.jsonl.gz", 164),
        ("mbpp", "mbpp.jsonl.gz", 974),
        ("mbpp", "sanitized-mbpp.json.gz", 427),
    ):
        assert len(benchmarks.load(kind, shared(f"benchmarks/{name}"))) == count


MBPP = {
    "task_id": 11,
    "text": "Write a function to add one.",
    "code": "def one():\r\n    return 1\r\ndef add(x):\r\n    return x + one()",
    "test_list": ["assert set([add(1)]) == {2}", "assert add(2) == 3"],
}


@pytest.mark.parametrize("array", [False, True])
def test_plain_mbpp_gets_a_prompt_and_an_entry_point(tmp_path, array):
    path = tmp_path / "mbpp.json"
    path.write_text(json.dumps([MBPP] if array else MBPP))
    (problem,) = benchmarks.load("mbpp", path)
    assert problem["task_id"] == "Mbpp/11" and problem["entry_point"] == "add"
    assert problem["prompt"] == (
        '"""\nWrite a function to add one.\nassert set([add(1)]) == {2}\n"""\n'
    )
    assert problem["canonical_solution"] == MBPP["code"]


@pytest.mark.parametrize(
    ("kind", "item", "message"),
    [
        ("mbpp", {"task_id": 1, "test_list": []}, r"item 1: no \['code'\]"),
        ("mbpp", MBPP | {"code": "def"}, "item 1: code or test_list is no Python"),
        ("mbpp", 3, "item 1: not a JSON object"),
        ("humaneval", {"task_id": "HumanEval/0", "test": ""}, r"item 1: no \['prompt'"),
    ],
)
def test_a_wrong_item_of_an_array_is_named(tmp_path, kind, item, message):
    (tmp_path / "x.json").write_text(json.dumps([item]))
    with pytest.raises(benchmarks.DatasetError, match=message):
        benchmarks.load(kind, tmp_path / "x.json")


PLUS = {"task_id": "HumanEval/0", "prompt": "", "entry_point": "f", "canonical_solution": ""}
PLUS |= {"base_input": [[1]], "plus_input": [], "atol": 0}
DS = {"prompt": "", "code_context": "", "reference_code": "", "metadata": {"problem_id": 1}}


@pytest.mark.parametrize(
    ("kind", "item", "message"),
    [
        ("humaneval", PLUS | {"task_id": None}, "its id is null. Give each problem an id"),
        ("humaneval", PLUS | {"task_id": ["HumanEval/0"]}, r"its id is \["),
        ("mbpp", PLUS | {"task_id": True}, "its id is true"),
        ("ds1000", DS | {"metadata": None}, "metadata is null, without problem_id"),
        ("ds1000", DS | {"metadata": {"problem_id": {}}}, "its id is {}"),
        ("cruxeval-input", CRUX | {"id": 7}, "id is 7, no text"),
        ("humaneval", PLUS | {"prompt": 1.5}, "prompt is 1.5, no text"),
        ("humaneval", PLUS | {"prompt": "\ud83d"}, "prompt holds half of a surrogate pair"),
        ("humaneval", PLUS | {"base_input": [1]}, r"base_input is \[1\], no list of lists"),
        ("mbpp", PLUS | {"plus_input": None}, "plus_input is null, no list of lists"),
        ("humaneval", PLUS | {"atol": float("nan")}, "atol is NaN, no finite number"),
        ("humaneval", PLUS | {"atol": -1}, "atol is -1, no finite number"),
        ("mbpp", MBPP | {"test_list": [1]}, r"test_list is \[1\], no list of texts"),
        ("mbpp", MBPP | {"test_list": []}, "no function or no test"),
    ],
)
def test_a_value_of_a_wrong_type_is_refused_when_read(tmp_path, kind, item, message):
    (tmp_path / "x.jsonl").write_text(f"\n{json.dumps(item)}")
    with pytest.raises(FileError, match=f"x.jsonl, line 2: {message}"):
        benchmarks.load(kind, tmp_path / "x.jsonl")


def test_problems_with_and_without_inputs_are_not_mixed(tmp_path):
    tested = {"task_id": "HumanEval/1", "prompt": "", "entry_point": "f", "canonical_solution": ""}
    inputs = {"base_input": [], "plus_input": [], "atol": 0}
    rows = [tested | {"test": ""}, tested | inputs | {"task_id": "HumanEval/2"}]
    (tmp_path / "x.json").write_text(json.dumps(rows))
    with pytest.raises(benchmarks.DatasetError, match="some problems have base_input, and"):
        benchmarks.load("humaneval", tmp_path / "x.json")
