"""Checkpoints of another number of ranks or another ZeRO stage.

DeepSpeed reads only the layout that it wrote, and its universal checkpoints would write all numbers
once more. Here each rank copies its share of the fp32 weights and of AdamW's two moments out of the
files of the former ranks, which it maps into memory.

Frozen parameters are in no checkpoint. Not covered: experts of a mixture, and state that is
offloaded.
"""

from collections.abc import Iterator
from itertools import pairwise
from math import ceil
from pathlib import Path
from typing import NamedTuple

import torch
from deepspeed.checkpoint import constants as names
from deepspeed.runtime.engine import DeepSpeedEngine

from warriorcoder.training import layouts

MOMENTS = ("exp_avg", "exp_avg_sq")
LOADED = ("global_steps", "global_samples", "skipped_steps")  # of the engine
load_own = DeepSpeedEngine.load_checkpoint


class Share(NamedTuple):
    """This rank's part of a parameter: `size` numbers from its `first`.

    They lie from `place` on in the rank's vector number `group`.
    """

    name: str
    first: int
    size: int
    group: int
    place: int


class Former:
    """The numbers in a checkpoint's files.

    `held[rank][group][kind]` is a vector: the `weight` or one of the `MOMENTS`. `places` gives for
    each parameter its parts: (rank, group, place in that vector, first number, count).
    """

    def __init__(self, checkpoint: Path):
        folder = checkpoint / (checkpoint / "latest").read_text()
        self.model = _mapped(min(folder.glob("*model_states.pt")))
        ranks = range(self.model["dp_world_size"])
        paths = [next(folder.glob(f"*zero_pp_rank_{rank}_*optim_states.pt")) for rank in ranks]
        states = [_mapped(path)[names.OPTIMIZER_STATE_DICT] for path in paths]
        sharded = names.FP32_FLAT_GROUPS in states[0]  # ZeRO-3
        weights, adam = (
            (names.FP32_FLAT_GROUPS, names.OPTIMIZER_STATE_DICT)
            if sharded
            else (names.SINGLE_PARTITION_OF_FP32_GROUPS, names.BASE_OPTIMIZER_STATE)
        )
        self.adam = states[0][adam]
        self.held = [
            [
                {"weight": vector} | {kind: state[adam]["state"][group][kind] for kind in MOMENTS}
                for group, vector in enumerate(state[weights])
            ]
            for state in states
        ]
        place = self._by_parameter if sharded else self._in_a_row
        self.places = place(self.model[names.PARAM_SHAPES])

    def read(self, share: Share, kind: str) -> torch.Tensor:
        """Return the numbers of a kind that a share names."""
        parts, end = [], share.first + share.size
        for rank, group, place, first, count in self.places[share.name]:
            begin, stop = max(first, share.first), min(first + count, end)
            if begin < stop:
                begin, stop = (place + number - first for number in (begin, stop))
                parts.append(self.held[rank][group][kind][begin:stop])
        return torch.cat(parts)

    def _in_a_row(self, shapes: list[dict]) -> dict[str, list[tuple]]:
        """Return the places of parameters of ZeRO-1 and -2: each rank holds a part of a group."""
        places: dict[str, list[tuple]] = {}
        for group, named in enumerate(shapes):
            size, begin = len(self.held[0][group][MOMENTS[0]]), 0
            for name, shape in named.items():
                end = begin + shape.numel()
                edges = [begin, *range(size * (begin // size + 1), end, size), end]
                places[name] = [
                    (first // size, group, first % size, first - begin, last - first)
                    for first, last in pairwise(edges)
                ]
                begin = end
        return places

    def _by_parameter(self, shapes: list[dict]) -> dict[str, list[tuple]]:
        """Return the places of parameters of ZeRO-3: each rank holds a part of each parameter."""
        places: dict[str, list[tuple]] = {}
        ranks, group, place = range(len(self.held)), 0, 0
        for name, shape in (each for named in shapes for each in named.items()):
            if place == len(self.held[0][group]["weight"]):
                group, place = group + 1, 0
            size = ceil(shape.numel() / len(ranks))
            places[name] = [
                (rank, group, place, rank * size, min(size, shape.numel() - rank * size))
                for rank in ranks
            ]
            place += size
        return places


def load_checkpoint(engine, load_dir: str, **keys) -> tuple[str, dict]:
    """Load a checkpoint into DeepSpeed's engine, in place of its own method of this name."""
    if layouts.of(engine) == layouts.read(Path(load_dir))[-1].parts:
        return load_own(engine, load_dir, **keys)
    former, zero = Former(Path(load_dir)), engine.optimizer
    states = _states(zero, former.adam["state"][0]["step"])
    for share in _shares(engine):
        for kind, numbers in states[share.group].items():
            numbers.narrow(0, share.place, share.size).copy_(former.read(share, kind))
    for group, saved in zip(zero.optimizer.param_groups, former.adam["param_groups"], strict=True):
        group |= {key: value for key, value in saved.items() if key != "params"}
    if hasattr(zero, "fp32_partitioned_groups_flat"):  # ZeRO-3 takes the model's weights from these
        same = {name: getattr(zero, name) for name in ("dynamic_loss_scale", "overflow")}
        same |= {"loss_scaler": zero.loss_scaler, names.FP32_FLAT_GROUPS: _vectors(zero)}
        zero._rigid_load_state_dict(same, load_optimizer_states=False)
    engine.module.load_state_dict(former.model["module"], strict=False)  # buffers alone
    engine.lr_scheduler.load_state_dict(former.model["lr_scheduler"])
    for name in LOADED:
        setattr(engine, name, former.model[name])
    return load_dir, {}


def _states(zero, step: torch.Tensor) -> list[dict[str, torch.Tensor]]:
    """Return the numbers of each vector on this rank by their kind."""
    states = []
    for flat in _vectors(zero):
        adam = zero.optimizer.state[flat]
        adam["step"] = step.clone()
        for kind in MOMENTS:
            adam.setdefault(kind, torch.zeros_like(flat))
        states.append({"weight": flat.data} | {kind: adam[kind] for kind in MOMENTS})
    return states


def _vectors(zero) -> list[torch.Tensor]:
    """Return the vectors of fp32 weights that AdamW updates on this rank."""
    if hasattr(zero, "fp32_partitioned_groups_flat"):
        return zero.fp32_partitioned_groups_flat
    return [group["params"][0] for group in zero.optimizer.param_groups]


def _shares(engine) -> Iterator[Share]:
    """Yield this rank's share of each parameter, as the engine lays it out."""
    zero, rank = engine.optimizer, torch.distributed.get_rank()
    trained = (named for named in engine.module.named_parameters() if named[1].requires_grad)
    for name, each in trained:
        if hasattr(each, "ds_id"):
            group, place, size = zero.grad_position[zero.get_param_id(each)]
            count = min(size, each.ds_numel - rank * size)
            if count > 0:
                yield Share(name, rank * size, count, group, place)
        elif mapping := each._hp_mapping:
            inside, flat = mapping.lp_fragment_address, mapping.hp_fragment_address
            group = mapping.param_group_index
            yield Share(name, inside.start, inside.numel, group, flat.start)


def _mapped(path: Path) -> dict:
    return torch.load(path, map_location="cpu", mmap=True, weights_only=False)
