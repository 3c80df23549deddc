"""Decontamination: search for instructions that share a long run of words with a benchmark."""

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from warriorcoder.evaluation import benchmarks

WORD = re.compile(r"\w+")
# A run of words in so many problems of one benchmark is boilerplate (imports, "put solution in this
# variable"), not the text of a problem.
BOILERPLATE_PROBLEMS, BOILERPLATE_SHARE = 10, 0.02


class Reference(NamedTuple):
    """A text that must not be trained on."""

    task_id: str
    text: str


def references(kind: str, path: str | Path) -> list[Reference]:
    """Return the texts of a benchmark's problems: the questions, and the code of the answers.

    A short solution that needs its prompt (HumanEval, DS-1000) is joined to the prompt. MBPP's and
    CRUXEval's solutions are whole functions. They stand alone, and so does MBPP's statement without
    the assertion at the end of its prompt. A copy of these is an overlap at any length.

    Args:
        kind: `config.Benchmark.kind`.
        path: a file of that kind.

    Raises:
        DatasetError: as `benchmarks.load`.
    """
    problems = benchmarks.load(kind, path)
    match kind:
        case "humaneval":
            return [
                Reference(p["task_id"], p["prompt"] + p["canonical_solution"]) for p in problems
            ]
        case "mbpp":
            return [
                Reference(p["task_id"], text)
                for p in problems
                for text in (
                    p["prompt"].partition("\nassert")[0],
                    p["prompt"],
                    p["canonical_solution"],
                )
            ]
        case "cruxeval-input" | "cruxeval-output":
            return [
                Reference(p["id"], text)
                for p in problems
                for text in (p["code"], f"{p['code']}\nassert f({p['input']}) == {p['output']}")
            ]
    return [  # ds1000
        Reference(
            f"{p['metadata']['library']}/{p['metadata']['library_problem_id']}",
            p["prompt"] + p["reference_code"],
        )
        for p in problems
    ]


def overlaps(
    texts: list[str], references: list[Reference], ngram_words: int | None
) -> list[str | None]:
    """Return for each text its first overlapping task, by the order of the words, or None.

    An overlap is the same run of `ngram_words` words (letters, digits and `_`, lower case), or the
    whole of a shorter reference. Boilerplate of the benchmark does not count. Neither do runs that
    are mostly numbers, since many texts hold `[1, 2, 3, …]`.

    Args:
        texts: the instructions.
        references: of *one* benchmark, since boilerplate is counted within it.
        ngram_words: None finds no overlap.
    """
    if ngram_words is None:
        return [None] * len(texts)
    index = _index(references, ngram_words)
    lengths = sorted({len(run) for run in index})
    found = []
    for text in texts:
        words = WORD.findall(text.lower())
        runs = (run for n in lengths for run in _runs(words, n))
        found.append(next((index[run] for run in runs if run in index), None))
    return found


def _index(references: list[Reference], n: int) -> dict[tuple[str, ...], str]:
    """Return run of words → first task with this run, without boilerplate."""
    task_of: dict[tuple[str, ...], str] = {}
    problems: Counter = Counter()
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for task, text in references:
        words = WORD.findall(text.lower())
        for run in _runs(words, min(n, len(words))):
            if (task, run) not in seen and (len(words) < n or _is_text(run)):
                seen.add((task, run))
                problems[run] += 1
                task_of.setdefault(run, task)
    limit = max(BOILERPLATE_PROBLEMS, BOILERPLATE_SHARE * len({task for task, _ in references}))
    return {run: task for run, task in task_of.items() if problems[run] < limit}


def _is_text(run: tuple[str, ...]) -> bool:
    return 2 * sum(word.isdigit() for word in run) <= len(run)


def _runs(words: list[str], n: int):
    if n:
        yield from (tuple(words[i : i + n]) for i in range(len(words) - n + 1))
