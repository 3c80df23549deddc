"""The section `analysis`."""

from typing import Literal

from pydantic import Field

from warriorcoder.config.benchmarks import Dataset
from warriorcoder.config.section import Section


class Analysis(Section):
    """Options of the report."""

    overlap_corpus: Dataset | None = Field(
        None, description="An existing training set for Figure 3. Null skips it."
    )
    truth: Literal["miniature"] | None = Field(
        None, description="The `world` that checks answers by execution. Null: no such check."
    )
    examples: int = Field(2, ge=0, description="Example instructions per difficulty level.")
