"""Truth in the miniature world: by execution, and only to *measure*.

Nothing here belongs to the method. Code that a model wrote is executed by the `run` that the
caller passes in: `run(code, entry_point, inputs)` returns the list of outputs, or None when the
code failed. The world's own code runs in this process.
"""

import copy
import json
import re
from collections.abc import Callable
from functools import lru_cache
from random import Random

from warriorcoder.core import seeds
from warriorcoder.miniature import theory
from warriorcoder.miniature.families import FAMILIES, Family
from warriorcoder.miniature.reasoning import OPERATIONS, Puzzle
from warriorcoder.miniature.world import (
    DEBUG_REQUEST,
    GUARD_VALUES,
    REASONING_REQUEST,
    REQUESTS,
    Task,
)

Run = Callable[[str, str, list[list]], list | None]

WORDS = (
    "tree code level noon apple data radar bob sun moon aa bbb stats python queue loop map civic"
)
BRACKETS = ("([])", "([)]", "(", "()[]", "(()", "][", "([[]])", "(])", "[()", ")(")
EMPTY = {"s": "", "b": "", "l": [], "o": [], "w": [], "z": [], "d": {}, "n": -3}


def canonical(value) -> str:
    """Return the JSON form of a value: equal forms are equal values of equal (JSON) types."""
    return json.dumps(value)


def random_input(rng: Random, letter: str):
    """Return an argument of the type that `letter` names (see `Family.inputs`)."""
    words = WORDS.split()
    match letter:
        case "s":
            return " ".join(rng.choice(words) for _ in range(rng.randint(1, 5)))
        case "l":
            return [rng.randint(-5, 9) for _ in range(rng.randint(3, 8))]
        case "o":
            return sorted({rng.randint(-5, 9) for _ in range(8)})
        case "w":
            return [rng.choice(words) for _ in range(rng.randint(3, 9))]
        case "n":
            return rng.randint(2, 20)
        case "k":
            return rng.randint(2, 9)
        case "d":
            return dict(zip(rng.sample(words, 5), rng.sample(range(1, 10), 5), strict=True))
        case "z":
            deep = [1, [2, [3, [rng.randint(1, 9)]], 5], [rng.randint(1, 9), [7]]]
            return deep[: rng.randint(1, 3)] + [[4, [5, [6]]]]
        case "b":
            return rng.choice(BRACKETS)
    raise ValueError(f"unknown input letter {letter!r}: see Family.inputs")


def test_inputs(family: Family, guarded: bool, n: int = 10) -> list[list]:
    """Return argument lists that tell right from wrong: random, the family's, the guarded one."""
    rng = Random(seeds.seed("miniature", "inputs", family.key))
    inputs = [[random_input(rng, letter) for letter in family.inputs] for _ in range(n)]
    inputs += copy.deepcopy(list(family.cases))
    if guarded:
        rest = [random_input(rng, letter) for letter in family.inputs[1:]]
        inputs.append([copy.deepcopy(EMPTY[family.inputs[0]]), *rest])
    return inputs


def run_trusted(code: str, entry_point: str, inputs: list[list]) -> list | None:
    """Run code of this package only, as `Run`: in this process, without any limit."""
    namespace: dict = {}
    try:
        exec(code, namespace)
        return [namespace[entry_point](*copy.deepcopy(arguments)) for arguments in inputs]
    except Exception:
        return None


def reference(family: Family, constant: int | None, guard: str | None) -> str:
    """Return the right function, named `solve`."""
    task = Task("code", "", family.area, 0, family, "", "solve", ("p", "q"), constant)
    lines = task.fill(family.good[0]).split("\n")
    if guard is not None:
        condition = "p < 0" if family.inputs[0] == "n" else "not p"
        lines = [f"if {condition}:", f"    return {guard}", *lines]
    parameters = "p, q"[: 3 * len(family.inputs) - 2]
    return f"def solve({parameters}):\n" + "\n".join("    " + line for line in lines)


def right_outputs(
    family: Family, constant: int | None, guard: str | None, inputs: list[list]
) -> list:
    """Return what the right function gives for each argument list.

    Raises:
        ValueError: the right function fails.
    """
    outputs = run_trusted(reference(family, constant, guard), "solve", inputs)
    if outputs is None:
        raise ValueError(f"{family.key}: its right function fails. Fix Family.good or its inputs.")
    return outputs


@lru_cache(None)
def _expected(key: str, constant: int | None, guard: str | None) -> tuple[str, ...]:
    family = next(f for f in FAMILIES if f.key == key)
    inputs = test_inputs(family, guard is not None)
    return tuple(map(canonical, right_outputs(family, constant, guard, inputs)))


@lru_cache(None)
def unguarded(family: Family, constant: int | None) -> str | None:
    """Return the right function's value for the guarded input without its guard; None: it fails."""
    inputs = test_inputs(family, guarded=True)[-1:]
    outputs = run_trusted(reference(family, constant, None), "solve", inputs)
    return None if outputs is None else canonical(outputs[0])


def extract(text: str) -> str:
    """Return the first ```python block of an answer, or all of it."""
    block = re.search(r"```(?:python)?\n(.*?)(?:\n```|$)", text, re.S)
    return block.group(1) if block else text


def check(task: Task, answer: str, run: Run) -> bool:
    """Return whether `answer` solves `task`."""
    if task.kind == "vague":
        return answer.strip() == theory.ASK_BACK
    if task.kind == "theory":
        return answer.strip() == task.question.right
    if task.kind == "reasoning":
        return answer.strip() == f"f({task.puzzle.argument}) returns {task.puzzle.output}"
    expected = _expected(task.family.key, task.constant, task.guard)
    inputs = test_inputs(task.family, task.guard is not None)
    outputs = run(extract(answer), task.name, inputs)
    if outputs is None or len(outputs) != len(expected):
        return False
    try:
        return all(canonical(o) == e for o, e in zip(outputs, expected, strict=True))
    except (TypeError, ValueError):  # an output that JSON cannot hold is never the right one
        return False


def verdict(instruction: str, first: str, second: str, run: Run) -> str | None:
    """Return a battle's true verdict, "A", "B" or "Tie"; None if the text is no known task."""
    task = parse(instruction)
    if task is None:
        return None
    right_a, right_b = check(task, first, run), check(task, second, run)
    return "Tie" if right_a == right_b else "A" if right_a else "B"


# The recogniser: an exact grammar of everything that `world` can say.


def _pattern(template: str, **groups: str) -> re.Pattern:
    text = re.escape(template)
    for name, group in groups.items():
        slot = re.escape("{" + name + "}")
        text = text.replace(slot, group, 1).replace(slot, f"(?P={name})")
    return re.compile(text, re.S)


_GUARD = r"(?: If \w+ is (?:empty|negative), return (?P<value>%s)\.)?"
_GUARD %= "|".join(map(re.escape, GUARD_VALUES))
_SIGNATURE = r"(?P<name>\w+)\((?P<args>\w+(?:, \w+)?)\)"
_STUB = 'def {sig}:\n    """{desc}.{guard}"""\n'


@lru_cache(None)
def _requests() -> list[tuple[str, re.Pattern]]:
    groups = {"sig": _SIGNATURE, "desc": r"(?P<desc>[^\n]*?)", "guard": _GUARD}
    debug = DEBUG_REQUEST + "\n```python\n{code}\n```"
    patterns = [("code", _pattern(request, **groups)) for request in REQUESTS]
    patterns.append(("debug", _pattern(debug, **groups, code=rf"def {_SIGNATURE}:\n.*")))
    return patterns + [("code", _pattern(_STUB, **groups))]


@lru_cache(None)
def _wordings() -> list[tuple[Family, str, re.Pattern]]:
    groups = {"p": r"(?P<p>\w+)", "q": r"(?P<q>\w+)", "c": r"(?P<c>\d+)"}
    return [
        (family, wording, _pattern(wording, **groups))
        for family in FAMILIES
        for wording in family.wordings
    ]


@lru_cache(100_000)
def parse(text: str) -> Task | None:
    """Return the task that `text` states, or None when it is not exactly a text of this world."""
    text = text.strip()
    if text in theory.VAGUE:
        return Task("vague", text, "", 1)
    for question in theory.QUESTIONS:
        if text == question.text:
            return Task("theory", text, question.area, question.difficulty - 1, question=question)
    if text.startswith("What does f("):
        return _parse_puzzle(text)
    for kind, pattern in _requests():
        match = pattern.fullmatch(text if kind == "debug" or '"""' not in text else text + "\n")
        task = match and _parse_coding(text, kind, match)
        if task:
            return task
    return None


def _parse_coding(text: str, kind: str, match: re.Match) -> Task | None:
    parameters = tuple(match["args"].split(", "))
    description = match["desc"][:1].lower() + match["desc"][1:]
    for family, wording, pattern in _wordings():
        found = pattern.fullmatch(description)
        groups = found.groupdict() if found else {}
        if not found or parameters != tuple(groups[key] for key in ("p", "q") if key in groups):
            continue
        constant = int(groups["c"]) if "c" in groups else None
        guard = match["value"]
        difficulty = min(10, family.difficulty + (guard is not None))
        return Task(
            kind,
            text,
            family.area,
            difficulty,
            family,
            wording,
            match["name"],
            parameters,
            constant,
            guard,
        )
    return None


def _parse_puzzle(text: str) -> Task | None:
    for (area, parameter), expressions in OPERATIONS.items():
        for expression in expressions:
            source = Puzzle(area, parameter, expression, "").source
            prefix, suffix = REASONING_REQUEST.split("{argument}")
            suffix = suffix.format(source=source)
            if text.startswith(prefix) and text.endswith(suffix):
                argument = text[len(prefix) : -len(suffix)]
                if re.fullmatch(r"\d|'\w+'|\[\d(, \d)*\]", argument):
                    puzzle = Puzzle(area, parameter, expression, argument)
                    return Task("reasoning", text, area, 3, puzzle=puzzle)
    return None
