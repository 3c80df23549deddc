"""Supervised fine-tuning of the target with TRL and DeepSpeed (METHOD 13).

AdamW under ZeRO, WarmupLR, a global batch that counts rows, loss on the reply alone. The checkpoint
appears under its name only when whole, and says what decided it (`seal`). A run that was killed
goes on from its last checkpoint, and SIGTERM makes it write one. Another number of ranks or another
ZeRO stage goes on as well (`relayout`), with losses that differ by rounding.
"""

import json
import math
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import deepspeed
import torch
from torch.utils.data import DataLoader
from transformers import AutoModelForCausalLM
from transformers.utils.logging import disable_progress_bar
from trl import SFTConfig, SFTTrainer

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
    machine,
    passes,
    ranks,
    rows,
    signals,
    target,
    weights,
)
from warriorcoder.training.checkpoints import Checkpoints
from warriorcoder.training.files import Files

UNTRACKED = {"timeout_minutes", "checkpoint_minutes", "report_to"}  # they decide no weights


class TrainingError(RuntimeError):
    """A training run that cannot start, or did not run under DeepSpeed."""


@dataclass(frozen=True)
class Run:
    """One training run, as its file says.

    `gold` is a Parquet file with a column `messages`, `output` the folder of the checkpoint,
    `decided` the digest of all that decides its weights (`seal.decided`). The file `measured` gets
    seconds and memory (`machine.write`). A `trial` leaves no checkpoint.
    """

    training: Training
    gold: str
    output: str
    seed: int
    decided: str
    measured: str
    trial: bool = False

    @classmethod
    def read(cls, path: str | Path) -> "Run":
        """Return the run in a JSON file."""
        given = json.loads(Path(path).read_text())
        return cls(**given | {"training": Training(**given["training"])})


class Trainer(SFTTrainer):
    """TRL's trainer, which leaves its checkpoints to `kept` and logs the seconds of each step.

    `batches` are the numbers of the rows in each pass of this rank.
    """

    def __init__(self, kept: Checkpoints, batches: list[list[int]], **given):
        super().__init__(callbacks=[kept], **given)
        self.kept, self.batches, self.clock = kept, batches, machine.Clock()
        if given["model"].config._attn_implementation == "sdpa":
            self.data_collator = rows.unmasked(self.data_collator)

    def get_train_dataloader(self):
        """Return the passes of this rank."""
        dataset: Any = self.train_dataset
        return DataLoader(
            dataset,
            batch_sampler=self.batches,
            collate_fn=self.data_collator,
            pin_memory=self.args.dataloader_pin_memory,
        )

    def log(self, logs, start_time=None):
        """Log the figures of a step."""
        if "loss" in logs:
            logs["seconds"] = self.clock.lap()
        super().log(logs, start_time)

    def _save_checkpoint(self, model, trial):
        self.kept.write(self)


def train(run: Run) -> None:
    """Train and write the checkpoint. Every rank calls this.

    Raises:
        TrainingError, RankError, TargetError, ChatError, GoldError, RowError, EmptyStage,
            DiskError: what the config says cannot be done with these GPUs, this target, these rows
            or this disk.
        Stopped: a signal stopped it.
    """
    spec, begun = run.training, time.time()
    scratch = checkpoints.scratch(run.output)
    ranks.join(spec)
    target.refuse_length(spec)
    tokenizer, rank = target.load_tokenizer(spec), torch.distributed.get_rank()
    if rank == 0:
        checkpoints.prepare(scratch, run.decided)
    dataset = rows.shared(scratch, tokenizer, run.gold, spec.max_length)
    counts = rows.counted(scratch)
    too_long = {"prompt_too_long": counts["dropped"]}
    keys = {"prompt_too_long": "training.max_length"}
    refuse_empty(len(dataset), f"training on {run.gold}", too_long, keys)
    taught, held = held_out.split(len(dataset), spec.validation_share, run.seed)
    lengths, steps = rows.lengths(dataset), spec.steps_over(len(taught))
    order = conversations.order(
        lengths[taught], steps, spec.global_batch, seeds.seed("rows", run.seed)
    )
    order = taught[order].reshape(steps, spec.global_batch)
    name = "check_training" if run.trial else Path(run.output).name
    args = arguments(spec, steps, run.seed, scratch, name)  # first: ZeRO-3 shards as it loads
    model = load_model(spec, tokenizer)
    parameters = sum(getattr(each, "ds_numel", each.numel()) for each in model.parameters())
    planned = passes.Plan(lengths, order, args.world_size, spec)
    kept = Checkpoints(scratch, spec.checkpoint_minutes, parameters, Files(model))
    if rank == 0:
        disk.check(scratch, parameters, spec.checkpoint_minutes is not None)
    trainer = Trainer(
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
    tokens = lengths[order].sum(axis=1)
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
        "training": spec.model_dump(exclude=UNTRACKED),
        "seed": run.seed,
    }
    if rank == 0:
        kept.give_way(fit.saved_bytes(parameters), keep=2)
    measured = {"parameters": parameters, "waste": 1 - int(tokens.sum()) / planned.spent}
    machine.write(run.measured, log, args.device, resumed=bool(resumed), **measured)
    weights.save(run, trainer, tokenizer, facts, by_step)
    if rank == 0:
        print(f"{json.dumps(facts)}\ntrained in {time.time() - begun:.1f} s", flush=True)


def arguments(spec: Training, steps: int, seed: int, scratch: Path, name: str) -> SFTConfig:
    """Return the trainer's arguments. Rows come tokenised, cut and in order.

    Services of `report_to` show the run under its `name`.
    """
    return SFTConfig(
        output_dir=str(scratch),
        deepspeed=ranks.deepspeed_config(spec),
        accelerator_config={"use_configured_state": True},
        max_steps=steps,
        per_device_train_batch_size=spec.micro_batch,
        gradient_accumulation_steps=spec.global_batch // (spec.micro_batch * (spec.processes or 1)),
        dataset_kwargs={"skip_prepare_dataset": True},
        max_length=None,
        learning_rate=spec.learning_rate,
        weight_decay=spec.weight_decay,
        warmup_steps=round(spec.warmup_ratio * steps),
        bf16=spec.precision == "bf16" and bool(spec.gpus),
        gradient_checkpointing=bool(
            spec.gpus if spec.activation_checkpointing is None else spec.activation_checkpointing
        ),
        dataloader_pin_memory=bool(spec.gpus),
        seed=seeds.seed("training", seed) % 2**32,
        save_strategy="no",  # `Checkpoints` decides
        logging_steps=1,
        disable_tqdm=True,
        report_to=list(spec.report_to),
        run_name=name,
    )


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
