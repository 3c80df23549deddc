"""The sandbox runs programs one by one: values, limits, and nothing from one to the next."""

import os
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

import pytest
from data import ROOT
from processes import names, soon
from unit.evaluation.sandbox.conftest import BWRAP

from warriorcoder.evaluation.sandbox import Program, Raised, Sandbox, SandboxError
from warriorcoder.evaluation.sandbox.isolation import prepare

KEPT = {f"{library}_NUM_THREADS" for library in ("OMP", "OPENBLAS", "MKL")}
KEPT |= {"MPLBACKEND", "PYTHONHASHSEED", "PWD"}
DOUBLE = Program("def f(x):\n    return x * 2", "f", [[2], ["a"], [None], [[1]]])


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
    assert outcome.status == "timeout" and outcome.values == (0,)


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


def test_each_worker_starts_one_interpreter_for_all_its_programs(sandbox):
    source = "import os\ndef f():\n    return open(f'/proc/{os.getppid()}/stat').read().split()[21]"
    with Sandbox(sandbox.isolation, True, workers=2) as own:
        outcomes = own.run([Program(source, "f", [[]])] * 40)
    starts = {value for outcome in outcomes for value in outcome.values}
    assert len(outcomes) == 40 and 1 <= len(starts) <= 2


def test_programs_find_the_builtins_of_any_interpreter_and_nothing_that_a_site_adds(sandbox):
    source = "import builtins, sys\ndef f():\n    return dir(builtins), sys.flags.no_site"
    ((names, no_site),) = sandbox.run([Program(source, "f", [[]])])[0].values
    usual = [sys.executable, "-I", "-c", "import builtins; print(*dir(builtins))"]
    assert {*names} >= {*subprocess.check_output(usual, text=True).split()} and no_site
    assert status(sandbox, "exit()") == "error"


def test_a_call_has_its_own_limit_which_loading_does_not_use(sandbox):
    source = "import time\ntime.sleep(0.6)\ndef f(x):\n    time.sleep(x)\n    return x"
    in_time = Program(source, "f", [[0], [0.1]], seconds=5, call_seconds=(0.5, 0.5))
    late = Program(source, "f", [[0.1], [60], [0]], seconds=5, call_seconds=(0.5, 0.3, 0.5))
    fine, stopped = sandbox.run([in_time, late])
    assert fine.status == "ok"
    assert stopped.status == "timeout" and stopped.values == (0.1,)


def test_a_call_that_never_returns_to_python_is_stopped(sandbox):
    source = "import re\ndef f(x):\n    return re.match('(a+)+$', x) is None"
    endless = Program(source, "f", [["a" * 40 + "b"]], seconds=20, call_seconds=(0.3,))
    assert sandbox.run([endless])[0].status == "timeout"


def test_a_forged_clock_gains_no_more_than_the_total_limit(sandbox):
    source = (
        "import sys\nframe = sys._getframe()\nwhile 'clock' not in frame.f_locals:\n"
        "    frame = frame.f_back\nclock = frame.f_locals['clock']\n"
        "def f():\n    for i in range(len(clock)): clock[i] = {value}\n    while True: pass"
    )
    for value in (0, 2**64 - 1):
        program = Program(source.format(value=value), "f", [[]], seconds=1, call_seconds=(0.2,))
        assert [each.status for each in sandbox.run([program, DOUBLE])] == ["timeout", "ok"]


def test_the_way_of_a_large_value_is_not_the_time_of_its_call(sandbox):
    source = "def f(n):\n    return 'x' * n"
    program = Program(source, "f", [[60_000_000], [1]], seconds=3, call_seconds=(0.3, 0.3))
    with Sandbox(sandbox.isolation, True, memory_mb=2048) as roomy:
        outcome = roomy.run([program])[0]
    assert outcome.status == "ok" and len(outcome.values[0]) == 60_000_000


def test_there_is_one_limit_per_call():
    with pytest.raises(ValueError, match="1 call_seconds, 2 inputs"):
        Program("", "f", [[], []], call_seconds=(1.0,))


def test_another_interpreter_brings_its_own_packages(tmp_path, sandbox):
    venv.create(tmp_path / "other", symlinks=True)
    python = tmp_path / "other" / "bin" / "python"
    (packages,) = (tmp_path / "other" / "lib").glob("python*/site-packages")
    (packages / "only_there.py").write_text("ANSWER = 42\n")
    source = "import only_there\ndef f():\n    try: import numpy\n"
    source += "    except ImportError: return only_there.ANSWER"
    with Sandbox(sandbox.isolation, True, python=str(python)) as own:
        assert own.run([Program(source, "f", [[]])])[0].values == (42,)


def test_an_interpreter_that_is_not_there_is_named():
    with Sandbox("process", True, python="/nowhere/python") as own:
        with pytest.raises(SandboxError, match="/nowhere/python"):
            own.run([DOUBLE])


@BWRAP
def test_a_container_command_gives_the_interpreter_and_loses_nothing_of_its_own(tmp_path):
    command = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "--bind", str(tmp_path), "/tmp"]
    command += ["--proc", "/proc", "--dev", "/dev", sys._base_executable]
    (tmp_path / "of the user").write_text("stays")
    with Sandbox("container", True, container=command) as own:
        source = "import os\ndef f(x):\n    open('left', 'w')\n    return os.getcwd()[:13], x"
        outcomes = own.run([Program(source, "f", [[1]]), Program("while 1: pass", seconds=0.5)])
        assert outcomes[0].values == (("/tmp/sandbox-", 1),)
        assert outcomes[1].status == "timeout"
    assert [path.name for path in tmp_path.iterdir()] == ["of the user"]


@pytest.mark.parametrize("isolation, container", [("process", None), ("container", ["true"])])
def test_weak_isolation_needs_consent(isolation, container):
    with pytest.raises(SandboxError, match="i_accept_weak_isolation"):
        Sandbox(isolation, container=container)


def test_a_container_needs_its_command():
    with pytest.raises(SandboxError, match="both or none"):
        Sandbox("container", True)


def test_without_bubblewrap_the_error_says_what_to_do(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(SandboxError, match=r"(?s)apt-get install bubblewrap.*isolation: process"):
        prepare("bubblewrap", {}, None, (), {})


@BWRAP
def test_a_sandbox_that_cannot_start_says_why(tmp_path, monkeypatch):
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho no permission to unshare >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with Sandbox() as sandbox, pytest.raises(SandboxError, match="no permission to unshare"):
        sandbox.run([DOUBLE])


@BWRAP
def test_walled_programs_see_little_and_hold_no_rights():
    source = (
        "import os\n"
        "def f(hidden):\n"
        "    status = dict(l.split(':\\t') for l in open('/proc/self/status') if ':\\t' in l)\n"
        "    wrote = []\n"
        "    for folder in ['/', '/usr', '/etc', '/dev', '/proc', os.__file__[:-5], '/tmp']:\n"
        "        try: open(folder + '/x', 'w'); wrote.append(folder)\n"
        "        except OSError: pass\n"
        "    return (\n"
        "        [path for path in hidden if os.path.exists(path)], wrote, sorted(os.environ),\n"
        "        [os.readlink(f'/proc/self/fd/{n}') for n in (0, 1, 2)],\n"
        "        [n for n in os.listdir('/proc/self/fd') if int(n) > 4],\n"
        "        sorted(int(n) for n in os.listdir('/proc') if n.isdigit()) == [1, os.getpid()],\n"
        "        int(status['CapEff'], 16), int(status['NoNewPrivs']), int(status['Seccomp']))\n"
    )
    project = ROOT
    hidden = [project / "scripts", project / "Snakefile", Path.home() / ".bashrc", "/etc/shadow"]
    hidden += ["/home", "/mnt", "/var", Path.cwd() / "results"]
    with Sandbox() as own:
        (seen,) = own.run([Program(source, "f", [[list(map(str, hidden))]])])[0].values
    there, wrote, environment, streams, others, alone, *rights = seen
    assert there == [] and wrote == ["/tmp"] and alone
    assert streams == ["/dev/null"] * 3 and others == []
    assert rights == [0, 1, 2]
    assert {name for name in environment if "SECRET" in name or "TOKEN" in name} == set()
    assert set(environment) & set(os.environ) <= {"PATH", "HOME", "USER", "LANG", "TMPDIR", *KEPT}


def test_a_killed_scorer_leaves_no_program_behind(sandbox):
    mark = f"left-{os.getpid()}"
    program = f"import ctypes\nctypes.CDLL(None).prctl(15, {mark.encode()!r})\nwhile True: pass"
    scorer = (
        "from warriorcoder.evaluation.sandbox import Program, Sandbox\n"
        f"with Sandbox({sandbox.isolation!r}, True, seconds=60) as s: s.run([Program({program!r})])"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT / "scripts")}
    process = subprocess.Popen([sys.executable, "-c", scorer], env=environment)
    assert soon(lambda: mark in names())
    process.kill()
    process.wait()
    assert soon(lambda: mark not in names())
