"""The code path of GPUs on the CPU: bf16 weights, ZeRO-1 and -2 of bf16, checkpointing, SDPA.

A patch lets the trainer believe that the CPU computes in bf16. All else is what runs on GPUs: the
arguments, the model, DeepSpeed's configuration and its optimizers, saves and resumption, on two
ranks.

It cannot cover what only a GPU has: NCCL, the kernels of SDPA and AdamW on CUDA (their speed,
memory and rounding), the placing of weights by `device_map`, pinned memory, streams that overlap
communication with computation, the count of ranks against visible GPUs, and TRL's Triton kernels.
"""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from unit.training import test_relayout as relayout
from unit.training.target import run_file, said, weights

BELIEVES = """
import torch
import transformers.training_args
from warriorcoder.training import train as training

transformers.training_args.is_torch_bf16_gpu_available = lambda: True
torch.cuda.current_device = lambda: "cpu"
arguments, load_model = training.arguments, training.load_model


def on_gpus(spec):
    return spec.model_copy(update={"gpus": spec.processes})


training.arguments = lambda spec, *more: arguments(on_gpus(spec), *more)
training.load_model = lambda spec, *more: load_model(on_gpus(spec), *more)
"""
LOOK = """
        if self.rank == 0:
            model, deepspeed = more["model"], more["optimizer"].optimizer
            said = {
                "weights": sorted({str(each.dtype) for each in model.parameters()}),
                "attention": model.config._attn_implementation,
                "checkpointing": model.is_gradient_checkpointing,
                "optimizer": type(deepspeed).__name__,
            }
            with open(f"{run.output}.path", "w") as file:
                json.dump(said, file)
"""
BEGIN = "        super().on_train_begin(args, state, control, **more)\n"
DRIVER = BELIEVES + relayout.DRIVER.replace(BEGIN, BEGIN + LOOK)
STAGES = (1, 2)


@pytest.fixture(scope="module")
def done(workplace) -> Path:  # noqa: F811
    """Train under each stage without a stop, with one, and with one that goes on on one rank."""

    def file(name: str, ranks: int = 2, **keys) -> str:
        keys = {"micro_batch": 2, "learning_rate": 1e-3, "precision": "bf16"} | keys
        return str(run_file(workplace, name, processes=ranks, checkpoint_minutes=1e-9, **keys))

    assert DRIVER.count(LOOK) == 1
    runs = []
    for stage in STAGES:
        runs += [[file(f"whole-{stage}", zero_stage=stage), False]]
        runs += [[file(f"stopped-{stage}", zero_stage=stage), stops] for stops in (True, False)]
        runs += [[file(f"alone-{stage}", zero_stage=stage), True]]
    relayout.train(workplace, 2, runs, DRIVER)
    alone = [[file(f"alone-{stage}", 1, zero_stage=stage), False] for stage in STAGES]
    relayout.train(workplace, 1, alone, DRIVER)
    relayout.train(workplace, 1, [[file("fp32", 1, precision="fp32"), False]])
    return workplace


def losses(folder: Path, name: str) -> np.ndarray:
    return np.loadtxt(folder / f"{name}.losses")


@pytest.mark.parametrize("stage", STAGES)
def test_it_is_the_path_of_gpus(done, stage):
    path = json.loads((done / f"whole-{stage}.path").read_text())
    assert path["weights"] == ["torch.bfloat16"] and path["attention"] == "sdpa"
    assert path["checkpointing"]
    assert path["optimizer"] == "DeepSpeedZeroOptimizer"


@pytest.mark.parametrize("stage", STAGES)
def test_it_learns_what_fp32_learns(done, stage):
    whole, exact = losses(done, f"whole-{stage}"), losses(done, "fp32")
    assert exact[0] - exact[-1] > 0.3
    assert np.abs(whole - exact).max() < 0.1 * (exact[0] - exact[-1])
    saved = load_file(done / f"whole-{stage}" / "model.safetensors")
    assert {each.dtype for each in saved.values()} == {torch.bfloat16}


@pytest.mark.parametrize("stage", STAGES)
def test_a_stopped_run_ends_with_the_weights_of_an_unstopped_one(done, stage):
    assert weights(done / f"stopped-{stage}") == weights(done / f"whole-{stage}")


@pytest.mark.parametrize("stage", STAGES)
def test_it_goes_on_on_one_rank(done, stage):
    stopped, loaded = (
        np.load(done / f"alone-{stage}.{when}.npz") for when in ("stopped", "loaded")
    )
    assert set(stopped) == set(loaded)
    for key in stopped:
        assert np.array_equal(stopped[key], loaded[key]), key
    alone, whole = losses(done, f"alone-{stage}"), losses(done, f"whole-{stage}")
    assert np.abs(alone - whole).max() < 0.02, np.abs(alone - whole)
    assert [each["ranks"] for each in said(done / f"alone-{stage}")["layouts"]] == [2, 1]
