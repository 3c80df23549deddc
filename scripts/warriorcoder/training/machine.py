"""Seconds, memory and GPUs of a training, which differ from run to run."""

import json
import resource
import time
from pathlib import Path

import torch

from warriorcoder.core.atomic import atomic


class Clock:
    """The seconds of each step. A resumed training keeps those of the steps before."""

    def __init__(self) -> None:
        self.last = time.monotonic()

    def lap(self) -> float:
        """Return the seconds since the last lap."""
        last, self.last = self.last, time.monotonic()
        return round(self.last - last, 4)


def peak_bytes(device: torch.device) -> int:
    """Return the most memory that any rank took: of its GPU, or of the host on the CPU."""
    own = (
        torch.cuda.max_memory_allocated()
        if device.type == "cuda"
        else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    )
    most = torch.tensor(own, device=device)
    torch.distributed.all_reduce(most, torch.distributed.ReduceOp.MAX)
    return int(most)


def write(
    path: str | Path, log: list[dict], device: torch.device, *, resumed: bool, **facts
) -> None:
    """Write the measurements of a training as JSON. Every rank calls this, and rank 0 writes.

    The keys are `seconds` (of each step), `resumed`, `gpus`, `gpu` (its name), `peak_bytes` (the
    most of any rank) and `facts`.

    Args:
        path: of the file, the same for each training of a roster.
        log: what the trainer logged.
        device: of this rank.
        resumed: True if the training went on from a checkpoint.
        facts: what else a rate needs.
    """
    peak, gpus = peak_bytes(device), torch.distributed.get_world_size()
    if torch.distributed.get_rank():
        return
    on_gpus = device.type == "cuda"
    said = {
        "seconds": [entry["seconds"] for entry in log if "loss" in entry],
        "resumed": resumed,
        "gpus": gpus if on_gpus else 0,
        "gpu": torch.cuda.get_device_name(device) if on_gpus else None,
        "peak_bytes": peak,
        **facts,
    }
    with atomic(path) as temporary:
        temporary.write_text(json.dumps(said) + "\n")
