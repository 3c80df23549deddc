"""Tasks of the miniature world: what a user asks and what experts answer, right or wrong."""

from dataclasses import dataclass
from random import Random
from typing import Any

from warriorcoder.miniature import reasoning, theory
from warriorcoder.miniature.families import BY_KEY, FAMILIES, Family
from warriorcoder.miniature.reasoning import Puzzle
from warriorcoder.miniature.theory import Question

KINDS = {"code": 0.70, "debug": 0.12, "theory": 0.09, "vague": 0.055, "reasoning": 0.035}
PARAMETERS = {
    "s": ("text", "s", "word", "line", "phrase", "sentence", "message", "string"),
    "l": ("nums", "values", "items", "data", "arr", "xs", "numbers", "seq"),
    "w": ("words", "names", "tokens", "strings", "labels", "keys"),
    "n": ("n", "num", "x", "value", "number", "m"),
    "k": ("k", "limit", "target", "step", "size", "bound"),
    "d": ("d", "table", "mapping", "counts", "scores", "prices"),
}
PARAMETERS |= {"o": PARAMETERS["l"], "z": PARAMETERS["l"], "b": PARAMETERS["s"]}
SUFFIXES: tuple[str, ...] = (
    "",
    "_list",
    "_of",
    "_in",
    "_value",
    "_result",
    "_helper",
    "_simple",
    "_task",
    "_all",
)
SUFFIXES += ("_fn", "_fast", "_number", "_count", "_check", "_items")
GUARD_VALUES = ("None", "-1", "0", "'error'", "False", "[]")
REQUESTS = (
    "Write a Python function named {sig} that {desc}.{guard}",
    "Implement {sig} in Python. The function {desc}.{guard}",
    "I need a function {sig} which {desc}.{guard} Please help.",
    "Create a function called {sig}. It {desc}.{guard}",
    "Can you write {sig} so that it {desc}?{guard}",
)
DEBUG_REQUEST = "The function below should be one that {desc}.{guard} Fix the bug."
REASONING_REQUEST = "What does f({argument}) return?\n```python\n{source}\n```"


def fill(template: str, values: dict) -> str:
    """Return `template` with values in the places of {key}; other braces are code and stay."""
    for key, value in values.items():
        template = template.replace("{" + key + "}", str(value))
    return template


UNSET: Any = None


@dataclass(frozen=True)
class Task:
    """One request. `text` is the instruction. `kind` decides the other fields that are set."""

    kind: str
    text: str
    area: str
    difficulty: int
    family: Family = UNSET
    wording: str = ""
    name: str = ""
    parameters: tuple[str, ...] = ()
    constant: int | None = None
    guard: str | None = None
    question: Question = UNSET
    puzzle: Puzzle = UNSET

    def fill(self, template: str, **changes) -> str:
        """Return `template` with this task's names in the places of {f}, {p}, {q} and {c}."""
        p, q = (*self.parameters, None)[:2]
        values = {"f": self.name, "p": p, "q": q, "c": self.constant, **changes}
        return fill(template, values)

    @property
    def signature(self) -> str:
        """Return the function's name and parameters."""
        return f"{self.name}({', '.join(self.parameters)})"

    @property
    def description(self) -> str:
        """Return the wording with this task's names."""
        return self.fill(self.wording)

    @property
    def guard_sentence(self) -> str:
        """Return the request for an empty or negative first argument; "" without a guard."""
        if self.guard is None:
            return ""
        state = "negative" if self.family.inputs[0] == "n" else "empty"
        return f" If {self.parameters[0]} is {state}, return {self.guard}."

    @property
    def docstring(self) -> str:
        """Return the description as a docstring's sentences."""
        return self.description[0].upper() + self.description[1:] + "." + self.guard_sentence

    @property
    def stub(self) -> str:
        """Return the function up to its docstring, as HumanEval shows it."""
        return f'def {self.signature}:\n    """{self.docstring}"""\n'


def coding_task(rng: Random, family: Family, wordings: tuple[str, ...], **fields) -> Task:
    """Return a task of `family` in one of `wordings`, with random names, constant and guard."""
    guard = rng.choice(GUARD_VALUES) if rng.random() < 0.35 else None
    values = {
        "kind": "code",
        "text": "",
        "area": family.area,
        "difficulty": min(10, family.difficulty + (guard is not None)),
        "family": family,
        "wording": rng.choice(wordings),
        "name": rng.choice(family.nouns) + rng.choice(SUFFIXES),
        "parameters": tuple(rng.choice(PARAMETERS[letter]) for letter in family.inputs),
        "constant": rng.choice(family.constants) if family.constants else None,
        "guard": guard,
    }
    return Task(**{**values, **fields})


def request(rng: Random, task: Task) -> str:
    """Return the instruction text of a coding task in one of the chat styles."""
    if task.kind == "debug":
        template = DEBUG_REQUEST + "\n```python\n" + solution(rng, task, right=False) + "\n```"
    else:
        template = rng.choice(REQUESTS)
    words = {"sig": task.signature, "desc": task.description, "guard": task.guard_sentence}
    return fill(template, words)


def sample(rng: Random, kind: str | None = None, areas: tuple[str, ...] = ()) -> Task:
    """Return a random task of the chat world: no held-out wording, no docstring to complete.

    `areas` limits coding tasks to these areas.
    """
    kind = kind or rng.choices(list(KINDS), list(KINDS.values()))[0]
    if kind == "vague":
        return Task(kind, rng.choice(theory.VAGUE), "", rng.choice((1, 2)))
    if kind == "theory":
        question = rng.choice(theory.QUESTIONS)
        return Task(kind, question.text, question.area, question.difficulty - 1, question=question)
    if kind == "reasoning":
        puzzle = reasoning.sample(rng)
        text = REASONING_REQUEST.format(argument=puzzle.argument, source=puzzle.source)
        return Task(kind, text, puzzle.area, 3, puzzle=puzzle)
    family = rng.choice([f for f in FAMILIES if not areas or f.area in areas])
    task = coding_task(rng, family, family.descriptions, kind=kind)
    return Task(**{**vars(task), "text": request(rng, task)})


def body(rng: Random, task: Task, right: bool) -> str:
    """Return an indented function body that is right, or wrong in one plausible way.

    Wrong ones: mostly a family's own bugs (the first one most often); else another constant, or
    a guard that is missing or returns something else.
    """
    family, constant, guard = task.family, task.constant, task.guard
    variants = family.good
    if not right:
        slip = rng.random()
        if constant is not None and slip < 0.10:
            constant = rng.choice([c for c in family.constants if c != constant])
        elif guard is not None and slip > 0.80:
            said, guard = guard, rng.choice([g for g in (None, *GUARD_VALUES) if g != guard])
            if guard is None and not guard_matters(family.key, task.constant, said):
                variants = family.buggy
        else:
            variants = family.buggy
    variant = variants[0] if rng.random() < 0.7 else rng.choice(variants)
    if guard is not None:
        condition = "{p} < 0" if family.inputs[0] == "n" else "not {p}"
        variant = f"if {condition}:\n    return {guard}\n{variant}"
    return "\n".join("    " + line for line in task.fill(variant, c=constant).split("\n"))


def guard_matters(key: str, constant: int | None, guard: str) -> bool:
    """Return whether the guarded input gives another value when the guard is left out."""
    from warriorcoder.miniature import oracle  # truth needs the tasks of this module

    return oracle.unguarded(BY_KEY[key], constant) != oracle.canonical(eval(guard))


def solution(rng: Random, task: Task, right: bool) -> str:
    """Return a whole function."""
    return f"def {task.signature}:\n{body(rng, task, right)}"


def answer(rng: Random, task: Task, right: bool) -> str:
    """Return the reply to `task.text`; vague requests have one good reply."""
    if task.kind == "vague":
        return theory.ASK_BACK
    if task.kind == "theory":
        return task.question.right if right else task.question.wrong
    if task.kind == "reasoning":
        puzzle = task.puzzle
        output = puzzle.output if right else reasoning.wrong_output(puzzle, rng)
        return f"f({puzzle.argument}) returns {output}"
    return f"```python\n{solution(rng, task, right)}\n```"
