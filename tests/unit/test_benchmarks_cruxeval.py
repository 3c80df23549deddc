"""CRUXEval by its official prompts, extraction and rules, on real raw outputs."""

import json
import shutil

import pytest
from data import shared

from warriorcoder import benchmarks
from warriorcoder.benchmarks import cruxeval, scoring
from warriorcoder.sandbox import Sandbox

PROBLEM = {"code": "def f(x):\n    return x + [1]", "input": "[2]", "output": "[2, 1]"}
KINDS = ("cruxeval-input", "cruxeval-output")


@pytest.fixture(scope="module")
def sandbox():
    weak = not shutil.which("bwrap")
    with Sandbox("process" if weak else "bubblewrap", weak, seconds=3, workers=2) as sandbox:
        yield sandbox


def real(kind: str) -> list[dict]:
    return benchmarks.load(kind, shared("benchmarks/cruxeval.jsonl"))


def test_prompts_and_answers_are_upstreams_own():
    by_id = {problem["task_id"]: problem for problem in real("cruxeval-input")}
    path = shared("cruxeval/gpt-3.5-turbo-0613_input_raw_sample.jsonl")
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    for row in rows:
        problem = by_id[row["id"]]
        assert benchmarks.prompt("cruxeval-input", problem, "completion") == row["prompt"]
        ours = [scoring.extract("cruxeval-input", problem, raw, "completion") for raw in row["raw"]]
        assert ours == row["extracted"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_published_answer_is_right_and_its_neighbours_is_not(kind, sandbox):
    problems = real(kind)[::4]
    if kind == "cruxeval-input":
        answers = [f"f({problem['input']})" for problem in problems]
    else:
        answers = [problem["output"] for problem in problems]
    right = cruxeval.judge(kind, list(zip(problems, answers, strict=True)), sandbox)
    assert [verdict[kind] for verdict in right] == ["pass"] * len(problems)
    shifted = cruxeval.judge(
        kind, list(zip(problems, answers[1:] + answers[:1], strict=True)), sandbox
    )
    assert sum(verdict[kind] == "pass" for verdict in shifted) < len(problems) / 10


@pytest.mark.parametrize(
    ("kind", "answer", "status"),
    [
        ("cruxeval-output", "[2, 1]", "pass"),
        ("cruxeval-output", "[2] + [1]  # an expression", "pass"),
        ("cruxeval-output", "[2.0, True]", "pass"),  # Python's own ==
        ("cruxeval-output", "(2, 1)", "fail"),
        ("cruxeval-output", "f([2])", "fail"),
        ("cruxeval-output", "f( [2] )", "fail"),  # f is gone
        ("cruxeval-output", "[] or True", "fail"),
        ("cruxeval-output", "type('E', (), {'__eq__': lambda *_: True})()", "fail"),
        ("cruxeval-output", "1\n)\nimport os; os._exit(0)\nx = (1", "error"),
        ("cruxeval-output", "", "fail"),
        ("cruxeval-input", "f([2])", "pass"),
        ("cruxeval-input", "f(list((2,)))", "pass"),
        ("cruxeval-input", "[2, 1]", "fail"),
        ("cruxeval-input", "f([3]) or True", "fail"),
        ("cruxeval-input", "f(", "error"),
        ("cruxeval-input", "f([2]) if not exec('while True: pass') else 0", "timeout"),
    ],
)
def test_rules(kind, answer, status, sandbox):
    assert cruxeval.judge(kind, [(PROBLEM, answer)], sandbox) == [{kind: status}]


def test_chat_answers_that_repeat_the_tags_are_read():
    raw = "Let me see.\n[ANSWER]\nassert f([2]) == [2, 1]\n[/ANSWER]\nDone == True"
    assert scoring.extract("cruxeval-output", PROBLEM, raw, "chat") == "[2, 1]"
    assert scoring.extract("cruxeval-input", PROBLEM, raw, "chat") == "f([2])"
