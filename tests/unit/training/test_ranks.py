"""Training on 1, 2, 4 and 8 ranks is the same training: rows, gradient, losses, validation.

One rank takes passes of equal rows, more ranks take passes of equal tokens. Three rows are held
out, fewer than eight ranks take at once.

Each rank writes what it saw. The first gradient is read from AdamW's first moment after one step,
where the rate is still 0: m = (1 - β₁) g.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from unit.training.target import ENVIRONMENT, GOLD, run_file, said

from warriorcoder.training import history

pytestmark = pytest.mark.slow
RANKS = (1, 2, 4, 8)
STEPS, BATCH, HELD_OUT = 20, 16, 3
BETA = 0.9  # AdamW's β₁
GRADIENT = 1e-5  # largest relative distance of the first gradients
LOSS = 2e-3  # largest distance of a step's losses, which begin at 5.6
RECORDING = """
import json, os, sys
import numpy as np
from deepspeed.utils import safe_get_full_optimizer_state
from trl import SFTTrainer
from warriorcoder.training import checkpoints
from warriorcoder.training import train as training

run, rank, rows, losses = training.Run.read(sys.argv[1]), os.environ["RANK"], [], []
step_of, whole = SFTTrainer.training_step, checkpoints.Checkpoints


def training_step(self, model, inputs, *more):
    ids, mask = inputs["input_ids"], inputs["attention_mask"]
    said = [one[kept.bool()].tolist() for one, kept in zip(ids, mask)]
    rows.append([self.state.global_step, said])
    return step_of(self, model, inputs, *more)


class Recording(whole):
    def on_step_end(self, args, state, control, model=None, **more):
        if state.global_step == 1:
            moments = {
                name: safe_get_full_optimizer_state(each, "exp_avg").numpy()
                for name, each in model.named_parameters()
            }
            np.savez(f"{run.output}.{rank}.npz", **moments)
        return super().on_step_end(args, state, control, model=model, **more)

    def on_log(self, args, state, control, logs=None, **more):
        losses.extend([logs["loss"]] if "loss" in logs else [])


SFTTrainer.training_step, training.Checkpoints = training_step, Recording
training.train(run)
with open(f"{run.output}.{rank}.json", "w") as file:
    json.dump({"rows": rows, "losses": losses}, file)
"""


@pytest.fixture(scope="module")
def trained(workplace) -> Path:  # noqa: F811  the fixture
    """Train the same on every number of ranks."""
    rows = [
        [turn | {"content": turn["content"] + " again" * (n % 5)} for turn in row]
        for n, row in enumerate(GOLD)
    ]
    pq.write_table(pa.table({"messages": rows}), workplace / "gold.parquet")
    script = workplace / "recording.py"
    script.write_text(RECORDING)
    for ranks in RANKS:
        keys = {"steps": STEPS, "global_batch": BATCH, "micro_batch": 4, "zero_stage": 2}
        keys |= {"balance": "rows" if ranks == 1 else "tokens"}
        keys |= {"validation_share": HELD_OUT / len(GOLD)}
        file = run_file(workplace, f"of-{ranks}", processes=ranks, learning_rate=1e-3, **keys)
        torchrun = ["-m", "torch.distributed.run", "--standalone", f"--nproc_per_node={ranks}"]
        subprocess.run([sys.executable, *torchrun, script, file], env=ENVIRONMENT, check=True)
    return workplace


def seen(folder: Path, ranks: int) -> list[dict]:
    """Return what each rank wrote."""
    return [json.loads((folder / f"of-{ranks}.{rank}.json").read_text()) for rank in range(ranks)]


@pytest.mark.parametrize("ranks", RANKS)
def test_each_step_takes_the_same_rows(trained, ranks):
    def rows(ranks: int) -> list[list]:
        steps: list[list] = [[] for _ in range(STEPS)]
        for each in seen(trained, ranks):
            for step, taken in each["rows"]:
                steps[step] += taken
        return [sorted(step) for step in steps]

    found = rows(ranks)
    assert {len(step) for step in found} == {BATCH}
    assert found == rows(1)
    assert len({len(row) for row in found[0]}) > 3, "rows of one length would hide a wrong mean"
    passes = {len(each["rows"]) for each in seen(trained, ranks)}
    assert passes == {STEPS * BATCH // ranks // min(4, BATCH // ranks)}


@pytest.mark.parametrize("ranks", RANKS[1:])
def test_the_first_gradient_is_the_same(trained, ranks):
    one, many = (np.load(trained / f"of-{n}.0.npz") for n in (1, ranks))
    assert set(one) == set(many)
    first, other = (
        np.concatenate([each[name].ravel() for name in sorted(one)]) / (1 - BETA)
        for each in (one, many)
    )
    assert np.linalg.norm(first) > 0.1
    assert np.linalg.norm(other - first) < GRADIENT * np.linalg.norm(first)


@pytest.mark.parametrize("ranks", RANKS[1:])
def test_losses_of_twenty_steps_stay_together(trained, ranks):
    one, many = (np.array(seen(trained, n)[0]["losses"]) for n in (1, ranks))
    assert len(one) == len(many) == STEPS
    assert one[-1] < one[0] - 0.5, "it learns"
    assert np.abs(many - one).max() < LOSS, np.abs(many - one)


@pytest.mark.parametrize("ranks", RANKS)
def test_the_loss_of_rows_held_out_is_the_same(trained, ranks):
    one, many = (
        pl.read_parquet(trained / f"of-{n}" / history.FILE)["validation_loss"] for n in (1, ranks)
    )
    assert said(trained / f"of-{ranks}")["rows_held_out"] == HELD_OUT
    assert one.null_count() == 0 and abs(many[0] / one[0] - 1) < GRADIENT
    assert (many - one).abs().max() < LOSS
