"""Supervised fine-tuning of the target with TRL and DeepSpeed (METHOD 13).

    python -m torch.distributed.run --standalone --nproc_per_node N \
        -m warriorcoder.training.train RUN.json

(one rank needs no launcher: `python -m warriorcoder.training.train RUN.json`). AdamW under ZeRO,
WarmupLR, a global batch that counts rows, loss on the reply alone. The checkpoint appears under its
name only when whole, and says what decided it (`trained`); a long run that was killed goes on where
it was a quarter of an hour before.

Not covered: resumption with another number of ranks, which starts afresh.
"""

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import deepspeed
import torch
from datasets import Dataset
from transformers import AutoModelForCausalLM
from transformers.utils.logging import disable_progress_bar
from trl import SFTConfig, SFTTrainer

from warriorcoder.config.training import Training
from warriorcoder.core import seeds
from warriorcoder.core.empty import refuse_empty
from warriorcoder.core.paths import find
from warriorcoder.download import snapshots
from warriorcoder.models import tokenizer as tokenizers
from warriorcoder.training import checkpoints, conversations, ranks, seal


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
    checkpoint_seconds: float = 900  # a killed run loses at most this much

    @classmethod
    def read(cls, path: str | Path) -> "Run":
        """Return the run in a JSON file."""
        given = json.loads(Path(path).read_text())
        return cls(**given | {"training": Training(**given["training"])})


def train(run: Run) -> None:
    """Train and write the checkpoint. Every rank calls this.

    Raises:
        TrainingError, EmptyStage, ranks.RankError, ChatError, RowError, GoldError: what the config
            says cannot be done with these GPUs, this tokenizer or these rows.
    """
    spec, begun = run.training, time.time()
    scratch = checkpoints.scratch(run.output)
    ranks.join(spec)
    tokenizer = load_tokenizer(spec)
    rows = conversations.tokenize(tokenizer, seal.conversations(run.gold), spec.max_length)
    too_long = {"prompt_too_long": rows.dropped}
    keys = {"prompt_too_long": "training.max_length"}
    refuse_empty(len(rows.ids), f"training on {run.gold}", too_long, keys)
    steps = spec.steps_over(len(rows.ids))
    order = conversations.order(
        [len(ids) for ids in rows.ids], steps, spec.global_batch, seeds.seed("rows", run.seed)
    )
    args = arguments(spec, steps, run.seed, scratch)  # first: ZeRO-3 shards the model as it loads
    trainer = SFTTrainer(
        model=load_model(spec, tokenizer),
        args=args,
        train_dataset=Dataset.from_dict({"input_ids": rows.ids, "labels": rows.labels}).select(
            order
        ),
        processing_class=tokenizer,
        callbacks=[checkpoints.ByTime(run.checkpoint_seconds)],
    )
    if not trainer.is_deepspeed_enabled:
        raise TrainingError("the trainer did not start DeepSpeed, which the paper's training needs")
    resumed, started = checkpoints.resume(scratch, run, trainer), time.time()
    trainer.train(resume_from_checkpoint=resumed)
    seconds = time.time() - started
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    facts = {
        "rows": len(rows.ids),
        "rows_cut": rows.cut,
        "rows_dropped": rows.dropped,
        "steps": trainer.state.global_step,
        "epochs": round(steps * spec.global_batch / len(rows.ids), 4),
        "loss_first": losses[0],
        "loss_last": losses[-1],
        "world_size": args.world_size,
        "deepspeed": deepspeed.__version__,
        "training": spec.model_dump(exclude={"timeout_minutes"}),
        "seed": run.seed,
    }
    checkpoints.save(run, trainer, tokenizer, facts)
    if args.process_index == 0:
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
        save_strategy="no",  # `checkpoints.ByTime` decides
        save_total_limit=1,
        logging_steps=max(1, steps // 20),
        logging_first_step=True,
        disable_tqdm=True,
        report_to="none",
    )


def load_tokenizer(spec: Training):
    """Return the target's tokenizer. It ends a text as the target's template ends a turn."""
    tokenizer = tokenizers.load(snapshots.folder(spec.base, spec.revision))
    if spec.chat_template:
        tokenizer.chat_template = Path(find(spec.chat_template)).read_text()
    if not tokenizer.chat_template:
        raise TrainingError(
            f"{spec.base}: its tokenizer has no chat template. "
            "Name a file with one in training.chat_template."
        )
    tokenizer.eos_token = conversations.chat_of(tokenizer).reply_end()
    return tokenizer


def load_model(spec: Training, tokenizer):
    """Return the target in the precision of its updates. It generates until a turn ends."""
    model = AutoModelForCausalLM.from_pretrained(
        snapshots.folder(spec.base, spec.revision),
        dtype=torch.bfloat16 if spec.precision == "bf16" and spec.gpus else torch.float32,
        attn_implementation="sdpa" if spec.gpus else "eager",  # eager: twice as fast on the CPU
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
