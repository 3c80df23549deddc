"""What judges the programs of a data set: one object per kind and form of it."""

from typing import TYPE_CHECKING, Protocol

from warriorcoder.evaluation.benchmarks import cruxeval, ds1000
from warriorcoder.evaluation.benchmarks.assertions import Assertions
from warriorcoder.evaluation.benchmarks.files import has_own_tests
from warriorcoder.evaluation.sandbox import Sandbox

if TYPE_CHECKING:
    from warriorcoder.evaluation.benchmarks.truth import GroundTruth

ANSWERS = {"cruxeval-input": cruxeval, "cruxeval-output": cruxeval, "ds1000": ds1000}


class Suite(Protocol):
    def judge(
        self, pairs: list[tuple[dict, str]], sandbox: Sandbox, scale: float = 1.0
    ) -> list[dict[str, str]]:
        """Status per metric of each (problem, program); `scale` stretches the time limits."""

    def slowdown(self, problems: list[dict], sandbox: Sandbox) -> float | None:
        """How much longer references of `problems` take than they did, all workers busy; None
        where no time of theirs is on record.
        """

    def notes(self) -> list[str]:
        """What to say beside the figures."""


class Answers:
    """CRUXEval and DS-1000: one run a problem, within the sandbox's own limit."""

    def __init__(self, kind: str):
        self.kind = kind

    def judge(
        self, pairs: list[tuple[dict, str]], sandbox: Sandbox, scale: float = 1.0
    ) -> list[dict[str, str]]:
        limit, sandbox.seconds = sandbox.seconds, sandbox.seconds * scale
        try:
            return ANSWERS[self.kind].judge(self.kind, pairs, sandbox)
        finally:
            sandbox.seconds = limit

    def slowdown(self, problems: list[dict], sandbox: Sandbox) -> None:
        """Nothing to compare with: the data sets say no times."""

    def notes(self) -> list[str]:
        return []


def suite(
    kind: str, problems: list[dict], truth: "GroundTruth | None" = None, plus: bool = True
) -> Suite:
    """The judge of a data set. Sets with inputs need their ground truth; `plus` is `Plus`'s."""
    if kind in ANSWERS:
        return Answers(kind)
    if has_own_tests(kind, problems[0]):
        return Assertions(kind, problems)
    from warriorcoder.evaluation.benchmarks.plus import (
        Plus,  # evalplus takes half a second to import
    )

    return Plus(kind, problems, truth, plus)
