"""Everything that the paper prints: its Tables 1-5, what it says of Figures 3-5, its settings.

The paper names no data-set release. `dataset` says which one a figure can belong to: a greedy
pass@1 is k/n of the problems, and the base model's MBPP row fits only 399 problems (MBPP+ v0.1.0),
WarriorCoder's only 378 (v0.2.0). They are different sets, so they stand in different columns; so do
figures that are k/n of none. docs/paper-notes.md has the arithmetic.
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

# The other models of Tables 1-3, in the columns of `METRICS`; None where the paper has a dash.
METRICS: dict[str, tuple[tuple[str, int], ...]] = {
    "table1": (("humaneval", 1), ("humaneval+", 1), ("mbpp", 1), ("mbpp+", 1)),
    "table2": (
        ("cruxeval-input", 1),
        ("cruxeval-input", 5),
        ("cruxeval-output", 1),
        ("cruxeval-output", 5),
    ),
    "table3": (*((f"ds1000/{library}", 1) for library in LIBRARIES), ("ds1000", 1)),
}
OTHERS: dict[str, dict[str, tuple[float | None, ...]]] = {
    "table1": {
        "Code-Davinci-002": (47.0, None, 58.1, None),
        "Code-Cushman-001": (33.5, None, 45.9, None),
        "GPT-3.5-Turbo": (76.8, 70.7, 82.5, 69.7),
        "GPT-4-Turbo": (90.2, 86.6, 85.7, 73.3),
        "CodeLlama (6.7B)": (37.8, 35.4, 59.5, 46.8),
        "StarCoder (15B)": (34.1, 29.3, 55.1, 46.1),
        "CodeT5+ (16B)": (31.7, 26.2, 54.6, 44.4),
        "WizardCoder-CL (6.7B)": (48.2, 40.9, 56.6, 47.1),
        "WizardCoder-SC (15B)": (51.9, 45.1, 61.9, 50.6),
        "MagiCoder-DS (6.7B)": (66.5, 60.4, 75.4, 61.9),
        "MagiCoderS-DS (6.7B)": (76.8, 70.7, 75.7, 64.4),
        "MagiCoder-CL (6.7B)": (60.4, 55.5, 64.2, 52.6),
        "MagiCoderS-CL (6.7B)": (70.7, 66.5, 68.4, 56.6),
        "WaveCoder-DS (6.7B)": (72.0, None, 63.6, None),
        "WaveCoder-CL (6.7B)": (48.1, None, 47.2, None),
        "WaveCoder-SC (15B)": (50.5, None, 51.0, None),
    },
    "table2": {
        "GPT-4-Turbo": (69.8, 76.8, 68.7, 73.0),
        "GPT-3.5-Turbo": (49.0, 63.2, 49.4, 59.3),
        "Claude-3-Opus": (64.2, None, 65.8, None),
        "StarCoder (6.7B)": (29.7, 47.3, 32.2, 44.9),
        "StarCoder (15B)": (31.3, 49.2, 34.2, 47.1),
        "DeepSeekCoder-Instruct (6.7B)": (37.4, 53.3, 41.2, 52.8),
        "CodeLlama-Python (6.7B)": (37.3, 57.0, 35.9, 48.8),
        "CodeLlama-Python (13B)": (39.7, 56.9, 39.8, 52.5),
        "CodeLlama-Python (34B)": (43.9, 59.5, 41.4, 52.9),
        "Mistral (6.7B)": (35.0, 52.3, 34.3, 48.6),
        "WizardCoder (13B)": (36.5, 51.6, 41.3, 52.4),
        "WizardCoder (34B)": (42.7, 57.5, 43.4, 53.8),
        "Magicoder (6.7B)": (41.7, 62.4, 44.4, 57.5),
    },
    "table3": {
        "INCODER (6.7B)": (28.3, 4.4, 3.1, 4.4, 2.8, 2.8, 3.8, 7.4),
        "CodeGen-Mono (16B)": (31.7, 10.9, 3.4, 7.0, 9.0, 10.8, 15.2, 11.7),
        "Code-Cushman-001": (40.7, 21.8, 7.9, 12.4, 11.3, 18.0, 12.2, 18.1),
        "StarCoder (15B)": (51.7, 29.7, 11.4, 21.4, 20.2, 29.5, 24.5, 26.0),
        "WizardCoder-SC (15B)": (55.2, 33.6, 16.7, 26.2, 24.2, 24.9, 26.7, 29.2),
        "CodeLlama-Python (6.7B)": (55.3, 34.5, 16.4, 19.9, 22.3, 17.6, 28.5, 28.0),
        "WizardCoder-CL (6.7B)": (53.5, 34.4, 15.2, 25.7, 21.0, 24.5, 28.9, 28.4),
        "Magicoder-CL (6.7B)": (54.6, 34.8, 19.0, 24.7, 25.0, 22.6, 28.9, 29.9),
        "MagicoderS-CL (6.7B)": (55.9, 40.6, 28.4, 40.4, 28.8, 35.8, 37.6, 37.5),
    },
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


@dataclass(frozen=True)
class Statement:
    """A statement about a figure: the share that it is about, and its bounds in percent, if any."""

    figure: str
    about: str
    says: str
    low: float | None = None
    high: float | None = None


# The figures are images. The text repeats none of their numbers.
STATEMENTS = {
    "below": Statement("Figure 3", "ROUGE below 0.3", "the majority", 50, 100),
    "above": Statement("Figure 3", "ROUGE above 0.6", "no instruction", 0, 0),
    "wins": Statement("Figure 4", "win rates of the experts", "numbers in an image only"),
    "good": Statement("Figure 5", "difficulty 6-8 (good)", "most instructions", 50, 100),
    "excellent": Statement("Figure 5", "difficulty 9-10 (excellent)", "a small portion"),
}

# Sections 3.1 and 4.1: the models, and the settings by config key.
TARGET = "deepseek-ai/deepseek-coder-6.7b-base"
EXPERTS = (
    "Nexusflow/Athene-V2-Chat",
    "deepseek-ai/DeepSeek-Coder-V2-Lite-Instruct",
    "meta-llama/Llama-3.3-70B-Instruct",
    "Qwen/Qwen2.5-72B-Instruct",
    "Qwen/QwQ-32B-Preview",
)
SETTINGS = {
    "mining.temperatures": [1.0, 1.1, 1.2],
    "mining.top_ps": [0.99, 0.995, 1.0],
    "difficulty.threshold": 6,
    "compression.instructions_per_expert": 14_000,  # 70,000 rounds: one battle an instruction
    "arena.schedule": "single",
    "rating.k": 40.0,
    "rating.alpha": 0.7,
    "training.global_batch": 512,
    "training.steps": 448,
    "training.learning_rate": 1e-5,
    "training.weight_decay": 3e-7,
    "training.lr_schedule": "warmup",
    "training.warmup_ratio": 0.2,
}
