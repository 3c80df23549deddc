"""The section `curation`."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from warriorcoder.config.section import Section, Unit


class Curation(Section):
    """Filters against junk and near-duplicates."""

    min_chars: int = Field(gt=0, description="Shorter instructions are junk.")
    max_chars: int = Field(gt=0, description="Longer instructions are junk.")
    min_ascii_share: Unit = Field(
        description="Texts below this share are dropped as not English. `requests_only` asks a "
        "language detector instead."
    )
    requests_only: bool = Field(
        False,
        description="Drop texts that are no request in `language`: answers, turns of a dialogue, "
        "unfinished and repeated text, questions about the model. Keep requests about templates.",
    )
    language: Annotated[str, Field(pattern="^[a-z]{2,3}$")] = Field(
        "en", description="ISO 639 code of the natural language that `requests_only` keeps."
    )
    near_duplicates: Literal["shingles", "requests"] = Field(
        "shingles",
        description="`shingles` compares words with their punctuation. `requests` finds requests "
        "that differ in neutral English words, and keeps requests for other programs apart.",
    )
    shingle_words: int = Field(
        5,
        gt=0,
        description="Words per MinHash shingle. With `requests`, a fifth of the text, or this.",
    )
    permutations: int = Field(128, gt=0, description="MinHash permutations.")
    jaccard: Unit = Field(description="Similarity at which two texts are near-duplicates.")

    @model_validator(mode="after")
    def _leaves_some(self):
        if self.min_chars > self.max_chars:
            raise ValueError(
                f"min_chars {self.min_chars} is more than max_chars {self.max_chars}, so every "
                "instruction is junk. Lower min_chars."
            )
        return self
