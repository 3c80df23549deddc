"""The two sides of a comparison: a model of a finished run, and its figures by problem."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from warriorcoder.evaluation.benchmarks.metrics import pass_at_k

CONDITIONS = ("evalplus", "isolation", "max_tokens", "chain_of_thought", "decodings")
NEEDED = ("dataset_sha256", "version", "decodings", "metrics", "per_task")


class NotComparable(ValueError):
    """Two sides share no problems, or a side is not finished. The message names the fix."""


@dataclass(frozen=True)
class Side:
    """A model in a folder of results.

    Attributes:
        name: of this side, for readers.
        results: the folder.
        model: a roster, `base` or another scored model.
        benchmarks: the benchmarks to compare; empty for all.
    """

    name: str
    results: Path
    model: str
    benchmarks: tuple[str, ...] = field(default=())

    @property
    def place(self) -> str:
        """Return the folder and the model, for messages."""
        return f"{self.results} ({self.model})"

    @cached_property
    def scored(self) -> dict[str, dict]:
        """Return benchmark → its results.

        Raises:
            NotComparable: a benchmark that was asked for is missing.
        """
        paths = sorted((self.results / "benchmarks" / self.model).glob("*/results.json"))
        found = {path.parent.name: path for path in paths}
        for name in self.benchmarks:
            if name not in found:
                has = ", ".join(found) or "none"
                raise NotComparable(
                    f"{self.place}: no results of benchmark {name!r}. It has {has}."
                )
        wanted = self.benchmarks or tuple(found)
        return {name: _read(found[name]) for name in wanted}


def _read(path: Path) -> dict:
    """Return a `results.json`.

    Raises:
        NotComparable: it is incomplete, or of another version of this software.
    """
    fix = f"Delete it and run snakemake again: rm '{path}'"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise NotComparable(f"{path}: not complete JSON ({error}). {fix}") from None
    if missing := [key for key in NEEDED if key not in found]:
        raise NotComparable(f"{path}: key {missing[0]!r} is missing. {fix}")
    return found


@dataclass(frozen=True)
class Figure:
    """A figure of two sides on the same problems.

    Attributes:
        problems: the names of n problems.
        a, b: [n] the score of each problem, a share.
        notes: conditions that differ.
    """

    benchmark: str
    metric: str
    k: int
    dataset: str
    problems: list[str]
    a: np.ndarray
    b: np.ndarray
    notes: list[str]


def figures(a: Side, b: Side) -> list[Figure]:
    """Return the figures that both sides have, in the order of their names.

    Raises:
        NotComparable: a benchmark is missing on one side, or the data sets or problems differ.
    """
    for one, other in ((a, b), (b, a)):
        if missing := sorted(set(one.scored) - set(other.scored)):
            both = sorted(set(one.scored) & set(other.scored))
            fix = f"Compare the others: {_options(both)}" if both else "Score it there"
            raise NotComparable(
                f"{other.place}: no results of benchmark {', '.join(missing)}, which {one.place} "
                f"has. {fix}."
            )
    found = []
    for name in sorted(a.scored):
        _check_dataset(name, a, b)
        found += _of_benchmark(name, a.scored[name], b.scored[name])
    return found


def _options(benchmarks: list[str]) -> str:
    return " ".join(f"--benchmark {name}" for name in benchmarks)


def _check_dataset(name: str, a: Side, b: Side) -> None:
    one, two = a.scored[name], b.scored[name]
    if one["dataset_sha256"] == two["dataset_sha256"]:
        return
    raise NotComparable(
        f"benchmark {name!r} is not comparable: {a.place} has data set {one['version']} "
        f"({one['dataset_sha256'][:12]}), {b.place} {two['version']} "
        f"({two['dataset_sha256'][:12]}). Score one side on the other's file, or compare the other "
        "benchmarks with --benchmark."
    )


def _of_benchmark(name: str, one: Mapping, two: Mapping) -> list[Figure]:
    notes = [
        f"{key}: {_short(one.get(key))} and {_short(two.get(key))}"
        for key in CONDITIONS
        if one.get(key) != two.get(key)
    ]
    first, second = by_problem(one), by_problem(two)
    found = []
    for metric, k in first:
        if (metric, k) not in second:
            continue
        a, b = first[metric, k], second[metric, k]
        shared = [problem for problem in a if problem in b]
        lacking = len(shared) < max(len(a), len(b))
        told = [f"problems: {len(a)} and {len(b)}, {len(shared)} shared"] if lacking else []
        if shared:
            of_a, of_b = (np.array([side[problem] for problem in shared]) for side in (a, b))
            about = (name, metric, k, one["version"], shared)
            found.append(Figure(*about, of_a, of_b, notes + told))
    return found


def by_problem(result: Mapping) -> dict[tuple[str, int], dict[str, float]]:
    """Return (metric, k) → problem → pass@k of a `results.json`."""
    places = [
        (number, k) for number, each in enumerate(result["decodings"]) for k in each["report"]
    ]
    found: dict[tuple[str, int], dict[str, float]] = {}
    for metric in result["metrics"]:
        for number, k in places:
            scores = found.setdefault((metric, k), {})
            for task in result["per_task"]:
                statuses = [
                    each[metric]
                    for each in task["statuses"]
                    if each["decoding"] == number and metric in each
                ]
                if statuses:
                    passed = statuses.count("pass")
                    scores[task["task_id"]] = pass_at_k(len(statuses), passed, k)
    return found


def _short(value) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
