"""If these tests fail, a training does not survive its first night: disk, damage, restarts."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from unit.training.target import ENVIRONMENT, run_file, weights

from warriorcoder.models import fit
from warriorcoder.training import checkpoints

STOP = 6  # the step at whose end a run is stopped, before its checkpoint
PARAMETERS = 86_000  # at most, of the target
# One process for many trainings: importing TRL and DeepSpeed takes most of the time.
DRIVER = """
import json, resource, shutil, signal, sys
from pathlib import Path
from accelerate.state import AcceleratorState
from warriorcoder.training import checkpoints, disk
from warriorcoder.training import train as training

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
checkpoints.SHARE = 1e9  # one at every step
free = disk.free


class Stopped(Exception):
    pass


class Stopping(checkpoints.Checkpoints):
    def on_step_end(self, args, state, control, **more):
        if state.global_step == STOP:
            raise Stopped
        super().on_step_end(args, state, control, **more)


def train(file, kind=checkpoints.Checkpoints):
    training.Checkpoints = kind
    try:
        training.train(training.Run.read(file))
    except Stopped:
        pass
    AcceleratorState._reset_state(True)


def none(folder):
    pass


def cut(folder):
    path = next(folder.glob("global_step*/*optim_states.pt"))
    path.write_bytes(path.read_bytes()[:-100])


def flip(folder):
    path = next(folder.glob("global_step*/*optim_states.pt"))
    kept = bytearray(path.read_bytes())
    kept[len(kept) // 2] ^= 1
    path.write_bytes(kept)


def lose(folder):
    (folder / checkpoints.LIST).unlink()


def nonsense(folder):
    path = folder / "trainer_state.json"
    path.write_text(path.read_text().replace("{", "[", 1))


for file, ways in json.loads(sys.argv[1]):
    run = training.Run.read(file)
    train(file, Stopping)
    found = checkpoints.found(checkpoints.scratch(run.output))
    said = {"found": [path.name for path in found]}
    said["bytes"] = sum(p.stat().st_size for p in found[-1].rglob("*"))
    for way, folder in zip(ways, reversed(found)):
        globals()[way](folder)
    print("BEGUN", run.output, file=sys.stderr, flush=True)
    train(file)
    Path(f"{run.output}.said").write_text(json.dumps(said))

tight, full, fails = sys.argv[2:]
for file, room in ((tight, ROOM_OF_ONE), (full, ROOM_OF_NONE), (fails, None)):
    output, most, written = training.Run.read(file).output, 0, []
    whole = checkpoints.Checkpoints.write

    def write(self, trainer):
        if room is None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
        whole(self, trainer)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        written.append([p.name for p in sorted(self.folder.glob("*")) if p.is_dir()])

    def left(folder):
        held = sum(p.stat().st_size for p in Path(folder).glob("checkpoint-*/**/*"))
        return (free(folder) if room is None else room) - held

    checkpoints.Checkpoints.write, disk.free = write, left
    disk.check, checked = lambda *_: None, disk.check
    print("BEGUN", output, file=sys.stderr, flush=True)
    train(file)
    checkpoints.Checkpoints.write, disk.free, disk.check = whole, free, checked
    Path(f"{output}.said").write_text(json.dumps(written))
"""
STATES = {
    "sound": ({}, ["none"]),
    "sharded": ({"zero_stage": 2, "precision": "bf16"}, ["none"]),
    "split": ({"zero_stage": 3, "precision": "bf16"}, ["none"]),
    "cut": ({}, ["cut"]),
    "flipped": ({}, ["flip", "lose"]),
    "nonsense": ({}, ["nonsense", "none"]),
}
# Checkpoint folder from which a run goes on; None: from step 0.
FROM = dict.fromkeys(("sound", "sharded", "split"), "checkpoint-5")
FROM |= {"cut": "checkpoint-4", "flipped": None, "nonsense": "checkpoint-4"}


@pytest.fixture(scope="module")
def done(workplace) -> Path:  # noqa: F811
    """Train every run of `STATES` with and without a stop, and those on a full disk."""
    begun, whole = [], []
    for name, (keys, ways) in STATES.items():
        file = run_file(workplace, name, checkpoint_minutes=1e-9, **keys)
        begun.append([str(file), ways])
        whole.append(run_file(workplace, f"{name}-whole", checkpoint_minutes=None, **keys))
    once = "import sys\nfrom accelerate.state import AcceleratorState\n"
    once += "from warriorcoder.training.train import Run, train\n"
    once += "for file in sys.argv[1:]:\n    train(Run.read(file))\n"
    once += "    AcceleratorState._reset_state(True)\n"
    subprocess.run([sys.executable, "-c", once, *whole], env=ENVIRONMENT, check=True)
    limited = [
        run_file(workplace, name, checkpoint_minutes=1e-9) for name in ("tight", "full", "fails")
    ]
    one = fit.disk_training(PARAMETERS, 1)
    code = DRIVER.replace("STOP", str(STOP)).replace("ROOM_OF_ONE", str(one))
    code = code.replace("ROOM_OF_NONE", str(fit.saved_bytes(PARAMETERS)))
    with (workplace / "stderr").open("w") as file:
        command = [sys.executable, "-c", code, json.dumps(begun), *limited]
        subprocess.run(command, env=ENVIRONMENT, check=True, stderr=file)
    return workplace


def told(folder: Path, name: str) -> str:
    """Return what a run wrote to stderr after it was damaged."""
    parts = (folder / "stderr").read_text().split("BEGUN ")
    return next(part for part in parts if part.startswith(f"{folder / name}\n"))


@pytest.mark.slow
@pytest.mark.parametrize("name", STATES)
def test_a_stopped_run_ends_with_the_weights_of_an_unstopped_one(done, name):
    assert json.loads((done / f"{name}.said").read_text())["found"] == [
        "checkpoint-4",
        "checkpoint-5",
    ]
    assert weights(done / name) == weights(done / f"{name}-whole")
    assert not list(done.glob(f".{name}.unfinished"))


@pytest.mark.slow
@pytest.mark.parametrize("name", STATES)
def test_a_damaged_checkpoint_is_named_and_not_gone_on_from(done, name):
    said, source = told(done, name), FROM[name]
    damaged = [f"checkpoint-{step}" for step in (4, 5)]
    damaged = damaged[damaged.index(source) + 1 :] if source else damaged
    for checkpoint in ("checkpoint-4", "checkpoint-5"):
        assert (f"{checkpoint} is damaged (" in said) == (checkpoint in damaged)
    assert (f"Training goes on from {done}" in said) == (source is not None)
    assert source is None or f"unfinished/{source}." in said


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sound", "sharded", "split"])
def test_a_checkpoint_holds_the_weights_once(done, name):
    said = json.loads((done / f"{name}.said").read_text())
    number = (done / name / "model.safetensors").stat().st_size / 2
    assert said["bytes"] < fit.checkpoint_bytes(number) < 14.5 * number + 1e6


@pytest.mark.slow
def test_where_two_checkpoints_do_not_fit_the_old_one_goes_first(done):
    written = json.loads((done / "tight.said").read_text())
    assert written == [[f"checkpoint-{step}"] for step in range(1, 12)]
    assert "checkpoint-1 is deleted to make room" in told(done, "tight")
    assert weights(done / "tight") == weights(done / "sound-whole")


@pytest.mark.slow
def test_a_checkpoint_without_room_is_a_warning(done):
    assert not any(json.loads((done / "full.said").read_text()))
    assert "checkpoint-1 was not written (it takes" in told(done, "full")
    assert weights(done / "full") == weights(done / "sound-whole")


@pytest.mark.slow
def test_a_checkpoint_that_breaks_off_is_a_warning(done):
    """Here no file may be larger than 100,000 bytes: a write fails in the middle, as on a quota."""
    assert not any(json.loads((done / "fails.said").read_text()))
    assert "checkpoint-1 was not written (" in told(done, "fails")
    assert weights(done / "fails") == weights(done / "sound-whole")


FAILING = """
import os, resource, signal, sys
from warriorcoder.training import checkpoints
from warriorcoder.training import train as training

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
checkpoints.SHARE = 1e9
if os.environ["RANK"] == "1":
    whole = checkpoints.Checkpoints.write

    def write(self, trainer):
        few = 100_000 if trainer.state.global_step == 3 else resource.RLIM_INFINITY
        resource.setrlimit(resource.RLIMIT_FSIZE, (few, resource.RLIM_INFINITY))
        whole(self, trainer)

    checkpoints.Checkpoints.write = write
training.train(training.Run.read(sys.argv[1]))
"""


@pytest.mark.slow
def test_what_one_rank_cannot_write_is_no_checkpoint_of_any(workplace):  # noqa: F811
    keys = {"processes": 2, "micro_batch": 4, "zero_stage": 2}
    file = run_file(workplace, "of-two", checkpoint_minutes=1e-9, **keys)
    (workplace / "failing.py").write_text(FAILING)
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2"]
    command = [sys.executable, *torchrun, workplace / "failing.py", file]
    done = subprocess.run(command, env=ENVIRONMENT, check=True, capture_output=True, text=True)
    assert done.stderr.count("was not written (") == 1 and "checkpoint-3 was not" in done.stderr
    assert (workplace / "of-two" / "model.safetensors").exists()


@pytest.mark.parametrize("took, between", [(1, 900), (94, 94 * 2 / 0.03)])
def test_checkpoints_come_by_the_clock_and_take_3_percent_at_most(
    tmp_path, monkeypatch, took, between
):
    now, begun = 0.0, []
    monkeypatch.setattr(checkpoints.time, "monotonic", lambda: now)
    monkeypatch.setattr(checkpoints, "_first", lambda value, device: bool(value))
    monkeypatch.setattr(checkpoints, "_any", lambda value, device: value)
    monkeypatch.setattr(checkpoints.torch.distributed, "get_rank", lambda: 0)
    kept = checkpoints.Checkpoints(tmp_path, 15, 1, SimpleNamespace(error=None))

    def slow():
        nonlocal now
        now += took

    monkeypatch.setattr(kept, "_make_room", slow)
    args = SimpleNamespace(device="cpu")
    while now < 100_000:
        now += 1
        state, control = SimpleNamespace(global_step=1, max_steps=2), SimpleNamespace()
        kept.on_step_end(args, state, control)
        if vars(control):
            begun.append(now)
            kept.write(SimpleNamespace(state=state, args=args))
            assert kept.stalled <= 0.03 * now or len(begun) == 1
    assert begun[0] == 900
    assert begun[1] - begun[0] == pytest.approx(between, rel=0.2)


def test_no_minutes_are_no_checkpoints(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoints, "_first", lambda value, device: bool(value))
    monkeypatch.setattr(checkpoints, "_any", lambda value, device: value)
    monkeypatch.setattr(checkpoints.torch.distributed, "get_rank", lambda: 0)
    kept = checkpoints.Checkpoints(tmp_path, None, 1, SimpleNamespace(error=None))
    control = SimpleNamespace()
    state = SimpleNamespace(global_step=1, max_steps=2)
    kept.on_step_end(SimpleNamespace(device="cpu"), state, control)
    assert not vars(control)


def test_what_other_things_decided_is_not_gone_on_with(tmp_path):
    folder = tmp_path / "scratch"
    for decided, kept in (("old", False), ("old", True), ("new", False)):
        checkpoints.prepare(folder, decided)
        assert [path.name for path in checkpoints.found(folder)] == ["checkpoint-10"] * kept
        for name in ("checkpoint-10", "writing", "damaged-checkpoint-3"):
            (folder / name).mkdir(exist_ok=True)


def test_checkpoints_are_found_in_the_order_of_their_steps(tmp_path):
    for step in (9, 100, 20):
        (tmp_path / f"checkpoint-{step}").mkdir()
    names = [path.name for path in checkpoints.found(tmp_path)]
    assert names == ["checkpoint-9", "checkpoint-20", "checkpoint-100"]
