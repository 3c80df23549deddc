"""Training of the target with TRL and DeepSpeed (METHOD 13): SFT, LoRA or DPO.

AdamW under ZeRO, WarmupLR, a global batch that counts rows or preference pairs. The checkpoint
appears under its name only when whole, and says what decided it (`seal`). A run that was killed
goes on from its last checkpoint, and SIGTERM makes it write one. Another number of ranks or another
ZeRO stage goes on as well (`relayout`), with losses that differ by rounding.
"""

import json
import math
import shutil
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import deepspeed
import torch
from transformers import AutoModelForCausalLM
from transformers.utils.logging import disable_progress_bar

from warriorcoder.config.methods import Objective
from warriorcoder.config.training import Training
from warriorcoder.core import seeds
from warriorcoder.core.empty import refuse_empty
from warriorcoder.download import snapshots
from warriorcoder.models import fit
from warriorcoder.training import (
    checkpoints,
    conversations,
    disk,
    held_out,
    history,
    layouts,
    lora,
    machine,
    passes,
    ranks,
    rows,
    signals,
    target,
    trainers,
    weights,
)
from warriorcoder.training.checkpoints import Checkpoints
from warriorcoder.training.files import Files
from warriorcoder.training.trainers import arguments

UNTRACKED = {"timeout_minutes", "checkpoint_minutes", "report_to"}  # they decide no weights


class TrainingError(RuntimeError):
    """A training run that cannot start, or did not run under DeepSpeed."""


@dataclass(frozen=True)
class Run:
    """One training run, as its file says.

    `gold` is a Parquet file with a column `messages`, or of preference pairs for DPO.
    `training` is what `Training.for_objective` returns, `output` the folder of the checkpoint,
    `decided` the digest of all that decides its weights (`seal.decided`). The file `measured` gets
    seconds and memory (`machine.write`). A `trial` leaves no checkpoint.
    """

    training: Training
    gold: str
    output: str
    seed: int
    decided: str
    measured: str
    objective: Objective = "sft"
    trial: bool = False

    @classmethod
    def read(cls, path: str | Path) -> "Run":
        """Return the run in a JSON file."""
        given = json.loads(Path(path).read_text())
        return cls(**given | {"training": Training(**given["training"])})


def train(run: Run) -> None:
    """Train and write the checkpoint. Every rank calls this.

    Raises:
        TrainingError, RankError, TargetError, ChatError, GoldError, RowError, EmptyStage,
            DiskError, LoraError: what the config says cannot be done with these GPUs, this target,
            these rows or this disk.
        Stopped: a signal stopped it.
    """
    spec, begun = run.training, time.time()
    scratch = checkpoints.scratch(run.output)
    ranks.join(spec)
    target.refuse_length(spec)
    tokenizer, rank = target.load_tokenizer(spec), torch.distributed.get_rank()
    if rank == 0:
        checkpoints.prepare(scratch, run.decided)
    dataset = rows.shared(scratch, tokenizer, run.gold, spec.max_length, run.objective)
    counts = rows.counted(scratch)
    _refuse_nothing(run, len(dataset), counts["dropped"])
    taught, held = held_out.split(len(dataset), spec.validation_share, run.seed)
    lengths, steps = rows.lengths(dataset), spec.steps_over(len(taught))
    order = conversations.order(
        lengths[taught], steps, spec.global_batch, seeds.seed("rows", run.seed)
    )
    order = taught[order].reshape(steps, spec.global_batch)
    name = "check_training" if run.trial else Path(run.output).name
    args = arguments(spec, steps, run.seed, scratch, name, run.objective)  # before ZeRO-3 loads
    model = load_model(spec, tokenizer)
    parameters = _count(model.parameters())
    if run.objective == "lora":
        model = lora.wrap(model, spec, args.seed)
    trained = _count(each for each in model.parameters() if each.requires_grad)
    planned = passes.Plan(lengths, order, args.world_size, spec)
    kept = Checkpoints(scratch, spec.checkpoint_minutes, trained, Files(model))
    if rank == 0:
        disk.check(scratch, parameters, spec.checkpoint_minutes is not None, trained)
    trainer = trainers.of(run.objective)(
        kept,
        model=model,
        args=args,
        batches=planned.of_rank(rank),
        train_dataset=dataset,
        processing_class=tokenizer,
    )
    if not trainer.is_deepspeed_enabled:
        raise TrainingError("the trainer did not start DeepSpeed, which the paper's training needs")
    if len(held):
        validation = held_out.HeldOut(dataset.select(held))
        validation.trainer = trainer
        trainer.add_callback(validation)
    resumed = kept.resume(args.device, spec.zero_stage)
    trainer.clock.lap()
    trainer.train(resume_from_checkpoint=resumed)
    if kept.stopped:
        raise checkpoints.Stopped(trainer.state.global_step)
    log = trainer.state.log_history
    if run.trial:
        return _end_trial(scratch, [entry["loss"] for entry in log if "loss" in entry])
    epochs = steps * spec.global_batch / len(taught)
    tokens = rows.tokens(dataset)[order].sum(axis=1)
    by_step = history.steps(log, tokens, epochs)
    facts = {
        "rows": len(taught),
        "rows_held_out": len(held),
        **{f"rows_{name}": counts[name] for name in rows.COUNTS},
        "steps": trainer.state.global_step,
        "epochs": round(epochs, 4),
        "loss_first": by_step["loss"][0],
        "loss_last": by_step["loss"][-1],
        "layouts": layouts.rows(kept.layouts),
        "deepspeed": deepspeed.__version__,
        "objective": run.objective,
        "training": spec.model_dump(exclude=UNTRACKED | ({"lora", "dpo"} - {run.objective})),
        "seed": run.seed,
    }
    if rank == 0:
        kept.give_way(fit.saved_bytes(parameters), keep=2)
    spent = planned.spent * (2 if run.objective == "dpo" else 1)
    measured = {"parameters": parameters, "waste": 1 - int(tokens.sum()) / spent}
    machine.write(run.measured, log, args.device, resumed=bool(resumed), **measured)
    weights.save(run, trainer, tokenizer, facts, by_step)
    if rank == 0:
        print(f"{json.dumps(facts)}\ntrained in {time.time() - begun:.1f} s", flush=True)


def _refuse_nothing(run: Run, left: int, dropped: int) -> None:
    """Refuse a training without rows."""
    if run.objective == "dpo" and not left + dropped:
        raise TrainingError(
            f"{run.gold} holds no preference pair: no gold answer has a rival with a lower score "
            "and another text. diagnostics.json beside it counts what export.min_margin and "
            "export.min_stability left out. Lower them, or set the roster's method to sft."
        )
    too_long, keys = {"prompt_too_long": dropped}, {"prompt_too_long": "training.max_length"}
    refuse_empty(left, f"training on {run.gold}", too_long, keys)


def _count(parameters: Iterable) -> int:
    """Return the numbers in all parameters, which ZeRO-3 may shard."""
    return sum(getattr(each, "ds_numel", each.numel()) for each in parameters)


def _end_trial(scratch: Path, losses: list[float]) -> None:
    if not all(map(math.isfinite, losses)):
        raise TrainingError(
            f"the losses of two steps are {losses}. Check the base and the precision."
        )
    if torch.distributed.get_rank() == 0:
        shutil.rmtree(scratch)


def load_model(spec: Training, tokenizer):
    """Return the target in the precision of its updates. It generates until a turn ends."""
    straight = {"device_map": {"": torch.cuda.current_device()}} if spec.gpus else {}
    model = AutoModelForCausalLM.from_pretrained(
        snapshots.folder(spec.base, spec.revision),
        dtype=torch.bfloat16 if spec.precision == "bf16" and spec.gpus else torch.float32,
        attn_implementation=spec.attention or ("sdpa" if spec.gpus else "eager"),
        **(straight if spec.zero_stage < 3 else {}),  # ZeRO-3 shards it on the GPUs itself
    )
    end, former = tokenizer.eos_token_id, model.generation_config.eos_token_id
    former = set(former if isinstance(former, list) else [former])
    model.generation_config.eos_token_id = [end, *sorted(former - {end, None})]
    model.config.eos_token_id = end
    return model


def main(path: str) -> None:
    """Train what the file `path` says, as one of its ranks."""
    disable_progress_bar()
    stopped = None
    try:
        train(Run.read(path))
    except checkpoints.Stopped as error:
        stopped = error
    rank = torch.distributed.get_rank()
    torch.distributed.destroy_process_group()
    if stopped and rank == 0:
        print(f"a signal stopped the training after step {stopped}", flush=True)
    sys.exit(signals.STOPPED if stopped else 0)
