"""Decontamination: search for instructions that share words or code with a benchmark."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from warriorcoder.curation.blind_code import code_runs
from warriorcoder.evaluation import benchmarks

Run = tuple[str, ...]
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
    texts: list[str],
    references: list[Reference],
    ngram_words: int | None,
    code_tokens: int | None = None,
) -> list[str | None]:
    """Return for each text its first overlapping task, by the order of the words, or None.

    An overlap is the same run of `ngram_words` words (letters, digits and `_`, lower case), or the
    whole of a shorter reference. Boilerplate of the benchmark does not count. Neither do runs that
    are mostly numbers, since many texts hold `[1, 2, 3, …]`. An overlap is also the same run of
    `code_tokens` tokens of code, whatever its names are (`blind_code`).

    Args:
        texts: the instructions.
        references: of *one* benchmark, since boilerplate is counted within it.
        ngram_words: None finds no overlap of words.
        code_tokens: None finds no overlap of code.
    """
    found: list[str | None] = [None] * len(texts)
    if ngram_words is not None:
        index = _index(references, lambda text: _word_runs(text, ngram_words))
        lengths = sorted({len(run) for run in index})
        for i, text in enumerate(texts):
            words = WORD.findall(text.lower())
            runs = (run for n in lengths for run in _runs(words, n))
            found[i] = next((index[run] for run in runs if run in index), None)
    if code_tokens is not None:
        index = _index(references, lambda text: code_runs(text, code_tokens))
        for i, text in enumerate(texts):
            if found[i] is None:
                blind = (index.get(run) for run in code_runs(text, code_tokens))
                found[i] = next(filter(None, blind), None)
    return found


def _index(references: list[Reference], runs: Callable[[str], Iterable[Run]]) -> dict[Run, str]:
    """Return run → first task with this run, without boilerplate."""
    task_of: dict[Run, str] = {}
    problems: Counter = Counter()
    seen: set[tuple[str, Run]] = set()
    for task, text in references:
        for run in runs(text):
            if (task, run) not in seen:
                seen.add((task, run))
                problems[run] += 1
                task_of.setdefault(run, task)
    limit = max(BOILERPLATE_PROBLEMS, BOILERPLATE_SHARE * len({task for task, _ in references}))
    return {run: task for run, task in task_of.items() if problems[run] < limit}


def _word_runs(text: str, n: int) -> Iterator[Run]:
    """Yield the runs of `n` words that are no list of numbers, or the whole of a shorter text."""
    words = WORD.findall(text.lower())
    for run in _runs(words, min(n, len(words))):
        if len(words) < n or _is_text(run):
            yield run


def _is_text(run: tuple[str, ...]) -> bool:
    return 2 * sum(word.isdigit() for word in run) <= len(run)


def _runs(words: list[str], n: int):
    if n:
        yield from (tuple(words[i : i + n]) for i in range(len(words) - n + 1))
