"""Rosters and the export of their gold answers."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from warriorcoder.config.section import Distinct, Name, Section, Unit


class Roster(Section):
    """The experts of one training run, and the choice of its gold answers."""

    experts: Annotated[list[Name], Distinct] = Field(
        min_length=1, description="Authors and candidates, a subset."
    )
    gold: Literal["winner", "random"] = Field(
        "winner", description="`random` is the control: any candidate's answer instead of the best."
    )
    steps: int | None = Field(
        None, ge=2, description="Optimizer steps of this roster, instead of `training`'s."
    )
    epochs: float | None = Field(
        None,
        gt=0,
        description="Passes of this roster over its training rows, instead of `training`'s steps.",
    )

    @model_validator(mode="after")
    def _one_length(self):
        if self.steps and self.epochs:
            raise ValueError("steps and epochs both set the length of the training. Keep one.")
        return self


class Export(Section):
    """Thresholds of certainty for the training set. The table `scored` keeps all gold answers."""

    min_margin: Unit | None = Field(
        None, description="Smallest lead of the winner's final score (Eq. 5). Null: no limit."
    )
    min_stability: Unit | None = Field(
        None,
        description="Smallest share of vote resamples in which the winner stays. Null: no limit.",
    )
