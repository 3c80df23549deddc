"""The section `rating`."""

from typing import Literal

from pydantic import Field

from warriorcoder.config.section import Section, Unit


class Rating(Section):
    """Elo, Bradley-Terry and the weights of the final score (Eqs. 3-5)."""

    k: float = Field(40, gt=0, le=1e5, description="Elo's K (Eq. 4).")
    initial: float = Field(1000, gt=0, le=1e5, description="Every expert's first rating.")
    snapshot: Literal["final", "online", "permuted"] = Field(
        "final", description="The Elo that enters Eq. 5."
    )
    permutations: int = Field(200, ge=100, description="Orders behind `permuted` and flip shares.")
    bootstrap: int = Field(1000, gt=0, description="Resamples behind Bradley-Terry's intervals.")
    alpha: Unit = Field(0.7, description="Weight of the global against the local score (Eq. 5).")
