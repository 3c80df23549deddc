"""Values of rich types and of hostile ones: judged as by evalplus, and within bounds."""

import time

import pytest
from unit.evaluation.benchmarks.test_plus import DOUBLE, canonical, official, verdict

from warriorcoder.evaluation.benchmarks import truth
from warriorcoder.evaluation.benchmarks.plus import Plus


def test_values_that_equal_only_in_their_text_do_not_pass(sandbox, tmp_path):
    """NaN equals nothing, so evalplus lets not even the reference pass."""
    problem = DOUBLE | {"canonical_solution": "    return [float('nan') * x]\n", "plus_input": []}
    assert official("humaneval", problem, canonical(problem))[0] == "fail"
    assert verdict(canonical(problem), sandbox, tmp_path, problem) == ["fail", "fail"]


SQUARES = DOUBLE | {
    "prompt": "def double(x):\n",
    "canonical_solution": "    return set(range(x))\n",
    "plus_input": [[3]],
}
RICH = {  # value of `double(x)`, problem: judged as by evalplus
    "Fraction(2 * x)": DOUBLE, "Fraction(2 * x + 1)": DOUBLE, "Decimal(2 * x)": DOUBLE,
    "numpy.int64(2 * x)": DOUBLE, "numpy.longdouble(2 * x)": DOUBLE, "numpy.array(2 * x)": DOUBLE,
    "numpy.array([2 * x])": DOUBLE, "numpy.array([2 * x, 1])": DOUBLE, "2 * x + 0j": DOUBLE,
    "type('I', (int,), {})(2 * x)": DOUBLE, "object()": DOUBLE,
    "IntEnum('E', {'a': 2 * x}).a": DOUBLE, "Decimal('sNaN')": DOUBLE, "print": DOUBLE,
    "dict.fromkeys(range(x)).keys()": SQUARES, "frozenset(range(x))": SQUARES,
    "{i: i for i in range(x)}.values()": SQUARES, "UserList(range(x))": SQUARES,
    "{numpy.int64(i) for i in range(x)}": SQUARES, "{Fraction(i) for i in range(x)}": SQUARES,
    "map(int, range(x))": SQUARES, "range(x)": SQUARES, "numpy.arange(x)": SQUARES,
    "[(0, 4), numpy.int64(3)]": SQUARES,
}  # fmt: skip
IMPORTS = (
    "import numpy\nfrom collections import UserList\nfrom decimal import Decimal\n"
    "from enum import IntEnum\nfrom fractions import Fraction\n"
)


@pytest.mark.parametrize("value", RICH)
def test_rich_values_are_judged_as_by_evalplus(value, sandbox, tmp_path):
    program = f"{IMPORTS}def double(x):\n    return {value}\n"
    assert verdict(program, sandbox, tmp_path, RICH[value]) == official(
        "humaneval", RICH[value], program
    )


LIAR = "class Liar:\n    __eq__ = lambda *_: True\n"


@pytest.mark.parametrize(
    ("program", "status"),
    [
        (LIAR + "def double(x):\n    return Liar()\n", "unjudged"),
        (LIAR + "def double(x):\n    return [Liar()] if x > 1 else 2 * x\n", "unjudged"),
        (LIAR + "def double(x):\n    return Liar() if x > 1 else 3\n", "fail"),
        ("def double(x):\n    return [7 + i * (2**61 - 1) for i in range(60_000)]\n", "fail"),
    ],
)
def test_what_nobody_can_compare_has_a_status_of_its_own(program, status, sandbox, tmp_path):
    assert verdict(program, sandbox, tmp_path)[0] == status


# evalplus compares its values as sets.
DIFFERENCE = {
    "task_id": "Mbpp/2001",
    "prompt": "def Diff(x):\n",
    "entry_point": "Diff",
    "canonical_solution": "    return list(range(x))\n",
    "base_input": [[2]],
    "plus_input": [],
    "atol": 0,
}


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("[7 + i * (2**61 - 1) for i in range(60_000)]", "unjudged"),
        ("[(7 + i * (2**61 - 1), 1) for i in range(60_000)]", "unjudged"),
        ("tuple(Fraction(7 + i * (2**61 - 1)) for i in range(60_000))", "unjudged"),
        ("[numpy.int64(0), (0, 4)]", "fail"),
        ("numpy.arange(2)", "pass"),
        ("range(x)", "pass"),
        ("{1: 0, 0: 0}.keys()", "pass"),
    ],
)
def test_a_comparison_of_sets_ends(value, status, sandbox, tmp_path):
    path, problem = tmp_path / "truth.parquet", DIFFERENCE
    truth.write("mbpp", [problem], "0", path)
    suite = Plus("mbpp", [problem], truth.GroundTruth(path, "0"))
    program = f"{IMPORTS}def Diff(x):\n    return {value}\n"
    begun = time.monotonic()
    assert suite.judge([(problem, program)], sandbox)[0]["mbpp"] == status
    assert time.monotonic() - begun < 40


def test_a_column_is_not_broadcast_against_a_row_without_a_bound(sandbox, tmp_path):
    """numpy would make a table of 30,000 by 30,000 numbers."""
    problem = DOUBLE | {
        "canonical_solution": "    return [x * 1.0] * 30_000\n",
        "plus_input": [],
        "base_input": [[1]],
    }
    program = "def double(x):\n    return [[2.0]] * 30_000\n"
    assert verdict(program, sandbox, tmp_path, problem)[0] in ("fail", "unjudged")
