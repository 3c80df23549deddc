"""The paper's printed results (its Tables 1, 2, 3 and 5), in percent, with the data set of each.

The paper names no data-set release. `dataset` says which one a figure can belong to: a greedy
pass@1 is k/n of the problems, and the base model's MBPP row fits only 399 problems (MBPP+ v0.1.0),
WarriorCoder's only 378 (v0.2.0). They are different sets, so they stand in different columns; so do
figures that are k/n of none.
"""

from dataclasses import dataclass

HUMANEVAL, MBPP_OLD, MBPP = "HumanEval, 164", "MBPP+ v0.1.0, 399", "MBPP+ v0.2.0, 378"
CRUXEVAL = "CRUXEval, 800"
NONE = "fits no version"
LIBRARIES = {
    "Matplotlib": (155, 55.5),
    "NumPy": (220, 41.8),
    "Pandas": (291, 26.1),
    "PyTorch": (68, 41.2),
    "SciPy": (106, 33.0),
    "Sklearn": (115, 39.1),
    "TensorFlow": (45, 42.2),
}
NOTES = {
    "table1": "The paper's MBPP figures of the base model fit only 399 problems, WarriorCoder's "
    "only 378: they are two sets and must not be subtracted.",
    "table2": "Paper: n = 10, pass@1 at temperature 0.2, pass@5 at 0.8. It prints no base model.",
    "table3": "The paper's cells are whole counts (381 of 1000): one sample a problem. It prints "
    "no base model.",
    "table5": "75.4, 77.2, 73.3 (HumanEval, HumanEval+) and 74.5 (MBPP) are whole counts of no "
    "version's problems, and 62.9 (MBPP+) only of v0.1.0's: the paper's rows for 1 and 2 experts "
    "are not one greedy run each.",
}


@dataclass(frozen=True)
class Printed:
    """One figure of the paper: `row` is `base`, `trained`, or a number of experts."""

    row: str
    metric: str  # as in results.json
    k: int
    value: float  # percent
    dataset: str


CURRENT, OLD = (HUMANEVAL, HUMANEVAL, MBPP, MBPP), (HUMANEVAL, HUMANEVAL, MBPP_OLD, MBPP_OLD)


def _code(row: str, *values: float, datasets: tuple[str, ...] = CURRENT) -> list[Printed]:
    metrics = ("humaneval", "humaneval+", "mbpp", "mbpp+")
    return [
        Printed(row, metric, 1, value, dataset)
        for metric, value, dataset in zip(metrics, values, datasets, strict=True)
    ]


PRINTED: dict[str, list[Printed]] = {
    "table1": _code("base", 47.6, 39.6, 70.2, 56.6, datasets=OLD)
    + _code("trained", 80.5, 75.6, 76.2, 64.8),
    "table2": [
        Printed("trained", "cruxeval-input", 1, 42.9, CRUXEVAL),
        Printed("trained", "cruxeval-input", 5, 66.5, CRUXEVAL),
        Printed("trained", "cruxeval-output", 1, 45.4, CRUXEVAL),
        Printed("trained", "cruxeval-output", 5, 66.3, CRUXEVAL),
    ],
    "table3": [
        Printed("trained", f"ds1000/{library}", 1, value, f"DS-1000, {n}")
        for library, (n, value) in LIBRARIES.items()
    ]
    + [Printed("trained", "ds1000", 1, 38.1, "DS-1000, 1000")],
    "table5": _code("1", 75.4, 72.6, 73.3, 62.4, datasets=(NONE, HUMANEVAL, MBPP, MBPP))
    + _code("2", 77.2, 73.3, 74.5, 62.9, datasets=(NONE, NONE, NONE, MBPP_OLD))
    + _code("5", 80.5, 75.6, 76.2, 64.8),
}

# Table 4: task, share of the paper's training data in percent, the paper's definition.
CATEGORIES: dict[str, tuple[float, str]] = {
    "Code Generation": (
        51.4,
        "Generating source code based on certain specifications or requirements.",
    ),
    "Code Debugging": (
        12.2,
        "Identifying, diagnosing, and fixing errors or bugs in a code snippet.",
    ),
    "Code Optimization": (
        3.8,
        "Improving a program’s performance, efficiency, or resource usage without changing its "
        "functionality.",
    ),
    "Code Reasoning": (
        2.9,
        "Predicting the output based on the given input or predicting the input from the known "
        "output.",
    ),
    "Code Analysis": (
        6.6,
        "Analyzing, understanding, and explaining how a piece of code works.",
    ),
    "Theoretical Explanation": (
        22.2,
        "Answering the questions about principles, theories, and properties of programming "
        "language.",
    ),
    "Code Transpile": (
        0.9,
        "Converting source code from one programming language into another programming language.",
    ),
}
