"""The sandbox runs programs one by one: values, limits, and nothing from one to the next."""

import os
import shutil
import time

import pytest

from warriorcoder.sandbox import Program, Raised, Sandbox, SandboxError
from warriorcoder.sandbox.isolation import command

BWRAP = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")
DOUBLE = Program("def f(x):\n    return x * 2", "f", [[2], ["a"], [None], [[1]]])


@pytest.fixture(scope="module", params=[pytest.param("bubblewrap", marks=BWRAP), "process"])
def sandbox(request):
    weak = request.param == "process"
    with Sandbox(request.param, weak, memory_mb=512, seconds=2, workers=2) as sandbox:
        yield sandbox


def status(sandbox, source: str) -> str:
    return sandbox.run([Program(source)])[0].status


def test_values_come_back_per_input_and_an_exception_is_one_of_them(sandbox):
    outcome = sandbox.run([DOUBLE])[0]
    assert outcome.status == "ok"
    assert outcome.values[:2] == (4, "aa") and outcome.values[3] == [1, 1]
    assert isinstance(outcome.values[2], Raised) and "TypeError" in outcome.values[2].error


def test_outcomes_keep_the_order_of_programs(sandbox):
    programs = [
        Program(f"import time\ntime.sleep({i % 3 / 100})\ndef f():\n    return {i}", "f", [[]])
        for i in range(30)
    ]
    assert [outcome.values for outcome in sandbox.run(programs)] == [(i,) for i in range(30)]


def test_each_call_gets_fresh_arguments(sandbox):
    shared = [1]
    source = "def f(x):\n    x.append(2)\n    return x"
    outcome = sandbox.run([Program(source, "f", [[shared], [shared]])])[0]
    assert outcome.values == ([1, 2], [1, 2]) and shared == [1]


def test_ends_are_told_apart(sandbox):
    assert status(sandbox, "x = 1") == "ok"
    for source in ("1 / 0", "def", "import os; os._exit(0)", "import sys; sys.exit(0)"):
        assert status(sandbox, source) == "error"
    assert status(sandbox, "while True: pass") == "timeout"
    assert status(sandbox, "import time; time.sleep(60)") == "timeout"
    assert status(sandbox, "x = [0] * 10**9") == "memory"
    assert sandbox.run([Program("x = 1", "f", [[]])])[0].status == "error"


def test_values_before_a_timeout_are_kept(sandbox):
    source = "def f(x):\n    while x: pass\n    return x"
    outcome = sandbox.run([Program(source, "f", [[0], [1]], seconds=0.3)])[0]
    assert outcome.status == "timeout" and outcome.values == (0,) and outcome.seconds < 2


def test_a_program_leaves_nothing_for_the_next(sandbox):
    dirty = "import builtins, sys, random, math\nbuiltins.len = math.pi = None\nrandom.seed(9)\n"
    dirty += "open('left', 'w').write('x')\n"
    clean = "import math, os, random\n"
    clean += "def f():\n    return len('ab'), math.pi > 3, os.listdir('.'), random.random()"
    with Sandbox(sandbox.isolation, True, workers=1) as own:
        before, _, after = own.run(
            [Program(clean, "f", [[]]), Program(dirty), Program(clean, "f", [[]])]
        )
    assert before.values == after.values and before.values[0][:3] == (2, True, [])


def test_random_and_hash_order_are_the_same_in_every_run(sandbox):
    source = "import random\ndef f():\n    return random.random(), str({'a', 'b', 'c', 'd'})"
    values = set()
    for _ in range(2):
        with Sandbox(sandbox.isolation, True) as own:
            values.add(own.run([Program(source, "f", [[]])])[0].values)
    assert len(values) == 1


def test_dataclasses_and_installed_packages_work(sandbox):
    source = (
        "from dataclasses import dataclass\nimport numpy as np\n@dataclass\nclass A:\n    x: int"
    )
    source += "\ndef f():\n    return A(3).x + int(np.arange(3).sum())"
    assert sandbox.run([Program(source, "f", [[]])])[0].values == (6,)


def test_an_abandoned_stream_does_not_block_the_end(sandbox):
    with Sandbox(sandbox.isolation, True) as own:
        assert next(own.stream(DOUBLE for _ in range(50))).status == "ok"
        begun = time.monotonic()
    assert time.monotonic() - begun < 10


def test_a_thousand_programs_take_seconds(sandbox):
    """One interpreter per program would take a minute."""
    begun = time.monotonic()
    assert {outcome.status for outcome in sandbox.run([DOUBLE] * 1000)} == {"ok"}
    assert time.monotonic() - begun < 30


def test_weak_isolation_needs_consent():
    with pytest.raises(SandboxError, match="i_accept_weak_isolation"):
        Sandbox("process")


def test_without_bubblewrap_the_error_says_what_to_do(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(SandboxError, match=r"(?s)apt-get install bubblewrap.*isolation: process"):
        command("bubblewrap", {}, "")


@BWRAP
def test_a_sandbox_that_cannot_start_says_why(tmp_path, monkeypatch):
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho no permission to unshare >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with Sandbox() as sandbox, pytest.raises(SandboxError, match="no permission to unshare"):
        sandbox.run([DOUBLE])
