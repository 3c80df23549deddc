"""If these tests fail, a job's time limit costs hours, or ranks outlive their job on its GPUs."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from unit.training.target import ENVIRONMENT, run_file, said, weights

from warriorcoder.training import checkpoints, history

STEPS, RANKS = 60, 2
KEYS = {"steps": STEPS, "processes": RANKS, "micro_batch": 4, "zero_stage": 2}
SCRIPT = """
import sys
from pathlib import Path
from warriorcoder.training import launch, torchrun

command = torchrun.command(Path(sys.argv[1]), 2, 1, 2, 0)
launch.run(command, torchrun.environment(1, 0), lambda line: print(line, flush=True))
"""
LOGGED = "'loss':"  # once a step


def begin(file: Path) -> subprocess.Popen:
    """Start a job script that trains what `file` says on two ranks."""
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, file],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def until(process: subprocess.Popen, lines: int) -> str:
    """Return what a job script prints until its training has logged so many steps."""
    printed = ""
    for line in process.stdout:
        printed += line
        lines -= LOGGED in line
        if not lines:
            return printed
    raise AssertionError(f"it ended too early:\n{printed[-3000:]}")


def end(process: subprocess.Popen) -> str:
    """Return what else a job script prints until its end."""
    printed = process.stdout.read()
    process.wait()
    return printed


def family(pid: int) -> list[int]:
    """Return the processes below a process."""
    children = [
        int(child)
        for thread in Path(f"/proc/{pid}/task").iterdir()
        for child in (thread / "children").read_text().split()
    ]
    return children + [each for child in children for each in family(child)]


def alive(pid: int) -> bool:
    """Return whether a process still runs, and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def found(folder: Path, name: str) -> list[str]:
    """Return the names of the checkpoints of a run that has not ended."""
    return [path.name for path in checkpoints.found(checkpoints.scratch(folder / name))]


@pytest.fixture(scope="module")
def whole(workplace) -> bytes:  # noqa: F811
    """Return the weights of a training that nothing disturbs."""
    process = begin(run_file(workplace, "whole", checkpoint_minutes=None, **KEYS))
    printed = end(process)
    assert process.returncode == 0, printed[-3000:]
    return weights(workplace / "whole")


def test_a_run_that_signals_end_twice_goes_on_to_the_same_weights(workplace, whole):  # noqa: F811
    file, chance = run_file(workplace, "stopped", **KEYS), random.Random(os.getpid())
    script = begin(file)  # first SIGTERM to the job script alone, as `kill` sends it
    until(script, chance.randint(3, 15))
    script.send_signal(signal.SIGTERM)
    printed = end(script)
    assert script.returncode and "a signal stopped the training after step" in printed
    assert "SIGTERM stopped the training. It goes on when it is started again." in printed
    [first] = found(workplace, "stopped")
    assert printed.count(f"after step {first.removeprefix('checkpoint-')}\n") == 1

    script = begin(file)  # then to all its processes, as SLURM sends it
    assert f"Training goes on from {checkpoints.scratch(workplace / 'stopped') / first}" in until(
        script, chance.randint(3, 15)
    )
    for pid in [*family(script.pid), script.pid]:
        os.kill(pid, signal.SIGTERM)
    printed = end(script)
    assert script.returncode
    *_, second = found(workplace, "stopped")
    assert second != first and f"after step {second.removeprefix('checkpoint-')}\n" in printed

    script = begin(file)
    assert f"{second}." in end(script) and script.returncode == 0
    assert weights(workplace / "stopped") == whole
    assert said(workplace / "stopped") == said(workplace / "whole")


def test_ranks_die_with_a_killed_job_script_and_their_run_goes_on(workplace, whole):  # noqa: F811
    file = run_file(workplace, "killed", checkpoint_minutes=1e-9, **KEYS)
    script = begin(file)
    until(script, random.Random(os.getpid()).randint(6, 18))
    below = family(script.pid)
    assert len(below) >= 1 + RANKS
    script.kill()
    begun = time.monotonic()
    while any(map(alive, below)):
        assert time.monotonic() - begun < 5, "they outlive it"
        time.sleep(0.01)
    assert found(workplace, "killed") and not (workplace / "killed").exists()
    script = begin(file)
    printed = end(script)
    assert script.returncode == 0 and "Training goes on from" in printed
    assert weights(workplace / "killed") == whole
    kept, undisturbed = (workplace / name / history.FILE for name in ("killed", "whole"))
    assert kept.read_bytes() == undisturbed.read_bytes(), "the steps before the kill are in it"
