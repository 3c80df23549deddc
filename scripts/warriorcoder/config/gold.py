"""Rosters and the export of their gold answers."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from warriorcoder.config.methods import Method
from warriorcoder.config.section import Distinct, Name, RosterName, Section, Unit


class Roster(Section):
    """The experts of one training run, and the choice of its gold answers."""

    experts: Annotated[list[Name], Distinct] = Field(
        [], description="Authors and candidates, a subset. `trains_on` replaces it."
    )
    trains_on: RosterName | None = Field(
        None,
        description="Roster whose gold answers this one trains on, instead of its own. It compares "
        "methods without another battle.",
    )
    method: Method = Field(
        "sft",
        description="`sft` trains all weights on the gold answers, `lora` adapters, which are then "
        "merged. `dpo` trains all weights on preference pairs. `sft+dpo` does so from the weights "
        "of the `sft` roster on the same gold answers.",
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
    def _one_source(self):
        """Check that the gold answers have one source. `Config` fills in what another's have."""
        if not self.experts and not self.trains_on:
            raise ValueError("there are no experts. Name them, or a roster in trains_on.")
        if self.trains_on and self.model_fields_set & {"experts", "gold"}:
            raise ValueError(
                "trains_on takes the gold answers of another roster. Remove experts and gold, or "
                "trains_on."
            )
        return self

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
