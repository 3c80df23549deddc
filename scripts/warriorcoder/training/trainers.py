"""TRL's trainers on the passes of a rank, and their arguments.

Both leave their checkpoints to `Checkpoints` and log the seconds of each step. SFT has its loss on
the reply alone. DPO compares both replies of a pair with the model before training, whose
log-probabilities are computed once and before the first step, so no second model takes memory.
"""

from pathlib import Path
from typing import Any

from torch.utils.data import DataLoader
from transformers import Trainer
from trl import DPOConfig, DPOTrainer, SFTConfig, SFTTrainer

from warriorcoder.config.methods import Objective
from warriorcoder.config.training import Training
from warriorcoder.core import seeds
from warriorcoder.training import machine, ranks, rows
from warriorcoder.training.checkpoints import Checkpoints


class Paced(Trainer):
    """A trainer over given passes, without checkpoints of its own.

    `batches` are the numbers of the rows in each pass of this rank.
    """

    def __init__(self, kept: Checkpoints, batches: list[list[int]], **given):
        super().__init__(callbacks=[kept], **given)
        self.kept, self.batches, self.clock = kept, batches, machine.Clock()

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


class SFT(Paced, SFTTrainer):
    """Supervised fine-tuning of all weights, or of adapters."""

    def __init__(self, kept: Checkpoints, batches: list[list[int]], **given):
        super().__init__(kept, batches, **given)
        if given["model"].config._attn_implementation == "sdpa":
            self.data_collator = rows.unmasked(self.data_collator)


class DPO(Paced, DPOTrainer):
    """Direct preference optimization of all weights. Each pass holds as many pairs."""

    def _prepare_dataset(self, dataset, *_):
        return dataset  # which is tokenised


def of(objective: Objective) -> type:
    """Return the trainer of an objective."""
    return DPO if objective == "dpo" else SFT


def arguments(
    spec: Training, steps: int, seed: int, scratch: Path, name: str, objective: Objective = "sft"
) -> SFTConfig | DPOConfig:
    """Return the trainer's arguments. Rows come tokenised, cut and in order.

    Services of `report_to` show the run under its `name`.
    """
    kind: type[SFTConfig | DPOConfig] = SFTConfig
    own: dict[str, Any] = {"dataset_kwargs": {"skip_prepare_dataset": True}}
    if objective == "dpo":
        kind, own = DPOConfig, {"beta": spec.dpo.beta, "precompute_ref_log_probs": True}
    return kind(
        output_dir=str(scratch),
        deepspeed=ranks.deepspeed_config(spec),
        accelerator_config={"use_configured_state": True},
        max_steps=steps,
        per_device_train_batch_size=spec.micro_batch,
        gradient_accumulation_steps=spec.global_batch // (spec.micro_batch * (spec.processes or 1)),
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
        **own,
    )
