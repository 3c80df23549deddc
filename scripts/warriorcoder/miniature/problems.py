"""Benchmark problems of the miniature, in their official prompt formats."""

from random import Random

from warriorcoder.evaluation.benchmarks import boilerplate
from warriorcoder.miniature import oracle
from warriorcoder.miniature.reasoning import Puzzle
from warriorcoder.miniature.world import Task

ARRAY_OPERATIONS = (
    ("How do I reverse the order of array {a}?", "{a}[::-1]"),
    ("How do I get the sum of array {a}?", "{a}.sum()"),
    ("How do I get the mean of array {a}?", "{a}.mean()"),
    ("How do I get the largest value of array {a}?", "{a}.max()"),
    ("How do I find the position of the smallest value of array {a}?", "{a}.argmin()"),
    ("How do I sort array {a}?", "np.sort({a})"),
    ("How do I keep the values of array {a} above {c}?", "{a}[{a} > {c}]"),
    ("How do I add {c} to all values of array {a}?", "{a} + {c}"),
    ("How do I get the running total of array {a}?", "np.cumsum({a})"),
    ("How do I get the distinct values of array {a}?", "np.unique({a})"),
)
ARRAY_NAMES = ("a", "arr", "data", "values", "x")


def mbpp_prompt(task: Task) -> str:
    """Return a docstring with one assertion, as evalplus shows an MBPP task."""
    family = task.family
    arguments = oracle.test_inputs(family, guarded=False, n=1)[0]
    output = oracle.right_outputs(family, task.constant, None, [arguments])[0]
    call = f"{task.name}({', '.join(map(repr, arguments))})"
    return (
        f'"""\nWrite a function that {task.description}.{task.guard_sentence}\n'
        f'assert {call} == {output!r}\n"""\n'
    )


def crux_prompt(puzzle: Puzzle, mode: str) -> str:
    """CRUXEval's direct prompt; `mode` is "input" or "output"."""
    if mode == "output":
        rules, shots = boilerplate.OUTPUT_RULES, boilerplate.OUTPUT_SHOTS
        claim = f"assert f({puzzle.argument}) == ??"
    else:
        rules, shots = boilerplate.INPUT_RULES, boilerplate.INPUT_SHOTS
        claim = f"assert f(??) == {puzzle.output}"
    return f"{rules}\n\n{shots}\n\n[PYTHON]\n{puzzle.source}\n{claim}\n[/PYTHON]\n[ANSWER]\n"


def array_question(rng: Random) -> tuple[str, str, str]:
    """Return array name, question and right expression of a NumPy problem."""
    question, expression = rng.choice(ARRAY_OPERATIONS)
    values = {"{a}": rng.choice(ARRAY_NAMES), "{c}": str(rng.randint(1, 5))}
    for key, value in values.items():
        question, expression = question.replace(key, value), expression.replace(key, value)
    return values["{a}"], question, expression


def array_prompt(name: str, question: str, numbers: list[int]) -> str:
    """Return a DS-1000 prompt in its simplified format."""
    return (
        f"Problem:\n{question}\n\nA:\n<code>\nimport numpy as np\n{name} = np.array({numbers})\n"
        "</code>\nresult = ... # put solution in this variable\nBEGIN SOLUTION\n<code>\n"
    )


def array_problem(rng: Random) -> tuple[str, str]:
    """Return a DS-1000 prompt and its completion."""
    name, question, expression = array_question(rng)
    numbers = [rng.randint(0, 9) for _ in range(rng.randint(3, 5))]
    return array_prompt(name, question, numbers), f"result = {expression}\n</code>"
