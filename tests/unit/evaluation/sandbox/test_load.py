"""A busy machine fails no right program. The load is made by processes that never wait."""

import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from warriorcoder.evaluation.sandbox import Program, Sandbox, Timeouts, load
from warriorcoder.evaluation.sandbox.inside import watch
from warriorcoder.evaluation.sandbox.inside.watch import Clock

WEAK = not shutil.which("bwrap")
ISOLATION = {"isolation": "process" if WEAK else "bubblewrap", "i_accept_weak_isolation": WEAK}
QUICK = Program("def f():\n    return 1", "f", [[]])
WORK = """
import time
def f(seconds):
    used = time.process_time()
    while time.process_time() - used < seconds: pass
    return seconds
"""


@pytest.fixture
def core():
    """Keep this test and all that it starts on one processor, whose number is returned."""
    before = os.sched_getaffinity(0)
    core = min(before)
    os.sched_setaffinity(0, {core})
    yield core
    os.sched_setaffinity(0, before)


@contextmanager
def busy(core: int, processes: int = 6):
    """Let other processes compete for a processor, each in a session of its own."""
    code = f"import os\nos.sched_setaffinity(0, {{{core}}})\nprint(flush=True)\nwhile True: pass"
    command = [sys.executable, "-S", "-c", code]
    options = {"stdout": subprocess.PIPE, "start_new_session": True}
    running = [subprocess.Popen(command, **options) for _ in range(processes)]
    try:
        for each in running:
            each.stdout.readline()
        yield
    finally:
        for each in running:
            each.kill()
            each.communicate()


def test_a_right_program_that_the_load_stopped_passes_when_it_runs_again(core):
    with Sandbox(**ISOLATION, seconds=0.6) as sandbox:
        sandbox.run([QUICK])
        with busy(core):
            sandbox.load.factor = 1.0  # as measured before the load
            (outcome,) = sandbox.run([Program(WORK, "f", [[0.25]])])
        assert outcome.status == "ok" and outcome.values == (0.25,)
        assert sandbox.timeouts == Timeouts(wall=1)


def test_a_call_that_the_load_stopped_runs_again(core):
    with Sandbox(**ISOLATION) as sandbox:
        sandbox.run([QUICK])
        program = Program(WORK, "f", [[0.3], [0.25]], seconds=20, call_seconds=(9.0, 0.6))
        with busy(core):
            sandbox.load.factor = 1.0
            assert sandbox.run([program])[0].status == "ok"
        assert sandbox.timeouts == Timeouts(wall=1)


def test_limits_follow_the_load_while_programs_run(core, monkeypatch):
    monkeypatch.setattr(load, "EVERY", 0.0)
    with Sandbox(**ISOLATION, seconds=0.6) as sandbox:
        factors = []

        def measured() -> float:
            sandbox.run([QUICK] * 3)
            factors.append(sandbox.load.factor)

        measured()
        with busy(core):
            measured()
            assert sandbox.run([Program(WORK, "f", [[0.25]])])[0].status == "ok"
        measured()
        before, during, after = factors
        assert during > 1.5 * before and during > 1.5 * after
        assert during <= sandbox.load.highest <= load.MOST
        assert sandbox.timeouts == Timeouts()


def test_a_program_that_used_its_processor_time_is_not_repeated():
    with Sandbox(**ISOLATION, seconds=0.3) as sandbox:
        sandbox.run([QUICK])
        sandbox.load.factor = load.MOST  # time enough on a busy machine
        endless = Program("def f():\n    while True: pass", "f", [[]])
        in_a_call = Program(endless.source, "f", [[]], seconds=9, call_seconds=(0.3,))
        assert [each.status for each in sandbox.run([endless, in_a_call])] == ["timeout"] * 2
        assert sandbox.timeouts == Timeouts(processor=2)


def test_a_repeated_program_runs_alone(tmp_path):
    """Each run of a program writes lines, the sleeper's until its limit."""
    log = tmp_path / "log"
    source = (
        "import os, time\nlog = os.open({log!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT)\n"
        "line = b'{name} %d\\n' % os.getpid()\n"
        "for _ in range({times}):\n    os.write(log, line)\n    time.sleep(0.02)\n"
    )
    names = ["sleeper", *(f"other-{number}" for number in range(30))]
    programs = [
        Program(source.format(log=str(log), name=name, times=3 if "-" in name else 10**6))
        for name in names
    ]
    with Sandbox("process", True, seconds=0.5, workers=3) as sandbox:
        statuses = [each.status for each in sandbox.run(programs)]
        assert sandbox.timeouts == Timeouts(wall=1, waiting=1)
    assert statuses == ["timeout"] + ["ok"] * 30
    lines = log.read_text().splitlines()
    _, again = dict.fromkeys(line for line in lines if line.startswith("sleeper"))
    first = lines.index(again)
    times = lines.count(again)
    assert lines[first : first + times] == [again] * times and "other" in lines[-1]


@pytest.mark.parametrize(
    ("page", "used", "starved"),
    [
        ((0, 0, 0), 1.7, True),
        ((0, 0, 0), 1.9, False),
        ((1, 0, 3e9), 3.1, True),  # in a call that began after 3 s
        ((1, 0, 3e9), 3.5, False),
        ((1, 7, 3e9), 1.9, False),  # there is no such call
    ],
)
def test_time_outs_by_processor_time_are_told_from_those_by_wall_time(page, used, starved):
    clock = Clock(2.0, [0.5], 0, load=3.0)
    clock.page[0], clock.page[1], clock.page[2] = map(int, page)
    assert clock.starved(used) == starved


@pytest.mark.parametrize(("begun", "end"), [(False, "exit"), (True, "memory")])
def test_a_program_that_waits_for_its_first_instruction_hides_no_memory(begun, end, monkeypatch):
    """Nobody may read the memory of a process between its fork and its `setsid`."""
    monkeypatch.setattr(watch, "_memory", lambda _: sys.maxsize)
    pipe, written = os.pipe()
    (parent, _), area = os.pipe(), bytearray(100)
    if not (child := os.fork()):
        if begun:
            os.setsid()
        time.sleep(6 * watch.TICK)
        os._exit(0)
    os.close(written)
    limits = {"proc": "/proc", "memory_mb": 1}
    assert watch.collect(child, pipe, parent, area, Clock(60.0, None, 0), limits) == (0, end)
    os.waitpid(child, 0)
