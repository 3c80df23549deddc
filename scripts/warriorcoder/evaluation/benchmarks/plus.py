"""HumanEval+ and MBPP+: evalplus' comparison of values that a sandbox recorded.

Base inputs give the plain metric. Base and plus inputs together give the `+` metric. The parent
reads the expected values from ground truth. Candidates run in the sandbox without them.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from statistics import median

from warriorcoder.evaluation.benchmarks import replay
from warriorcoder.evaluation.benchmarks.bounded import status
from warriorcoder.evaluation.benchmarks.files import reference
from warriorcoder.evaluation.benchmarks.limits import limits
from warriorcoder.evaluation.benchmarks.truth import PARTS, Answers, GroundTruth
from warriorcoder.evaluation.sandbox import Outcome, Program, Sandbox

FIND_ZERO = "find_zero"  # entry point of HumanEval/32
TIMED = 0.005, 1.0  # seconds of a timed reference: shorter is noise, longer costs too much
TIMER = """


def _timed(*arguments, _clock=__import__("time").process_time):
    begun = _clock()
    {name}(*arguments)
    return _clock() - begun
"""


class Plus:
    """Judge of programs by ground truth.

    Args:
        kind: `humaneval` or `mbpp`.
        problems: the data set.
        truth: its ground truth.
        plus: True runs the plus inputs of programs that pass the base inputs.
    """

    def __init__(self, kind: str, problems: list[dict], truth: GroundTruth, plus: bool = True):
        self.kind, self.problems, self.truth, self.plus = kind, problems, truth, plus

    def judge(
        self, pairs: list[tuple[dict, str]], sandbox: Sandbox, scale: float = 1.0
    ) -> list[dict[str, str]]:
        """Return the status per metric of each (problem, program) at `scale` times the limits."""
        verdicts = [{self.kind: each} for each in self._part("base", pairs, sandbox, scale)]
        if not self.plus:
            return verdicts
        for verdict in verdicts:
            verdict[f"{self.kind}+"] = verdict[self.kind]
        passed = [index for index, verdict in enumerate(verdicts) if verdict[self.kind] == "pass"]
        statuses = self._part("plus", [pairs[index] for index in passed], sandbox, scale)
        for index, each in zip(passed, statuses, strict=True):
            verdicts[index][f"{self.kind}+"] = each
        return verdicts

    def notes(self) -> list[str]:
        """Return remarks for the results."""
        tasks = {problem["task_id"] for problem in self.problems}
        notes = [
            f"{task}: {count} {part} input left out, whose right value is too large for any limit"
            for (task, part), count in self.truth.left_out().items()
            if task in tasks and (self.plus or part == "base")
        ]
        if any(problem["entry_point"] == FIND_ZERO for problem in self.problems):
            notes.append(
                "HumanEval/32 re-scored: evalplus 0.3.1 lets no program pass it, the reference "
                "included; here it passes when every input passes the data set's own check"
            )
        return notes

    def slowdown(self, problems: list[dict], sandbox: Sandbox) -> float:
        """Return the median processor time of references, relative to that in the ground truth.

        The sandbox follows the load, which prolongs wall time.
        """
        programs, before = [], []
        for problem in problems:
            for part in PARTS if self.plus else PARTS[:1]:
                seconds = self.truth.seconds(problem["task_id"], part)
                if TIMED[0] <= seconds <= TIMED[1]:
                    source = reference(self.kind, problem)
                    source += TIMER.format(name=problem["entry_point"])
                    inputs = self.truth.answers(self.kind, problem, part).inputs
                    programs.append(Program(source, "_timed", inputs, 60.0))
                    before.append(seconds)
        ratios = [
            sum(outcome.values) / seconds
            for outcome, seconds in zip(sandbox.stream(programs), before, strict=True)
            if outcome.status == "ok" and all(isinstance(value, float) for value in outcome.values)
        ]
        return median(ratios) if ratios else 1.0

    def _part(self, part: str, pairs: list, sandbox: Sandbox, scale: float) -> list[str]:
        """Return the statuses, in order. The programs with the slowest references run first."""
        names = [problem["task_id"] for problem, _ in pairs]
        cost = {name: self.truth.seconds(name, part) for name in set(names)}
        order = sorted(range(len(pairs)), key=lambda i: (-cost[names[i]], names[i]))
        waiting: dict[int, Answers] = {}  # of programs under way

        def programs() -> Iterator[Program]:
            for _, group in groupby(order, key=names.__getitem__):
                indices = list(group)
                problem, _ = pairs[indices[0]]
                answers = self.truth.answers(self.kind, problem, part)
                calls, together = limits(answers, scale)
                known = _known(problem, answers)
                for index in indices:
                    waiting[index] = answers
                    yield Program(
                        pairs[index][1],
                        problem["entry_point"],
                        answers.inputs,
                        seconds=together,
                        call_seconds=calls,
                        known=known,
                    )

        statuses = [""] * len(pairs)
        for index, outcome in zip(order, sandbox.stream(programs()), strict=True):
            statuses[index] = self._status(pairs[index][0], waiting.pop(index), outcome)
        return statuses

    def _status(self, problem: dict, answers: Answers, outcome: Outcome) -> str:
        def accept(values: Sequence) -> bool:
            right = answers.values()
            return replay.passes(self.kind, problem, answers.inputs, right, tuple(values))

        return status(outcome, answers.encoded, accept)


def _known(problem: dict, answers: Answers) -> list[str | None]:
    """Return the texts that are right wherever they come back, None for other values.

    NaN and objects do not even equal themselves. `FIND_ZERO` accepts values by a check.
    """
    if problem["entry_point"] == FIND_ZERO:
        return []
    return [None if "NaN" in text or '{"object": ' in text else text for text in answers.encoded]
