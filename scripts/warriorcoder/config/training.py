"""The section `training`."""

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from warriorcoder.config.experts import OwnEngine
from warriorcoder.config.methods import Dpo, Lora, Objective
from warriorcoder.config.section import Place, Section, Unit

Service = Literal["clearml", "comet_ml", "mlflow", "swanlab", "tensorboard", "trackio", "wandb"]


class Training(Section):
    """Training of the target with DeepSpeed."""

    base: Place = Field(description="The target: hub id, or a local folder.")
    revision: str | None = Field(
        None, description="Commit of the hub repository. `warriorcoder pin` writes it."
    )
    chat_template: Place | None = Field(
        None, description="File with the target's template, if its tokenizer has none."
    )
    gpus: int | None = Field(
        None, ge=0, description="GPUs of a training job. 0 or null trains on the CPU."
    )
    processes: int | None = Field(
        None,
        gt=0,
        validate_default=True,
        description="Ranks on all nodes. Null: one per GPU, or one on the CPU.",
    )
    nodes: int = Field(1, gt=0, description="Nodes of a training job. More than one needs SLURM.")
    timeout_minutes: float = Field(
        120, gt=0, description="Time that a rank waits for the others before training fails."
    )
    checkpoint_minutes: float | None = Field(
        15,
        gt=0,
        description="Time between checkpoints, from which a killed training goes on. It is longer "
        "where they would take more than 3 % of the run. Null: there are none.",
    )
    engine: OwnEngine | None = Field(
        None, description="Keys of `engine` that differ when the target is sampled."
    )
    zero_stage: Literal[1, 2, 3] = Field(description="DeepSpeed ZeRO stage.")
    precision: Literal["fp32", "bf16"] = Field(description="Training precision.")
    max_length: int = Field(gt=0, description="Limit on the tokens of a row. Longer rows are cut.")
    global_batch: int = Field(gt=0, description="Rows per step, over all ranks.")
    micro_batch: int = Field(
        gt=0,
        description="Most rows of `max_length` per rank and forward pass. A rank takes the largest "
        "number up to it that divides its share of `global_batch`. A preference pair counts as "
        "two.",
    )
    balance: Literal["tokens", "rows"] = Field(
        "tokens",
        description="`tokens`: passes that run at the same time hold about as many padded tokens, "
        "so that ranks hardly wait. `rows`: each pass holds `micro_batch` rows, as in DPO.",
    )
    attention: Literal["eager", "sdpa", "flash_attention_2"] | None = Field(
        None,
        description="Attention of the target in transformers. Null: `sdpa` on GPUs, and `eager` on "
        "the CPU, where it is twice as fast.",
    )
    activation_checkpointing: bool | None = Field(
        None,
        description="The backward pass computes activations once more: a third more time, far less "
        "memory. Null: on GPUs.",
    )
    overlap_comm: bool = Field(
        True, description="GPUs reduce gradients while they compute the next ones."
    )
    accumulation: Literal["fp32", "bf16"] = Field(
        "fp32",
        description="Precision in which the passes of a step add up gradients, if the "
        "weights are bf16. Under ZeRO-1 it is that of the weights.",
    )
    steps: int | None = Field(
        None,
        ge=2,
        description="Optimizer steps. Each training has `steps` or `epochs`. The first step alone "
        "trains nothing, as its learning rate is 0.",
    )
    epochs: float | None = Field(
        None, gt=0, description="Passes over the training rows, rounded to whole steps."
    )
    learning_rate: float = Field(gt=0, lt=1, description="Peak of the schedule.")
    lr_schedule: Literal["warmup", "cosine"] = Field(
        "warmup", description="DeepSpeed's WarmupLR, or a cosine that falls to 0."
    )
    weight_decay: float = Field(ge=0, description="AdamW's.")
    warmup_ratio: Unit = Field(description="Share of the steps that warm up.")
    validation_share: float = Field(
        0,
        ge=0,
        lt=1,
        description="Share of the rows that is held out for a validation loss, 20 times in a "
        "training. It chooses no checkpoint. DPO has none.",
    )
    lora: Lora = Field(Lora(), description="Keys of rosters whose `method` is lora.")
    dpo: Dpo = Field(Dpo(), description="Keys of rosters whose `method` is dpo or sft+dpo.")
    report_to: list[Service] = Field(
        [],
        description="Services that get the figures of each step. Their packages must be installed. "
        "Keys and places come from the environment alone, as `TENSORBOARD_LOGGING_DIR`. "
        "`check_training` sends its two steps as well, so that a missing key shows early.",
    )

    @field_validator("processes", mode="before")
    @classmethod
    def _one_a_gpu(cls, processes: int | None, info: ValidationInfo) -> int | None:
        return info.data.get("gpus") or 1 if processes is None else processes

    @field_validator("micro_batch")
    @classmethod
    def _divides_the_share(cls, most: int, info: ValidationInfo) -> int:
        ranks, batch = info.data.get("processes"), info.data.get("global_batch")
        share = batch // ranks if batch and ranks else most
        return max(
            (rows for rows in range(1, min(most, share) + 1) if share % rows == 0), default=1
        )

    @model_validator(mode="after")
    def _one_length(self):
        if (self.steps is None) == (self.epochs is None):
            given = "is missing" if self.steps is None else "is given twice"
            raise ValueError(f"the length of the training {given}. Give steps or epochs.")
        return self

    @model_validator(mode="after")
    def _nodes_are_alike(self):
        for key in ("processes", "gpus"):
            if (getattr(self, key) or 0) % self.nodes:
                raise ValueError(f"{key} {getattr(self, key)} is no multiple of nodes {self.nodes}")
        if self.nodes > 1 and self.gpus is None:
            raise ValueError("training on several nodes needs the number of gpus, of all together")
        return self

    @model_validator(mode="after")
    def _ranks_share_the_batch(self):
        """Check that every rank gets as many rows, and name the nearest numbers of ranks."""
        ranks, batch = self.processes or 1, self.global_batch
        if batch % ranks:
            possible = [n for n in range(self.nodes, batch + 1, self.nodes) if batch % n == 0]
            near = [max((n for n in possible if n < ranks), default=None)]
            near.append(min((n for n in possible if n > ranks), default=None))
            numbers = " or ".join(str(n) for n in near if n)
            fix = f"{'gpus' if self.gpus else 'processes'} to {numbers}"
            raise ValueError(
                f"{ranks} ranks cannot share global_batch {batch} evenly. Set "
                f"{fix if numbers else f'global_batch to a multiple of {ranks}'}."
            )
        return self

    @model_validator(mode="after")
    def _one_gpu_a_rank(self):
        if self.gpus and self.processes != self.gpus:
            raise ValueError(
                f"processes {self.processes} for gpus {self.gpus}: each rank has its own GPU. "
                "Remove processes."
            )
        return self

    def for_objective(self, objective: Objective) -> "Training":
        """Return the section with the learning rate and the passes of a training job.

        A preference pair holds two texts, so a pass takes half as many of them as rows. It takes
        equally many on all ranks, because TRL gathers figures of each pair.
        """
        own = {
            "sft": self.learning_rate,
            "lora": self.lora.learning_rate or 10 * self.learning_rate,
            "dpo": self.dpo.learning_rate or self.learning_rate / 20,
        }
        given = self.model_dump() | {"learning_rate": own[objective]}
        if objective == "dpo":
            given |= {"balance": "rows", "micro_batch": max(1, self.micro_batch // 2)}
        return Training(**given)

    def steps_over(self, rows: float) -> int:
        """Return the optimizer steps of a training on so many rows, at least two."""
        if self.epochs is None:
            return self.steps or 0
        return max(2, round(self.epochs * rows / self.global_batch))

    def excess(self, positions: int) -> str | None:
        """Return an error if rows may have more tokens than the target has `positions`.

        A target that names no number has 0.
        """
        if not 0 < positions < self.max_length:
            return None
        return (
            f"training.max_length: {self.max_length} tokens, but {self.base} has {positions} "
            f"positions. Set it to {positions} or less."
        )
