"""The section `difficulty`."""

from typing import Literal

from pydantic import Field

from warriorcoder.config.section import (
    ON_INVALID,
    Nucleus,
    OnInvalid,
    Section,
    Temperature,
    Unit,
)


class Difficulty(Section):
    """The ratings of difficulty and the threshold on them (Eq. 1)."""

    judges_per_author: int = Field(
        1, gt=0, description="An author's judges: the first k other experts."
    )
    threshold: int = Field(6, ge=1, le=10, description="Keep d(i) >= threshold (Eq. 1).")
    levels: Literal["paper", "official-code"] = Field(
        "paper", description="The prompt's levels: good is 6-8, or 5-8 as in the authors' code."
    )
    temperature: Temperature = Field(0.0, description="0 is greedy.")
    top_p: Nucleus = Field(1.0, description="Nucleus of the rating.")
    max_tokens: int = Field(gt=0, description="Limit on the reason and `[[n]]`.")
    on_invalid: OnInvalid = Field("count", description=ON_INVALID.format("score"))
    min_parse_rate: Unit = Field(
        0.5, description="Below this share of parsed ratings, the rule fails with examples."
    )

    @property
    def marks(self) -> tuple[str, ...]:
        """Return the marks of a second question, none if a judge is asked once."""
        if self.on_invalid == "count":
            return ()
        return tuple(f"[[{score}]]" for score in range(1, 11))
