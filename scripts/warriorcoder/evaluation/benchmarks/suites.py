"""The judges of programs: one class per kind and form of a data set."""

from typing import TYPE_CHECKING, Protocol

from warriorcoder.evaluation.benchmarks import cruxeval, ds1000
from warriorcoder.evaluation.benchmarks.assertions import Assertions
from warriorcoder.evaluation.benchmarks.files import has_own_tests
from warriorcoder.evaluation.sandbox import Sandbox

if TYPE_CHECKING:
    from warriorcoder.evaluation.benchmarks.truth import GroundTruth

ANSWERS = {"cruxeval-input": cruxeval, "cruxeval-output": cruxeval, "ds1000": ds1000}


class Suite(Protocol):
    """A judge of the programs of one data set."""

    def judge(
        self, pairs: list[tuple[dict, str]], sandbox: Sandbox, scale: float = 1.0
    ) -> list[dict[str, str]]:
        """Return the status per metric of each (problem, program) at `scale` times the limits."""

    def slowdown(self, problems: list[dict], sandbox: Sandbox) -> float | None:
        """Return the time of the references of `problems`, relative to the recorded time.

        All workers are busy meanwhile. The result is None if no time is recorded.
        """

    def notes(self) -> list[str]:
        """Return remarks for the results."""


class Answers:
    """CRUXEval and DS-1000: one run per problem, within the sandbox's limit."""

    def __init__(self, kind: str, problems: list[dict]):
        self.kind, self.problems = kind, problems

    def judge(
        self, pairs: list[tuple[dict, str]], sandbox: Sandbox, scale: float = 1.0
    ) -> list[dict[str, str]]:
        """Return the status per metric of each (problem, program)."""
        limit, sandbox.seconds = sandbox.seconds, sandbox.seconds * scale
        try:
            return ANSWERS[self.kind].judge(self.kind, pairs, sandbox)
        finally:
            sandbox.seconds = limit

    def slowdown(self, problems: list[dict], sandbox: Sandbox) -> None:
        """Return None, since the data sets hold no times."""

    def notes(self) -> list[str]:
        """Return a remark if a task's answer is drawn, which the sandbox's seed decides."""
        if self.kind != "ds1000":
            return []
        there = {problem["task_id"] for problem in self.problems}
        drawn = [task for task in ds1000.DRAWN if task in there]
        return [
            f"{task}: its right answer is drawn at random, and the seed decides" for task in drawn
        ]


def suite(
    kind: str, problems: list[dict], truth: "GroundTruth | None" = None, plus: bool = True
) -> Suite:
    """Return the judge of a data set.

    Raises:
        ValueError: a set with inputs comes without its ground truth.
    """
    if kind in ANSWERS:
        return Answers(kind, problems)
    if has_own_tests(kind, problems[0]):
        return Assertions(kind, problems)
    if truth is None:
        raise ValueError(f"{kind}: its tasks have inputs, so that scoring needs ground truth")
    from warriorcoder.evaluation.benchmarks.plus import (
        Plus,  # evalplus takes half a second to import
    )

    return Plus(kind, problems, truth, plus)
