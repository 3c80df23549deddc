"""Training methods of a roster, and the sections `training.lora` and `training.dpo`."""

from typing import Annotated, Literal

from pydantic import Field

from warriorcoder.config.section import Distinct, Section, text

Method = Literal["sft", "lora", "dpo", "sft+dpo"]
# What a training job runs. `sft+dpo` runs `dpo` on the weights of another roster's `sft`.
Objective = Literal["sft", "lora", "dpo"]
Module = Annotated[str, text(r"^[A-Za-z0-9_.]+$", words="the name of a module, as q_proj")]


class Lora(Section):
    """Low-rank adapters (Hu et al. 2021), which SFT trains in place of the weights."""

    rank: int = Field(16, gt=0, description="Rank r of an adapter's two matrices.")
    alpha: int = Field(32, gt=0, description="An adapter's output is scaled by alpha / rank.")
    dropout: float = Field(0, ge=0, lt=1, description="Dropout of an adapter's input.")
    target_modules: Annotated[list[Module], Distinct] | None = Field(
        None,
        min_length=1,
        description="Linear modules that get an adapter, as [q_proj, v_proj]. Null: all but the "
        "output layer.",
    )
    learning_rate: float | None = Field(
        None,
        gt=0,
        lt=1,
        description="Peak of the schedule. Null: 10 × `training.learning_rate`, as adapters need.",
    )


class Dpo(Section):
    """Direct preference optimization (Rafailov et al. 2023) on preference pairs."""

    beta: float = Field(
        0.1, gt=0, description="Weight of the distance to the model before training."
    )
    learning_rate: float | None = Field(
        None,
        gt=0,
        lt=1,
        description="Peak of the schedule. Null: `training.learning_rate` / 20, because preference "
        "pairs need small steps.",
    )


def objective(method: Method) -> Objective:
    """Return what the training job of a method runs."""
    return "dpo" if method == "sft+dpo" else method
