"""The section `training`."""

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from warriorcoder.config.experts import OwnEngine
from warriorcoder.config.section import Section, Unit


class Training(Section):
    """Training of the target with DeepSpeed."""

    base: str = Field(description="The target: hub id, or a local folder.")
    revision: str | None = Field(
        None, description="Commit of the hub repository; `warriorcoder pin` writes it."
    )
    chat_template: str | None = Field(
        None, description="File with the target's template, if its tokenizer has none."
    )
    gpus: int | None = Field(
        None, ge=0, description="GPUs of a training job; 0 or null trains on the CPU."
    )
    processes: int | None = Field(
        None,
        gt=0,
        validate_default=True,
        description="Ranks on all nodes. Null: one per GPU, or one on the CPU.",
    )
    nodes: int = Field(1, gt=0, description="Nodes of a training job; more than one needs SLURM.")
    timeout_minutes: float = Field(
        120, gt=0, description="Time that a rank waits for the others before training fails."
    )
    engine: OwnEngine | None = Field(
        None, description="Keys of `engine` that differ when the target is sampled."
    )
    zero_stage: Literal[1, 2, 3] = Field(description="DeepSpeed ZeRO stage.")
    precision: Literal["fp32", "bf16"] = Field(description="Training precision.")
    max_length: int = Field(gt=0, description="Limit on the tokens of a row. Longer rows are cut.")
    global_batch: int = Field(gt=0, description="Rows per step, over all ranks.")
    micro_batch: int = Field(gt=0, description="Rows per rank and forward pass.")
    steps: int = Field(gt=0, description="Optimizer steps (they win over epochs).")
    learning_rate: float = Field(gt=0, lt=1, description="Peak of the schedule.")
    lr_schedule: Literal["warmup", "cosine"] = Field(
        "warmup", description="DeepSpeed's WarmupLR, or a cosine that falls to 0."
    )
    weight_decay: float = Field(ge=0, description="AdamW's.")
    warmup_ratio: Unit = Field(description="Share of the steps that warm up.")

    @field_validator("processes", mode="before")
    @classmethod
    def _one_a_gpu(cls, processes: int | None, info: ValidationInfo) -> int | None:
        return info.data.get("gpus") or 1 if processes is None else processes

    @model_validator(mode="after")
    def _batch_divides(self):
        rows = self.micro_batch * (self.processes or 1)
        if self.global_batch % rows:
            raise ValueError(
                f"global_batch {self.global_batch} is no multiple of micro_batch × processes = "
                f"{rows}. Change one of them."
            )
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
    def _one_gpu_a_rank(self):
        if self.gpus and self.processes != self.gpus:
            raise ValueError(
                f"processes {self.processes} for gpus {self.gpus}: each rank has its own GPU. "
                "Remove processes."
            )
        return self
