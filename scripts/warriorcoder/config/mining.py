"""The section `mining`."""

from typing import Annotated

from pydantic import Field, model_validator

from warriorcoder.config.section import Distinct, Nucleus, Section, Temperature

LEAST = 16  # rows of a file that enter at any share


class Mining(Section):
    """The sampling grid of mined instructions."""

    per_config: int = Field(gt=0, description="Rows sampled per expert and sampling config.")
    parts: int = Field(1, gt=0, description="Files per shard. It changes no row.")
    temperatures: Annotated[list[Temperature], Distinct] = Field(
        min_length=1, description="One axis of the sampling grid."
    )
    top_ps: Annotated[list[Nucleus], Distinct] = Field(min_length=1, description="The other axis.")
    max_tokens: int = Field(gt=0, description="Longer instructions count as truncated.")
    entered_share: float = Field(
        1.0,
        gt=0,
        le=1,
        description="Share of each file `experts[].instructions` that enters, from its first row "
        f"on, but at least {LEAST} rows.",
    )

    @model_validator(mode="after")
    def _parts_have_rows(self):
        if self.parts > self.per_config:
            raise ValueError(
                f"parts {self.parts} of per_config {self.per_config} rows. Lower parts."
            )
        return self
