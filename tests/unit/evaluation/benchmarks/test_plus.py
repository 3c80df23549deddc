"""HumanEval+ and MBPP+: our verdicts are evalplus' own, on its own data."""

import ast

import evalplus.eval
import pytest
from data import shared
from evalplus.provider import utility

from warriorcoder.core.seeds import rng
from warriorcoder.evaluation import benchmarks
from warriorcoder.evaluation.benchmarks import limits, scoring, truth
from warriorcoder.evaluation.benchmarks.plus import Plus
from warriorcoder.evaluation.benchmarks.truth import Answers

SETS = {
    "humaneval": ("HumanEvalPlus-Mini-v0.1.10.jsonl.gz", 8),
    "mbpp": ("MbppPlus-v0.2.0.jsonl.gz", 16),
}
SPECIAL = {  # tasks that evalplus compares in a way of their own
    *("HumanEval/32", "Mbpp/2", "Mbpp/7", "Mbpp/232", "Mbpp/579", "Mbpp/164", "Mbpp/295"),
    *("Mbpp/558", "Mbpp/581", "Mbpp/794", "Mbpp/124", "Mbpp/252", "Mbpp/722"),
}
HEAVY = ("Mbpp/255", "Mbpp/599", "Mbpp/392", "Mbpp/123")  # take longest, or 1 GB
WRONG = {
    "none": "\n\ndef {0}(*_):\n    return None\n",
    "first": "\n\n_right, _seen = {0}, []\ndef {0}(*a):\n    _seen.append(_right(*a))\n"
    "    return _seen[0]\n",
    "text": "\n\n_right = {0}\ndef {0}(*a):\n    return str(_right(*a))\n",
    "tuple": "\n\n_right = {0}\ndef {0}(*a):\n    return (_right(*a),)\n",
}


def problems(kind: str) -> list[dict]:
    name, step = SETS[kind]
    every = benchmarks.load(kind, shared(f"benchmarks/{name}"))
    return [p for i, p in enumerate(every) if i % step == 0 or p["task_id"] in SPECIAL]


def canonical(problem: dict) -> str:
    return problem["prompt"] + problem["canonical_solution"]


@pytest.fixture(scope="module")
def truths(tmp_path_factory):
    """Ground truth of the chosen problems, by kind."""
    folder = tmp_path_factory.mktemp("truth")
    found = {}
    for kind in SETS:
        truth.write(kind, problems(kind), "0", folder / kind)
        found[kind] = truth.GroundTruth(folder / kind, "0")
    return found


def official(kind: str, problem: dict, source: str) -> list[str]:
    """evalplus' verdicts on base inputs, and on base and plus inputs."""
    statuses = []
    for part in truth.PARTS:
        expected, seconds = truth.compute(kind, problem, part)
        status, _ = evalplus.eval.untrusted_check(
            kind,
            source,
            truth.inputs_of(kind, problem, part),
            problem["entry_point"],
            expected,
            problem["atol"],
            seconds,
            fast_check=True,
        )
        statuses.append(status)
    base, extra = statuses
    return [base, base if base != "pass" else extra]


def judge(kind: str, pairs: list, sandbox, found) -> list[dict]:
    return Plus(kind, [problem for problem, _ in pairs], found).judge(pairs, sandbox)


def agree(kind: str, pairs: list, sandbox, found) -> int:
    """Count the programs that pass, and check every verdict against evalplus."""
    passed = 0
    for (problem, source), verdict in zip(pairs, judge(kind, pairs, sandbox, found), strict=True):
        theirs = official(kind, problem, source)
        assert [v == "pass" for v in verdict.values()] == [v == "pass" for v in theirs], (
            problem["task_id"],
            source,
            verdict,
            theirs,
        )
        passed += theirs[1] == "pass"
    return passed


@pytest.mark.parametrize("kind", SETS)
def test_canonical_solutions_pass(kind, sandbox, truths):
    chosen = problems(kind)
    verdicts = judge(kind, [(p, canonical(p)) for p in chosen], sandbox, truths[kind])
    assert verdicts == [{kind: "pass", f"{kind}+": "pass"}] * len(chosen)


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("kind", SETS)
def test_verdicts_are_those_of_evalplus(kind, wrong, sandbox, truths):
    chosen = [p for p in problems(kind) if p["task_id"] != "HumanEval/32"][::2]
    pairs = [(p, canonical(p) + WRONG[wrong].format(p["entry_point"])) for p in chosen]
    agree(kind, pairs, sandbox, truths[kind])


def test_find_zero_is_judged_input_by_input(sandbox, truths):
    """HumanEval/32, on which evalplus 0.3.1 lets nothing pass."""
    problem = next(p for p in problems("humaneval") if p["task_id"] == "HumanEval/32")
    assert official("humaneval", problem, canonical(problem))[0] == "fail"
    wrong = canonical(problem) + "\n\ndef find_zero(xs):\n    return 0.5\n"
    pairs = [(problem, canonical(problem)), (problem, wrong)]
    verdicts = judge("humaneval", pairs, sandbox, truths["humaneval"])
    assert [verdict["humaneval+"] for verdict in verdicts] == ["pass", "fail"]
    notes = Plus("humaneval", [problem], truths["humaneval"]).notes()
    assert len(notes) == 1 and notes[0].startswith("HumanEval/32 re-scored")


DOUBLE = {
    "task_id": "HumanEval/0",
    "prompt": "def double(x):\n",
    "canonical_solution": "    return 2 * x\n",
    "entry_point": "double",
    "base_input": [[1], [2]],
    "plus_input": [[100]],
    "atol": 0,
}


def verdict(program: str, sandbox, folder, problem: dict = DOUBLE, scale: float = 1.0) -> list[str]:
    path = folder / "truth.parquet"
    truth.write("humaneval", [problem], "0", path)
    suite = Plus("humaneval", [problem], truth.GroundTruth(path, "0"))
    return list(suite.judge([(problem, program)], sandbox, scale)[0].values())


def test_a_right_base_and_a_wrong_plus_are_told_apart(sandbox, tmp_path):
    lucky = "def double(x):\n    return {1: 2, 2: 4}.get(x)\n"
    assert verdict(lucky, sandbox, tmp_path) == ["pass", "fail"]
    looping = "def double(x):\n    while x > 9: pass\n    return 2 * x\n"
    assert verdict(looping, sandbox, tmp_path) == ["pass", "timeout"]


@pytest.mark.parametrize(("slept", "passes"), [(0.6, True), (1.4, False)])
def test_a_slow_program_is_judged_as_by_evalplus(slept, passes, sandbox, tmp_path, monkeypatch):
    """One second per call, all calls of a task together more than that."""
    monkeypatch.setattr(sandbox.load, "factor", 1.0)
    monkeypatch.setattr(sandbox.load, "follow", lambda *_, **__: None)
    slow = f"import time\ndef double(x):\n    time.sleep({slept})\n    return 2 * x\n"
    assert official("humaneval", DOUBLE, slow)[1] == ("pass" if passes else "fail")
    expected = ["pass", "pass"] if passes else ["timeout", "timeout"]
    assert verdict(slow, sandbox, tmp_path) == expected
    if not passes:
        assert verdict(slow, sandbox, tmp_path, scale=2.0) == ["pass", "pass"]


def test_limits_are_those_of_evalplus():
    calls, together = limits.limits(Answers([1] * 3, ["0"] * 3, [0.1, 0.5, 30.0]))
    assert calls == (1.0, 2.0, 120.0) and together == pytest.approx(60 + 2, abs=0.01)
    calls, together = limits.limits(Answers([1], ["0" * 10**7], [0.0]), scale=3.0)
    assert calls == (3.0,) and together == pytest.approx(3 + 6 + 2)


MUTATIONS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Mod: ast.Mult,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


def mutants(source: str) -> list[str]:
    """`source` with one operator swapped, or one integer off by one, per program."""
    found = []
    for index, node in enumerate(ast.walk(ast.parse(source))):
        tree = ast.parse(source)
        twin = list(ast.walk(tree))[index]
        if isinstance(node, ast.Compare) and type(node.ops[0]) in MUTATIONS:
            twin.ops[0] = MUTATIONS[type(node.ops[0])]()
        elif isinstance(node, ast.BinOp | ast.BoolOp) and type(node.op) in MUTATIONS:
            twin.op = MUTATIONS[type(node.op)]()
        elif isinstance(node, ast.Constant) and type(node.value) is int:
            twin.value += 1
        else:
            continue
        found.append(ast.unparse(tree))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("kind", SETS)
def test_mutated_solutions_are_judged_as_by_evalplus(kind, sandbox, tmp_path):
    name, _ = SETS[kind]
    every = benchmarks.load(kind, shared(f"benchmarks/{name}"))
    chosen = [p for p in every if p["task_id"] not in ("HumanEval/32", *HEAVY)]
    truth.write(kind, chosen, "0", tmp_path / "truth")
    found = truth.GroundTruth(tmp_path / "truth", "0")
    pairs = [
        (problem, mutant)
        for problem in chosen[::2]
        for mutant in rng("mutants", problem["task_id"]).permutation(mutants(canonical(problem)))[
            :2
        ]
    ]
    passed = agree(kind, pairs, sandbox, found)
    assert len(pairs) > 120 and 0 < passed < len(pairs) / 2


def test_stops_are_those_of_evalplus():
    for kind in SETS:
        theirs = [*utility.EOS, *utility.extra_eos_for_direct_completion(kind)]
        assert list(benchmarks.stops(kind, "completion")) == theirs


def test_completions_continue_the_prompt_and_end_at_a_stop():
    problem = {"prompt": "import math\n\ndef f(x):\n    '''Double.'''\n", "entry_point": "f"}
    raw = "\n    return 2 * x\n\ndef main():\n    pass\nprint(f(3))"
    program = scoring.extract("humaneval", problem, raw, "completion")
    assert "return 2 * x" in program and "main" not in program and "print" not in program


@pytest.mark.parametrize("text", ["\0", "def f(:", "(" * 5000, "", "x = '" + "\\d" * 9 + "'"])
def test_unparsable_text_is_a_program_that_fails_not_an_error(text):
    problem = {"prompt": "def f(x):\n", "entry_point": "f"}
    for style in benchmarks.STYLES:
        assert isinstance(scoring.extract("humaneval", problem, text, style), str)
