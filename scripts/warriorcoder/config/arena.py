"""The section `arena`."""

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from warriorcoder.config.section import (
    ON_INVALID,
    Nucleus,
    OnInvalid,
    Section,
    Temperature,
    Unit,
    text,
)


class Voting(Section):
    """The keys that decide how a judge votes on a battle."""

    orders: Literal["shuffled", "both"] = Field(
        "shuffled", description="`both` asks each judge twice, once per order."
    )
    tie_mark: Annotated[str, text(r"^[A-Za-z]+$", words="letters, A to z")] = Field(
        "Tie", description="Verdict of a tie, `[[Tie]]`, in the prompt and in the parser."
    )
    max_answer_tokens: int | None = Field(
        None,
        gt=0,
        description="Tokens of each answer that a judge reads, from its start. Longer ones are "
        "cut. Null: as many as its context holds.",
    )
    temperature: Temperature = Field(0.0, description="0 is greedy.")
    top_p: Nucleus = Field(1.0, description="Nucleus of the verdicts.")
    max_tokens: int = Field(gt=0, description="Limit on the explanation and the verdict.")
    on_invalid: OnInvalid = Field("count", description=ON_INVALID.format("verdict"))

    @property
    def marks(self) -> tuple[str, ...]:
        """Return the marks of a second question, none if a judge is asked once."""
        if self.on_invalid == "count":
            return ()
        return "[[A]]", "[[B]]", f"[[{self.tie_mark}]]"

    @property
    def votes_each(self) -> int:
        """Return the votes of one judge on a battle."""
        return 2 if self.orders == "both" else 1

    @field_validator("tie_mark")
    @classmethod
    def _differs(cls, mark: str) -> str:
        if mark in ("A", "B", "invalid"):
            raise ValueError(f"{mark!r} has another meaning. Choose Tie, or C.")
        return mark


class Arena(Voting):
    """The schedule of the battles, the way to judge them, and the votes."""

    schedule: Literal["single", "attacker", "round_robin"] = Field(
        description="Pairs of experts that meet."
    )
    judging: Literal["full", "sequential", "swiss", "information", "skipping"] = Field(
        "full",
        description="`sequential` asks for no vote that cannot change gold. `swiss`, `information` "
        "and `skipping` leave out battles and impute their results (docs/arena.md).",
    )
    budget: float | None = Field(
        None,
        gt=0,
        le=1,
        description="Share of all battles that `swiss` and `information` may ask for.",
    )
    min_parse_rate: Unit = Field(
        0.5, description="Below this share of parsed verdicts, the rule fails with examples."
    )

    @model_validator(mode="after")
    def _affordable(self):
        if self.budgeted and self.schedule != "round_robin":
            raise ValueError(
                f"judging: {self.judging} chooses from all pairs. Set schedule: round_robin."
            )
        wanted = self.judging in ("swiss", "information")
        if wanted != (self.budget is not None):
            raise ValueError(
                "budget: swiss and information need one. Set it, for example to 0.4."
                if wanted
                else f"budget: judging: {self.judging} has none. Remove it."
            )
        return self

    @property
    def budgeted(self) -> bool:
        """Return True if only a part of all battles is judged."""
        return self.judging in ("swiss", "information", "skipping")
