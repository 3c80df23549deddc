"""DS-1000: official post-processing, and its own tests run whole in the sandbox."""

import shutil

import pytest
from data import shared

from warriorcoder import benchmarks
from warriorcoder.benchmarks import ds1000, scoring
from warriorcoder.sandbox import Sandbox

KIND = "ds1000"


@pytest.mark.parametrize(
    "raw",
    [
        "result = 1\n</code>\nmore",
        "result = 1\n# SOLUTION END\nmore",
        "<code>\nresult = 1\n</code>",
        "```python\nresult = 1\n```\nmore",
        "result = 1\nEND SOLUTION",
    ],
)
@pytest.mark.parametrize("style", benchmarks.STYLES)
def test_solutions_are_cut_by_the_official_rules(raw, style):
    assert scoring.extract(KIND, {}, raw, style).strip() == "result = 1"


def test_real_numpy_references_pass_and_a_constant_does_not():
    """Nearly all: the references were written for the NumPy of 2024."""
    every = benchmarks.load(KIND, shared("benchmarks/ds1000.jsonl.gz"))
    problems = [p for p in every if p["metadata"]["library"] == "Numpy"][::20]
    weak = not shutil.which("bwrap")
    with Sandbox(
        "process" if weak else "bubblewrap",
        weak,
        memory_mb=4096,
        seconds=60,
        workers=2,
        preload=("numpy", "pandas"),
    ) as sandbox:
        right = ds1000.judge(KIND, [(p, p["reference_code"]) for p in problems], sandbox)
        wrong = ds1000.judge(KIND, [(p, "result = 'no'") for p in problems], sandbox)
    assert all(set(verdict) == {"ds1000", "ds1000/Numpy"} for verdict in right)
    assert sum(verdict[KIND] == "pass" for verdict in right) >= len(problems) - 1
    assert sum(verdict[KIND] == "pass" for verdict in wrong) <= 1


def test_the_surface_form_test_runs_too():
    problem = {
        "code_context": "def test_execution(s):\n    exec(s)\n"
        "def test_string(s):\n    assert 'for' not in s\n",
        "metadata": {"library": "Numpy"},
    }
    weak = not shutil.which("bwrap")
    with Sandbox("process" if weak else "bubblewrap", weak) as sandbox:
        pairs = [(problem, "x = 1"), (problem, "for x in (): pass")]
        verdicts = ds1000.judge(KIND, pairs, sandbox)
    assert [verdict[KIND] for verdict in verdicts] == ["pass", "error"]
