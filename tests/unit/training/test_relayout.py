"""If these tests fail, another number of GPUs throws a training's first days away, or spoils it."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from unit.training.target import ENVIRONMENT, run_file, said

STOP, STEPS = 6, 12
LOSS = 1e-5  # largest distance of a step's losses, which begin at 5.6
# Each run goes from one layout (ranks, ZeRO stage) to another.
RUNS = {
    "grows": ((1, 1), (2, 1)),
    "shrinks": ((2, 2), (1, 2)),
    "sharded-grows": ((1, 3), (2, 3)),
    "sharded-shrinks": ((2, 3), (1, 3)),
    "from-sharded": ((2, 3), (1, 2)),
    "to-sharded": ((1, 1), (2, 3)),
    "stage": ((2, 1), (2, 2)),
}
DRIVER = """
import json, sys
import numpy as np
from accelerate.state import AcceleratorState
from deepspeed.utils import safe_get_full_fp32_param, safe_get_full_optimizer_state
from warriorcoder.training import checkpoints
from warriorcoder.training import train as training

checkpoints.SHARE = 1e9  # one at every step


class Recording(checkpoints.Checkpoints):
    def state(self, model, optimizer):
        zero = optimizer.optimizer
        getattr(zero, "_lazy_init_hp_params_optimizer_state", lambda: None)()
        state = {}
        for name, each in model.named_parameters():
            if not each.requires_grad:
                continue
            state[name] = safe_get_full_fp32_param(each)
            for kind in ("exp_avg", "exp_avg_sq"):
                state[f"{kind} {name}"] = safe_get_full_optimizer_state(each, kind)
        [step] = {float(adam["step"]) for adam in zero.optimizer.state.values()}
        rates = [group["lr"] for group in zero.optimizer.param_groups]
        return {name: each.numpy() for name, each in state.items()} | {"step": [step, *rates]}

    def keep(self, name, state):
        if self.rank == 0:
            np.savez(f"{run.output}.{name}.npz", **state)

    def on_train_begin(self, args, state, control, **more):
        super().on_train_begin(args, state, control, **more)
        if state.global_step:
            self.keep("loaded", self.state(more["model"], more["optimizer"]))

    def on_step_end(self, args, state, control, **more):
        super().on_step_end(args, state, control, **more)
        if state.global_step == STOP - 1 and stops:
            self.told = True
        if self.stopped:
            self.keep("stopped", self.state(more["model"], more["optimizer"]))

    def on_log(self, args, state, control, logs=None, **more):
        if "loss" in logs and self.rank == 0:
            with open(f"{run.output}.losses", "a") as file:
                file.write(f"{logs['loss']}\\\\n")


training.Checkpoints = Recording
for file, stops in json.loads(sys.argv[1]):
    run = training.Run.read(file)
    try:
        training.train(run)
    except checkpoints.Stopped:
        pass
    AcceleratorState._reset_state(True)
""".replace("STOP - 1", f"{STOP - 1}").replace("\\\\n", "\\n")


def train(folder: Path, ranks: int, runs: list, driver: str = DRIVER) -> None:
    """Train runs in one process for each rank, and stop those that say so behind step `STOP`."""
    script = folder / "driver.py"
    script.write_text(driver)
    torchrun = ["-m", "torch.distributed.run", "--standalone", f"--nproc_per_node={ranks}"]
    command = [sys.executable, *(torchrun if ranks > 1 else []), script, json.dumps(runs)]
    subprocess.run(command, env=ENVIRONMENT, check=True)


@pytest.fixture(scope="module")
def done(workplace) -> Path:  # noqa: F811
    """Train each run under its two layouts, and one run under one."""

    def file(name: str, ranks: int, stage: int) -> str:
        keys = {"processes": ranks, "micro_batch": 4, "zero_stage": stage, "learning_rate": 1e-3}
        return str(run_file(workplace, name, checkpoint_minutes=1e-9, **keys))

    def begun(ranks: int) -> list:
        return [
            [file(name, *parts), True] for name, (parts, _) in RUNS.items() if parts[0] == ranks
        ]

    def ended(ranks: int, former: int) -> list:
        both = {name: (a, b) for name, (a, b) in RUNS.items() if (a[0], b[0]) == (former, ranks)}
        return [[file(name, *parts), False] for name, (_, parts) in both.items()]

    train(workplace, 1, [*begun(1), [file("whole", 1, 1), False]])
    train(workplace, 2, begun(2))
    train(workplace, 2, ended(2, 1) + ended(2, 2))
    train(workplace, 1, ended(1, 2))
    return workplace


@pytest.mark.parametrize("name", RUNS)
def test_no_number_changes_on_its_way_to_other_ranks(done, name):
    stopped, loaded = (np.load(done / f"{name}.{when}.npz") for when in ("stopped", "loaded"))
    assert set(stopped) == set(loaded) and len(stopped) > 30
    for key in stopped:
        assert np.array_equal(stopped[key], loaded[key]), key
        assert np.any(stopped[key]), key


@pytest.mark.parametrize("name", RUNS)
def test_losses_stay_those_of_one_layout(done, name):
    losses, whole = (np.loadtxt(done / f"{each}.losses") for each in (name, "whole"))
    assert len(losses) == len(whole) == STEPS
    assert np.abs(losses - whole).max() < LOSS, np.abs(losses - whole)


@pytest.mark.parametrize("name", RUNS)
def test_the_record_tells_the_ranks_of_each_step(done, name):
    (ranks, stage), (more, other) = RUNS[name]
    assert said(done / name)["layouts"] == [
        {"first_step": 1, "ranks": ranks, "zero_stage": stage},
        {"first_step": STOP + 1, "ranks": more, "zero_stage": other},
    ]
