"""Tests that came with a problem: run by the parent, on what a sandboxed program returned."""

import json
import shutil

import pytest
from data import shared

from warriorcoder.evaluation import benchmarks
from warriorcoder.evaluation.benchmarks.assertions import Assertions, OwnTests
from warriorcoder.evaluation.benchmarks.files import reference
from warriorcoder.evaluation.sandbox import Sandbox

FILES = {
    "HumanEval.jsonl.gz": "humaneval",
    "mbpp.jsonl.gz": "mbpp",
    "sanitized-mbpp.json.gz": "mbpp",
}
OWN_OBJECTS = {  # classes of the program, or what re.match returns
    "HumanEval.jsonl.gz": [],
    "mbpp.jsonl.gz": ["Mbpp/367", "Mbpp/533", "Mbpp/601", "Mbpp/927"],
    "sanitized-mbpp.json.gz": ["Mbpp/737", "Mbpp/787", "Mbpp/794"],
}
STEP = 7
PAIR = {
    "task_id": "Mbpp/2000",
    "prompt": "",
    "canonical_solution": "def double(x):\n    return 2 * x\n\ndef half(x):\n    return x / 2\n",
    "entry_point": "double",
    "test_list": ["assert double(3) == 6", "xs = [half(double(n)) for n in (1, 2)]\nassert xs"],
}
CLASS = PAIR | {
    "canonical_solution": "class P:\n    def __init__(self, x):\n        self.x = x\n"
    "def double(p):\n    return 2 * p.x\n",
    "test_setup_code": "p = P(3)",
    "test_list": ["assert double(p) == 6"],
}
RANDOM = {
    "task_id": "HumanEval/900",
    "prompt": "def helper(x):\n    return x + 1\n\ndef less(x):\n",
    "canonical_solution": "    return x - 1\n",
    "entry_point": "less",
    "test": "def check(candidate):\n    import random\n    for _ in range(9):\n"
    "        x = random.random()\n        assert abs(candidate(helper(x)) - x) < 1e-9\n",
}


@pytest.fixture(scope="module")
def sandbox():
    weak = not shutil.which("bwrap")
    with Sandbox("process" if weak else "bubblewrap", weak, 1024, 3.0, workers=2) as sandbox:
        yield sandbox


def status(problem: dict, program: str, sandbox) -> str:
    kind = "humaneval" if "test" in problem else "mbpp"
    return Assertions(kind, [problem]).judge([(problem, program)], sandbox)[0][kind]


@pytest.mark.parametrize("problem", [PAIR, CLASS, RANDOM])
def test_references_pass_and_empty_programs_do_not(problem, sandbox):
    assert status(problem, reference("mbpp", problem), sandbox) == "pass"
    entry = problem["entry_point"]
    for wrong in ("", "x = 1", f"def {entry}(*_):\n    return None\n", f"{entry} = None", "def"):
        assert status(problem, wrong, sandbox) in ("fail", "error")


def test_every_function_that_the_tests_call_is_the_candidates(sandbox):
    names = [json.loads(call)[0] for call in OwnTests(PAIR).calls]
    assert names == ["double", "double", "half", "double", "half"]
    wrong = "def double(x):\n    return 2 * x\n\ndef half(x):\n    raise ValueError\n"
    assert status(PAIR, wrong, sandbox) == "fail"
    other = "def double(x):\n    return 2 * x if x == 3 else 7\n\ndef half(x):\n    return x / 2\n"
    assert status(PAIR, other, sandbox) == "fail"  # half is called with 7 then: not what was asked


def test_random_tests_draw_the_same_inputs_again(sandbox):
    program = "def less(x):\n    return x - 1\n"
    assert status(RANDOM, program, sandbox) == "pass"


@pytest.mark.parametrize(
    "cheat",
    [
        "class Yes:\n    __eq__ = __lt__ = __gt__ = __abs__ = __sub__ = lambda *_: True\n"
        "def double(x):\n    return Yes()\n",
        "import builtins\nbuiltins.AssertionError = None\ndef double(x):\n    return 6\n",
        "import os\nos._exit(0)\n",
        "def _call_by_name(*_):\n    return 6\n",
        "def double(x):\n    import sys\n    sys.exit(0)\n",
    ],
)
def test_a_program_cannot_reach_its_tests(cheat, sandbox):
    assert status(PAIR, cheat, sandbox) in ("fail", "error", "output", "unjudged")


def test_tests_of_own_objects_run_beside_the_program_and_are_named(sandbox):
    assert OwnTests(CLASS).calls is None
    assert "Mbpp/2000" in Assertions("mbpp", [CLASS]).notes()[0]
    assert not Assertions("mbpp", [PAIR]).notes()
    wrong = CLASS["canonical_solution"].replace("2 * p", "3 * p")
    assert status(CLASS, wrong, sandbox) == "fail"


def test_endless_programs_time_out(sandbox):
    program = "def double(x):\n    while True: pass\n"
    suite = Assertions("mbpp", [PAIR])
    assert suite.judge([(PAIR, program)], sandbox, 0.3) == [{"mbpp": "timeout"}]


@pytest.mark.parametrize("name", FILES)
def test_published_references_pass_their_own_tests(name, sandbox):
    kind = FILES[name]
    every = benchmarks.load(kind, shared(f"benchmarks/{name}"))
    chosen = [p for i, p in enumerate(every) if i % STEP == 0 or p["task_id"] in OWN_OBJECTS[name]]
    suite = Assertions(kind, chosen)
    pairs = [(problem, reference(kind, problem)) for problem in chosen]
    assert suite.judge(pairs, sandbox) == [{kind: "pass"}] * len(chosen)
    named = suite.notes()[0].split("in_process: ")[1].split(", ") if suite.notes() else []
    assert named == OWN_OBJECTS[name]
    nothing = [(p, f"def {p['entry_point']}(*_, **__):\n    return None\n") for p in chosen]
    assert {"pass"} & {verdict[kind] for verdict in suite.judge(nothing, sandbox)} == set()
