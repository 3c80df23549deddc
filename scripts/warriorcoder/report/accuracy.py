"""Judges, answers and gold answers against execution, where a world can tell what is right."""

from collections import Counter
from collections.abc import Callable, Iterable

import polars as pl

# check(instruction, answer) → is it right? None where the instruction is no task of the world.
Check = Callable[[str, str], bool | None]
Program = tuple[str, str, list[list]]  # code, entry point, inputs


class Replay:
    """A `run(code, entry_point, inputs)` that answers from a batch.

    The world checks one answer at a time; a sandbox is quick only when it runs many. So the world
    is asked twice: first this object takes down what it wants to run (and says that it failed),
    then `execute` runs all of it, then it replays the outputs.
    """

    def __init__(self):
        self.wanted: dict[tuple[str, str, str], list[list]] = {}
        self.outputs: dict[tuple[str, str, str], list | None] = {}

    def __call__(self, code: str, entry_point: str, inputs: list[list]) -> list | None:
        """Return the outputs of a program, or None if it failed or has not run yet."""
        self.wanted[code, entry_point, repr(inputs)] = inputs
        return self.outputs.get((code, entry_point, repr(inputs)))

    def execute(self, run_all: Callable[[list[Program]], list[list | None]]) -> None:
        """Run all that was wanted: `run_all` gives the outputs of each, None where it failed."""
        programs = [(code, name, inputs) for (code, name, _), inputs in self.wanted.items()]
        self.outputs = dict(zip(self.wanted, run_all(programs), strict=True))


def verdict(first_right: bool, second_right: bool) -> str:
    """Return an all-knowing judge's verdict: `A`, `B`, or `Tie` where both are right or wrong."""
    return "Tie" if first_right == second_right else "A" if first_right else "B"


def right_answers(
    instructions: pl.DataFrame, answers: pl.DataFrame, check: Check
) -> dict[tuple[str, str], bool]:
    """Return (id, answerer) → right?, for answers to instructions that the world knows."""
    asked = dict(instructions.select("id", "text").iter_rows())
    found = {
        (id, answerer): check(asked[id], text)
        for id, answerer, text in answers.select("id", "answerer", "text").iter_rows()
    }
    return {key: right for key, right in found.items() if right is not None}


def assess(
    right: dict[tuple[str, str], bool],
    votes: pl.DataFrame,
    gold: Iterable[tuple[str, pl.DataFrame]],
) -> dict:
    """Return accuracy of verdicts, answers and gold answers.

    Args:
        right: from `right_answers`.
        votes: table `votes`; an invalid verdict is a wrong one.
        gold: (roster, table `scored`).

    Returns:
        accuracy (of all verdicts with a known truth, null without any), n, per_judge {judge:
        {accuracy, n}}, confusion {truth: {verdict: count}} with verdicts as shown (A is the
        answer shown first), always_tie (accuracy of a judge that always says Tie),
        answer_accuracy {expert: share}, answers {expert: n}, gold_accuracy {roster: share}.
    """
    marks = ("A", "B", "Tie")
    confusion = {truth: dict.fromkeys((*marks, "invalid"), 0) for truth in marks}
    hits: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    columns = ["id", "attacker", "defender", "judge", "shown_first", "verdict"]
    for id, attacker, defender, judge, first, said in votes.select(columns).iter_rows():
        second = defender if first == attacker else attacker
        if (id, first) not in right or (id, second) not in right:
            continue
        truth = verdict(right[id, first], right[id, second])
        confusion[truth][said] += 1
        seen[judge] += 1
        hits[judge] += said == truth
    answered: Counter[str] = Counter()
    correct: Counter[str] = Counter()
    for (_, answerer), is_right in right.items():
        answered[answerer] += 1
        correct[answerer] += is_right
    n = seen.total()
    return {
        "accuracy": _share(hits.total(), n),
        "always_tie": _share(sum(confusion["Tie"].values()), n),
        "n": n,
        "per_judge": {
            judge: {"accuracy": _share(hits[judge], count), "n": count}
            for judge, count in sorted(seen.items())
        },
        "confusion": confusion,
        "answer_accuracy": {
            expert: _share(correct[expert], count) for expert, count in sorted(answered.items())
        },
        "answers": dict(sorted(answered.items())),
        "gold_accuracy": {roster: _gold_share(right, scored) for roster, scored in gold},
    }


def _gold_share(right: dict[tuple[str, str], bool], scored: pl.DataFrame) -> float | None:
    keys = scored.filter("gold").select("id", "candidate").rows()
    known = [right[key] for key in keys if key in right]
    return _share(sum(known), len(known))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
