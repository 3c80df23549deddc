"""CRUXEval by its official prompts, extraction and rules, on real raw outputs."""

import hashlib
import json
import shutil
import time

import pytest
from data import shared

from warriorcoder.evaluation import benchmarks
from warriorcoder.evaluation.benchmarks import cruxeval, scoring
from warriorcoder.evaluation.sandbox import Sandbox

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
    assert (len(rows), sum(len(row["raw"]) for row in rows)) == (20, 200)
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
    computed = [f"{answer} if True else None" for answer in answers]
    again = cruxeval.judge(kind, list(zip(problems, computed, strict=True)), sandbox)
    assert again == right
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
        ("cruxeval-output", "type('E', (), {'__eq__': lambda *_: True})()", "unjudged"),
        ("cruxeval-output", "object()", "fail"),
        ("cruxeval-output", "__import__('numpy').int64(5)", "fail"),
        ("cruxeval-output", "__import__('numpy').array([2, 1])", "fail"),  # its truth raises
        ("cruxeval-output", "[__import__('numpy').int64(2), 1]", "pass"),
        ("cruxeval-output", "__import__('collections').UserList([2, 1])", "pass"),
        ("cruxeval-output", "range(10**18)", "fail"),
        ("cruxeval-output", "1\n)\nimport os; os._exit(0)\nx = (1", "error"),
        ("cruxeval-output", "", "fail"),
        ("cruxeval-input", "f([2])", "pass"),
        ("cruxeval-input", "f(list((2,)))", "pass"),
        ("cruxeval-input", "f(f([2])[:1])", "pass"),
        ("cruxeval-input", "f([__import__('fractions').Fraction(2)])", "pass"),
        ("cruxeval-input", "f([2]) if object() else 0", "pass"),
        ("cruxeval-input", "f(object())", "fail"),
        ("cruxeval-input", "[2, 1]", "fail"),
        ("cruxeval-input", "f([3]) or True", "fail"),
        ("cruxeval-input", "f(", "error"),
        ("cruxeval-input", "f([2]) if not exec('while True: pass') else 0", "timeout"),
    ],
)
def test_rules(kind, answer, status, sandbox):
    assert cruxeval.judge(kind, [(PROBLEM, answer)], sandbox) == [{kind: status}]


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("cruxeval-input", "f({COLLIDING})"),
        ("cruxeval-input", "f(**{{'x': {COLLIDING}}})"),
        ("cruxeval-input", f"f({'[' * 90}{']' * 90})"),
        ("cruxeval-input", f"f({'-' * 3000}1)"),
        ("cruxeval-output", "{COLLIDING}"),
        ("cruxeval-output", "[10 ** 400000, {COLLIDING}]"),
    ],
)
def test_no_answer_keeps_the_scorer_busy(kind, answer, sandbox):
    """A set of colliding integers takes minutes to build, in whatever process that is."""
    colliding = "{" + ", ".join(str(7 + i * (2**61 - 1)) for i in range(60_000)) + "}"
    begun = time.process_time()
    status = cruxeval.judge(kind, [(PROBLEM, answer.format(COLLIDING=colliding))], sandbox)
    assert status[0][kind] in ("error", "fail", "timeout") and time.process_time() - begun < 3


@pytest.mark.parametrize(
    ("kind", "sha256"),
    [
        ("cruxeval-input", "8cbd2e46bde904385c8b65d046c697a0b930d028a9c87aa543fb67d9002e704c"),
        ("cruxeval-output", "8e522071511e9109892dc4993425048f181258126a3d21e113ba1d5b5215f755"),
    ],
)
def test_chain_of_thought_prompts_are_upstreams_own(kind, sha256):
    """The digest is of what upstream's `prompts.py` @ c7c7873 makes of this problem."""
    for style in benchmarks.STYLES:
        made = benchmarks.prompt(kind, PROBLEM, style, chain_of_thought=True)
        assert made.endswith("[/PYTHON]\n[THOUGHT]\n")
        assert hashlib.sha256(made.encode()).hexdigest() == sha256


def official(kind: str, raw: str, chain_of_thought: bool) -> str:
    """`postprocess_generation` of upstream's `inference/tasks`, for text cut at [/ANSWER]."""
    text = raw.split("[ANSWER]")[1].strip() if chain_of_thought and "[ANSWER]" in raw else raw
    left, *right = text.split("==")
    if kind == "cruxeval-output":
        return (right[0] if right else left).strip()
    return ("f" + left.split("assert f")[1].strip()) if "assert f" in left else left.strip()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "thought",
    [
        "1. x == [2], so x + [1] == [2, 1].\n[/THOUGHT]\n[ANSWER]\nassert f([2]) == [2, 1]\n",
        "[/THOUGHT]\n[ANSWER]assert f([2]) == [2, 1] == [2, 1]",
        "[/THOUGHT]\n[ANSWER]\n[2, 1]",
        "[/THOUGHT]\n[ANSWER]\nf([2])\n[ANSWER]\nassert f(3) == 4",
        "assert f([2]) == [2, 1]",
        "It loops: x == 3, then assert fails",
        "no answer at all",
        "[ANSWER]",
        "",
    ],
)
def test_answers_behind_a_thought_are_found_as_upstream_finds_them(kind, thought):
    wanted = official(kind, thought, chain_of_thought=True)
    for raw in (thought, f"{thought}[/ANSWER]\nassert f(0) == 9"):
        assert scoring.extract(kind, PROBLEM, raw, "completion") == wanted
    if "[ANSWER]" not in thought:
        assert wanted == official(kind, thought, chain_of_thought=False)


def test_chat_answers_that_repeat_the_tags_are_read():
    raw = "Let me see.\n[ANSWER]\nassert f([2]) == [2, 1]\n[/ANSWER]\nDone == True"
    assert scoring.extract("cruxeval-output", PROBLEM, raw, "chat") == "[2, 1]"
    assert scoring.extract("cruxeval-input", PROBLEM, raw, "chat") == "f([2])"
