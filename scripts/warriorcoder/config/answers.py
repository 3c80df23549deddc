"""The section `answers`."""

from pydantic import Field

from warriorcoder.config.section import Nucleus, Section, Temperature


class Answers(Section):
    """Sampling of the answers."""

    temperature: Temperature = Field(1.0, description="0 is greedy.")
    top_p: Nucleus = Field(0.95, description="Nucleus of the answers.")
    max_tokens: int = Field(gt=0, description="Longer answers are cut and counted.")
