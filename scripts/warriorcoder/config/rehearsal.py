"""The section `rehearsal`."""

from pydantic import Field

from warriorcoder.config.section import Section


class Rehearsal(Section):
    """The size of `snakemake rehearsal`."""

    share: float = Field(
        0.01,
        gt=0,
        le=1,
        description="Share of rows, instructions, training steps and problems. Each stage keeps "
        "enough of them to be no empty one.",
    )
