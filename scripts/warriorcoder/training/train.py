"""Supervised fine-tuning of the target with TRL and DeepSpeed (METHOD 13).

    python -m torch.distributed.run --standalone --nproc_per_node N \
        -m warriorcoder.training.train RUN.json

(one rank needs no launcher: `python -m warriorcoder.training.train RUN.json`). AdamW under ZeRO,
WarmupLR, a global batch that counts rows, loss on the reply alone. The checkpoint appears under its
name only when whole, and says what decided it (`trained`); a long run that was killed goes on from
its last checkpoint.

Not covered: resumption with another number of ranks, which starts afresh.
"""

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import deepspeed
import torch
from transformers import AutoModelForCausalLM
from transformers.utils.logging import disable_progress_bar
from trl import SFTConfig, SFTTrainer

from warriorcoder.config.training import Training
from warriorcoder.core import inputs, seeds
from warriorcoder.core.empty import refuse_empty
from warriorcoder.core.paths import find
from warriorcoder.download import snapshots
from warriorcoder.models import fit
from warriorcoder.models import tokenizer as tokenizers
from warriorcoder.training import checkpoints, conversations, disk, ranks, rows, weights
from warriorcoder.training.checkpoints import Checkpoints
from warriorcoder.training.files import Files


class TrainingError(RuntimeError):
    """A training run that cannot start, or did not run under DeepSpeed."""


@dataclass(frozen=True)
class Run:
    """One training run, as its file says.

    `gold` is a Parquet file with a column `messages`, `output` the folder of the checkpoint,
    `decided` the digest of all that decides its weights (`trained.decided`). The file `times` gets
    the seconds of all steps.
    """

    training: Training
    gold: str
    output: str
    seed: int
    decided: str
    times: str

    @classmethod
    def read(cls, path: str | Path) -> "Run":
        """Return the run in a JSON file."""
        given = json.loads(Path(path).read_text())
        return cls(**given | {"training": Training(**given["training"])})


class Trainer(SFTTrainer):
    """TRL's trainer, which leaves its checkpoints to `kept`."""

    def __init__(self, kept: Checkpoints, **given):
        super().__init__(callbacks=[kept], **given)
        self.kept = kept

    def _save_checkpoint(self, model, trial):
        self.kept.write(self)


def train(run: Run) -> None:
    """Train and write the checkpoint. Every rank calls this.

    Raises:
        TrainingError, EmptyStage, RankError, ChatError, RowError, GoldError, DiskError: what the
            config says cannot be done with these GPUs, this tokenizer, these rows or this disk.
    """
    spec, begun = run.training, time.time()
    scratch = checkpoints.scratch(run.output)
    ranks.join(spec)
    tokenizer, rank = load_tokenizer(spec), torch.distributed.get_rank()
    if rank == 0:
        checkpoints.prepare(scratch, run.decided)
    dataset = rows.shared(scratch, tokenizer, run.gold, spec.max_length)
    counts = rows.counted(scratch)
    too_long = {"prompt_too_long": counts["dropped"]}
    keys = {"prompt_too_long": "training.max_length"}
    refuse_empty(len(dataset), f"training on {run.gold}", too_long, keys)
    steps = spec.steps_over(len(dataset))
    order = conversations.order(
        rows.lengths(dataset), steps, spec.global_batch, seeds.seed("rows", run.seed)
    )
    args = arguments(spec, steps, run.seed, scratch)  # first: ZeRO-3 shards the model as it loads
    model = load_model(spec, tokenizer)
    parameters = sum(getattr(each, "ds_numel", each.numel()) for each in model.parameters())
    kept = Checkpoints(scratch, spec.checkpoint_minutes, parameters, Files(model))
    if rank == 0:
        disk.check(scratch, parameters, spec.checkpoint_minutes is not None)
    trainer = Trainer(
        kept,
        model=model,
        args=args,
        train_dataset=dataset.select(order),
        processing_class=tokenizer,
    )
    if not trainer.is_deepspeed_enabled:
        raise TrainingError("the trainer did not start DeepSpeed, which the paper's training needs")
    resumed, started = kept.resume(args.device), time.time()
    trainer.train(resume_from_checkpoint=resumed)
    seconds = time.time() - started
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    facts = {
        "rows": len(dataset),
        **{f"rows_{name}": counts[name] for name in rows.COUNTS},
        "steps": trainer.state.global_step,
        "epochs": round(steps * spec.global_batch / len(dataset), 4),
        "loss_first": losses[0],
        "loss_last": losses[-1],
        "world_size": args.world_size,
        "deepspeed": deepspeed.__version__,
        "training": spec.model_dump(exclude={"timeout_minutes", "checkpoint_minutes"}),
        "seed": run.seed,
    }
    if rank == 0:
        kept.give_way(fit.saved_bytes(parameters), keep=2)
    weights.save(run, trainer, tokenizer, facts)
    if rank == 0:
        if not resumed:
            Path(run.times).write_text(json.dumps(round(seconds, 3)))
        print(f"{json.dumps(facts)}\ntrained in {time.time() - begun:.1f} s", flush=True)


def arguments(spec: Training, steps: int, seed: int, scratch: Path) -> SFTConfig:
    """Return the trainer's arguments. Rows come tokenised, cut and in order."""
    return SFTConfig(
        output_dir=str(scratch),
        deepspeed=ranks.deepspeed_config(spec),
        accelerator_config={"use_configured_state": True},
        max_steps=steps,
        per_device_train_batch_size=spec.micro_batch,
        gradient_accumulation_steps=spec.global_batch // (spec.micro_batch * (spec.processes or 1)),
        train_sampling_strategy="sequential",
        dataset_kwargs={"skip_prepare_dataset": True},
        max_length=None,
        learning_rate=spec.learning_rate,
        weight_decay=spec.weight_decay,
        warmup_steps=round(spec.warmup_ratio * steps),
        bf16=spec.precision == "bf16" and bool(spec.gpus),
        gradient_checkpointing=bool(spec.gpus),
        dataloader_pin_memory=bool(spec.gpus),
        seed=seeds.seed("training", seed) % 2**32,
        save_strategy="no",  # `Checkpoints` decides
        logging_steps=max(1, steps // 20),
        logging_first_step=True,
        disable_tqdm=True,
        report_to="none",
    )


def load_tokenizer(spec: Training):
    """Return the target's tokenizer. It ends a text as the target's template ends a turn."""
    tokenizer = tokenizers.load(snapshots.folder(spec.base, spec.revision))
    if spec.chat_template:
        tokenizer.chat_template = inputs.text(find(spec.chat_template))
    if not tokenizer.chat_template:
        raise TrainingError(
            f"{spec.base}: its tokenizer has no chat template. "
            "Name a file with one in training.chat_template."
        )
    tokenizer.eos_token = conversations.chat_of(tokenizer).reply_end()
    return tokenizer


def load_model(spec: Training, tokenizer):
    """Return the target in the precision of its updates. It generates until a turn ends."""
    straight = {"device_map": {"": torch.cuda.current_device()}} if spec.gpus else {}
    model = AutoModelForCausalLM.from_pretrained(
        snapshots.folder(spec.base, spec.revision),
        dtype=torch.bfloat16 if spec.precision == "bf16" and spec.gpus else torch.float32,
        attn_implementation="sdpa" if spec.gpus else "eager",  # eager: twice as fast on the CPU
        **(straight if spec.zero_stage < 3 else {}),  # ZeRO-3 shards it on the GPUs itself
    )
    end, former = tokenizer.eos_token_id, model.generation_config.eos_token_id
    former = set(former if isinstance(former, list) else [former])
    model.generation_config.eos_token_id = [end, *sorted(former - {end, None})]
    model.config.eos_token_id = end
    return model


if __name__ == "__main__":
    disable_progress_bar()
    train(Run.read(sys.argv[1]))
    torch.distributed.destroy_process_group()
