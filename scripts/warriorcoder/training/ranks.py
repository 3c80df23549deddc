"""Ranks of a training run: their backend, and the configuration of DeepSpeed."""

import os
from datetime import timedelta

import deepspeed
import torch
from accelerate import PartialState
from torch.distributed import distributed_c10d as c10d
from trl.trainer import utils as trl_utils

from warriorcoder.config.training import Training

ALONE = {
    "RANK": "0",
    "LOCAL_RANK": "0",
    "WORLD_SIZE": "1",
    "LOCAL_WORLD_SIZE": "1",
    "MASTER_ADDR": "127.0.0.1",
    "MASTER_PORT": "0",
}


class RankError(RuntimeError):
    """Ranks or GPUs are not what the config says."""


def join(spec: Training) -> None:
    """Join the other ranks: NCCL on GPUs, Gloo on the CPU, where Accelerate must be told so.

    Without a launcher the process is the only rank. The timeout is that of all groups: DeepSpeed
    clones the one made here, and clones have torch's default.
    """
    for name, value in ALONE.items():
        os.environ.setdefault(name, value)
    started, gpus = int(os.environ["WORLD_SIZE"]), torch.cuda.device_count()
    if started != spec.processes:
        raise RankError(f"training.processes is {spec.processes}, but {started} were started")
    if spec.gpus and gpus < (here := int(os.environ["LOCAL_WORLD_SIZE"])):
        raise RankError(
            f"training.processes puts {here} ranks here, but there are {gpus} GPUs. "
            "Ask for one GPU a rank, or set training.gpus to 0 for the CPU."
        )
    if not spec.gpus:
        spare_the_cpu()
    timeout = timedelta(minutes=spec.timeout_minutes)
    c10d.default_pg_timeout = c10d.default_pg_nccl_timeout = timeout
    os.environ["ACCELERATE_USE_DEEPSPEED"] = "true"
    PartialState(backend="nccl" if spec.gpus else "gloo", timeout=timeout)
    del os.environ["ACCELERATE_USE_DEEPSPEED"]


def spare_the_cpu() -> None:
    """Leave out two things that cost the CPU much and change nothing.

    DeepSpeed would compile a shared-memory operation for a minute that only tensor-parallel
    inference uses; TRL would score every position, labelled or not, as for devices that need
    static shapes: half of a step's time.
    """
    deepspeed.ops.__compatible_ops__ = {}
    trl_utils._use_triton = lambda device: True  # asked only whether to score labelled ones alone


def deepspeed_config(spec: Training) -> dict:
    """Return DeepSpeed's configuration. The trainer fills each `auto` from its arguments.

    AdamW is torch's own, so that nothing is compiled on the machine. WarmupLR rises with the
    logarithm of the step, as is DeepSpeed's default, and then stays at its peak; the cosine rises
    in a line and falls to 0.
    """
    warmup = {
        "type": "WarmupLR",
        "params": {
            "warmup_type": "log",
            **_auto("warmup_min_lr", "warmup_max_lr", "warmup_num_steps"),
        },
    }
    cosine = {
        "type": "WarmupCosineLR",
        "params": {
            "warmup_type": "linear",
            "cos_min_ratio": 0.0,
            **_auto("total_num_steps", "warmup_num_steps"),
        },
    }
    config = {
        "zero_optimization": {
            "stage": spec.zero_stage,
            "stage3_gather_16bit_weights_on_model_save": True,
            "overlap_comm": bool(spec.gpus) and spec.overlap_comm,
        },
        "optimizer": {
            "type": "AdamW",
            "params": {"torch_adam": True, **_auto("lr", "betas", "eps", "weight_decay")},
        },
        "scheduler": cosine if spec.lr_schedule == "cosine" else warmup,
        "bf16": _auto("enabled"),
        **_auto("gradient_clipping", "gradient_accumulation_steps"),
        **_auto("train_batch_size", "train_micro_batch_size_per_gpu"),
    }
    if spec.precision == "bf16" and spec.gpus and spec.zero_stage > 1:
        config["data_types"] = {"grad_accum_dtype": spec.accumulation}
    if spec.precision == "bf16" and not spec.gpus:  # the trainer's own bf16 asks for a GPU
        config["torch_autocast"] = {"enabled": True, "dtype": "bfloat16"}
    return config


def _auto(*keys: str) -> dict[str, str]:
    return dict.fromkeys(keys, "auto")
