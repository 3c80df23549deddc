"""HumanEval+ and MBPP+: our verdicts are evalplus' own, on its own data."""

import importlib.util
import random
import shutil

import evalplus.eval
import pytest
from data import shared
from evalplus.provider import utility

from warriorcoder import benchmarks
from warriorcoder.benchmarks import plus, scoring
from warriorcoder.benchmarks.sanitize import fenced, longest_block, sanitize
from warriorcoder.sandbox import Sandbox

SETS = {
    "humaneval": ("HumanEvalPlus-Mini-v0.1.10.jsonl.gz", 8),
    "mbpp": ("MbppPlus-v0.2.0.jsonl.gz", 16),
}
SPECIAL = {  # tasks that evalplus compares in a way of their own
    *("HumanEval/32", "Mbpp/2", "Mbpp/7", "Mbpp/232", "Mbpp/579", "Mbpp/164", "Mbpp/295"),
    *("Mbpp/558", "Mbpp/581", "Mbpp/794", "Mbpp/124", "Mbpp/252", "Mbpp/722"),
}
WRONG = {
    "none": "\n\ndef {0}(*_):\n    return None\n",
    "first": "\n\n_right, _seen = {0}, []\ndef {0}(*a):\n    _seen.append(_right(*a))\n"
    "    return _seen[0]\n",
    "text": "\n\n_right = {0}\ndef {0}(*a):\n    return str(_right(*a))\n",
    "tuple": "\n\n_right = {0}\ndef {0}(*a):\n    return (_right(*a),)\n",
}


@pytest.fixture(scope="module")
def sandbox():
    weak = not shutil.which("bwrap")
    with Sandbox("process" if weak else "bubblewrap", weak, 1024, 10.0, workers=2) as sandbox:
        yield sandbox


def problems(kind: str) -> list[dict]:
    name, step = SETS[kind]
    every = benchmarks.load(kind, shared(f"benchmarks/{name}"))
    return [p for i, p in enumerate(every) if i % step == 0 or p["task_id"] in SPECIAL]


def canonical(problem: dict) -> str:
    return problem["prompt"] + problem["canonical_solution"]


def official(kind: str, problem: dict, source: str) -> list[str]:
    """evalplus' verdicts on base inputs, and on base and plus inputs."""
    statuses = []
    for part in ("base", "plus"):
        inputs = plus.inputs_of(kind, problem, part)
        expected, _ = plus.ground_truth(kind, problem, inputs)
        status, _ = evalplus.eval.untrusted_check(
            kind,
            source,
            inputs,
            problem["entry_point"],
            expected,
            problem["atol"],
            [1.0] * len(inputs),
            fast_check=True,
        )
        statuses.append(status)
    base, extra = statuses
    return [base, base if base != "pass" else extra]


@pytest.mark.parametrize("kind", SETS)
def test_canonical_solutions_pass(kind, sandbox):
    chosen = problems(kind)
    verdicts = plus.judge(kind, [(p, canonical(p)) for p in chosen], sandbox)
    assert verdicts == [{kind: "pass", f"{kind}+": "pass"}] * len(chosen)


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("kind", SETS)
def test_verdicts_are_those_of_evalplus(kind, wrong, sandbox):
    chosen = [p for p in problems(kind) if p["task_id"] != "HumanEval/32"][::2]
    pairs = [(p, canonical(p) + WRONG[wrong].format(p["entry_point"])) for p in chosen]
    ours = plus.judge(kind, pairs, sandbox)
    for (problem, source), verdict in zip(pairs, ours, strict=True):
        theirs = official(kind, problem, source)
        assert [v == "pass" for v in verdict.values()] == [v == "pass" for v in theirs], (
            problem["task_id"],
            verdict,
            theirs,
        )


def test_find_zero_is_judged_input_by_input(sandbox):
    """HumanEval/32, on which evalplus 0.3.1 lets nothing pass."""
    problem = next(p for p in problems("humaneval") if p["task_id"] == "HumanEval/32")
    assert official("humaneval", problem, canonical(problem))[0] == "fail"
    wrong = canonical(problem) + "\n\ndef find_zero(xs):\n    return 0.5\n"
    verdicts = plus.judge("humaneval", [(problem, canonical(problem)), (problem, wrong)], sandbox)
    assert [verdict["humaneval+"] for verdict in verdicts] == ["pass", "fail"]


def test_a_right_base_and_a_wrong_plus_are_told_apart(sandbox):
    problem = {
        "task_id": "HumanEval/0",
        "prompt": "def double(x):\n",
        "canonical_solution": "    return 2 * x\n",
        "entry_point": "double",
        "base_input": [[1], [2]],
        "plus_input": [[100]],
        "atol": 0,
    }
    lucky = "def double(x):\n    return {1: 2, 2: 4}.get(x)\n"
    looping = "def double(x):\n    while x > 9: pass\n    return 2 * x\n"
    verdicts = plus.judge("humaneval", [(problem, lucky)], sandbox)
    assert verdicts == [{"humaneval": "pass", "humaneval+": "fail"}]
    with Sandbox(sandbox.isolation, True, seconds=1) as quick:
        verdicts = plus.judge("humaneval", [(problem, looping)], quick)
    assert verdicts == [{"humaneval": "pass", "humaneval+": "timeout"}]


def test_mbpp_inputs_get_their_tuples_back():
    problem = problems("mbpp")[0]
    assert plus.inputs_of("mbpp", problem, "base")[0] == [(3, 4, 5, 6), (5, 7, 4, 10)]


def test_inputs_that_do_not_fit_their_task_id_are_named():
    problem = {"task_id": "Mbpp/2", "base_input": [[3]], "plus_input": []}
    with pytest.raises(benchmarks.DatasetError, match="base_input of Mbpp/2"):
        plus.inputs_of("mbpp", problem, "base")


def test_stops_are_those_of_evalplus():
    for kind in SETS:
        theirs = [*utility.EOS, *utility.extra_eos_for_direct_completion(kind)]
        assert list(benchmarks.stops(kind, "completion")) == theirs


def test_longest_block_is_evalplus_own_choice():
    spec = importlib.util.find_spec("evalplus.sanitize")
    original = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(original)
    shuffled = random.Random(0)
    for problem in problems("humaneval"):
        lines = canonical(problem).split("\n")
        for text in (
            "\n".join(lines),
            "Sure:\n" + "\n".join(lines) + "\nHope this helps.\n\n",
            "\n".join(shuffled.sample(lines, len(lines))),
            "\n".join(lines[:-2]) + "\n    x = (\n",
            "no code\nat all",
        ):
            assert longest_block(text) == original.code_extract(text)
            entry_point = problem["entry_point"]
            assert sanitize(text, entry_point) == original.sanitize(text, entry_point)


def test_programs_are_found_in_chat_answers():
    code = "def f(x):\n    return x"
    for text in (
        f"Sure!\n```python\n{code}\n```\nIt works.\n```python\nprint(f(1))\n```",
        f"Run\n```bash\npip install x\n```\nthen\n```python\n{code}\n```",
        f"```\n{code}\n```",
        f"```python\n{code}",
        code,
    ):
        assert fenced(text) == code
        problem = {"prompt": "", "entry_point": "f"}
        assert scoring.extract("humaneval", problem, text, "chat") == code


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
