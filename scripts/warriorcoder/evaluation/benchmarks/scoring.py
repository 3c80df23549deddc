"""From samples to results: extract the programs, run each one once, estimate pass@k."""

import logging
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from warriorcoder.environments import interpreters
from warriorcoder.evaluation.benchmarks import cruxeval, ds1000
from warriorcoder.evaluation.benchmarks.bounded import UNJUDGED
from warriorcoder.evaluation.benchmarks.metrics import mean_with_interval, pass_at_k
from warriorcoder.evaluation.benchmarks.prompts import stops
from warriorcoder.evaluation.benchmarks.reference_check import check_references
from warriorcoder.evaluation.benchmarks.suites import suite
from warriorcoder.evaluation.sandbox import Sandbox, Timeouts

if TYPE_CHECKING:
    from warriorcoder.evaluation.benchmarks.truth import GroundTruth

log = logging.getLogger("warriorcoder")


def room(kind: str, environment: str | Path | None) -> dict[str, Any]:
    """Return the arguments of a `Sandbox` in which programs of `kind` find their packages.

    Args:
        kind: the kind of the data set.
        environment: the file that describes an environment; None for this Python's packages.
    """
    preload = {"preload": ("numpy",)} if kind == "ds1000" else {}
    return preload | interpreters.room(environment, ds1000.HEAVY)


def extract(kind: str, problem: dict, raw: str, style: str) -> str:
    """Return the program, solution (DS-1000) or answer (CRUXEval) in a model's raw text."""
    for stop in stops(kind, style):
        raw = raw.split(stop)[0]
    if kind in ("humaneval", "mbpp"):
        from warriorcoder.evaluation.benchmarks import (
            sanitize,  # evalplus takes half a second to import
        )

        return sanitize.program(problem, raw, style)
    return (ds1000 if kind == "ds1000" else cruxeval).extract(kind, problem, raw, style)


FENCED = (
    "every sample begins with a code fence, which is scored as a part of its program. Remove the "
    "fences, or give a chat model the style chat"
)


@dataclass(frozen=True)
class Judged:
    """The verdicts of programs, in order.

    A verdict maps each metric to a status. `reference` is the result of `check_references`. `load`
    counts the runs that timed out, by kind, and holds the factor by which limits grew at most.
    """

    verdicts: list[dict[str, str]]
    reference: dict
    load: dict
    notes: list[str]
    seconds: float

    @property
    def timeouts(self) -> int:
        """The number of programs with a metric that timed out."""
        return sum("timeout" in verdict.values() for verdict in self.verdicts)


def judge(
    kind: str,
    problems: list[dict],
    programs: list[tuple[str, str]],
    sandbox: Sandbox,
    truth: "GroundTruth | None" = None,
    plus: bool = True,
    written: Sequence[str] = (),
) -> Judged:
    """Run `programs`, pairs of task id and program, on `problems`.

    A status is `pass`, `fail` (a wrong value), `unjudged` (a value that nobody can compare), or the
    end of the program: `error`, `timeout`, `memory`, `output`. Equal programs of a task run once.

    Args:
        kind: the kind of the data set.
        problems: the data set.
        programs: in any order; a task may have several.
        sandbox: runs the programs.
        truth: the ground truth of a set with inputs.
        plus: False leaves out the plus inputs of such a set.
        written: the models' texts from which nothing takes code fences.
    """
    begun = time.monotonic()
    by_id = {problem["task_id"]: problem for problem in problems}
    chosen = suite(kind, problems, truth, plus)
    reference = check_references(kind, problems, chosen, sandbox)
    unique = list(dict.fromkeys(programs))
    pairs = [(by_id[task], source) for task, source in unique]
    sandbox.timeouts = ended = Timeouts()
    found = chosen.judge(pairs, sandbox, reference["slowdown"])
    verdict_of = dict(zip(unique, found, strict=True))
    verdicts = [verdict_of[program] for program in programs]
    notes = chosen.notes()
    if written and all(text.lstrip().startswith("```") for text in written):
        notes.append(FENCED)
    if unjudged := sum(UNJUDGED in verdict.values() for verdict in verdicts):
        notes.append(
            f"{unjudged} unjudged: they return objects that compare themselves, or values that "
            "take too long to compare"
        )
    if ended.processor or ended.wall:
        log.info(
            "runs that timed out: %d by processor time, %d by wall time (repeated alone, and %d of "
            "them waited again: for something, or for this busy machine)",
            ended.processor,
            ended.wall,
            ended.waiting,
        )
    return Judged(
        verdicts=verdicts,
        reference=reference,
        load=asdict(ended) | {"factor": round(sandbox.load.highest, 3)},
        notes=notes,
        seconds=round(time.monotonic() - begun, 3),
    )


def score(
    kind: str,
    problems: list[dict],
    samples: pl.DataFrame,
    sandbox: Sandbox,
    *,
    style: str,
    decodings: list[dict],
    seed: int,
    truth: "GroundTruth | None" = None,
) -> dict:
    """Return the results (`results`) of `samples`, a table `samples`, on `problems`.

    Args:
        kind: the kind of the data set.
        problems: the data set.
        samples: every sample of every decoding on every problem.
        sandbox: runs the programs.
        style: `completion` or `chat`, as the samples were made.
        decodings: each has `n` samples a problem and reports the k of its `report`.
        seed: seeds the bootstrap.
        truth: the ground truth of a set with inputs.

    Raises:
        ValueError: the samples do not fit problems and decodings. The message names some.
    """
    rows = _match(problems, samples, decodings)
    programs = [
        (problem["task_id"], extract(kind, problem, row["raw"], style)) for problem, row in rows
    ]
    unfenced = kind == "ds1000" or (style == "chat" and not kind.startswith("cruxeval"))
    written = [] if unfenced else [row["raw"] for _, row in rows]
    judged = judge(kind, problems, programs, sandbox, truth, written=written)
    places = [(problem["task_id"], row["decoding"], row["sample"]) for problem, row in rows]
    reports = [decoding["report"] for decoding in decodings]
    return results(problems, places, judged, reports, seed) | {"isolation": sandbox.isolation}


def results(
    problems: list[dict],
    places: list[tuple[str, int, int]],
    judged: Judged,
    reports: list[list[int]],
    seed: int,
) -> dict:
    """Return metrics and statuses in the one format of all results.

    Args:
        problems: the data set, whose order seeds the bootstrap with `seed`.
        places: (task id, decoding, sample) of each verdict of `judged`.
        judged: the verdicts.
        reports: the k of each decoding's pass@k.
        seed: seeds the bootstrap.
    """
    statuses: dict[str, list[dict]] = {problem["task_id"]: [] for problem in problems}
    for (task, decoding, sample), verdict in zip(places, judged.verdicts, strict=True):
        statuses[task].append({"decoding": decoding, "sample": sample} | verdict)
    return {
        "n_tasks": len(problems),
        "n_samples": len(places),
        "evalplus": version("evalplus"),
        "metrics": _metrics(statuses, reports, seed),
        "per_task": [{"task_id": task, "statuses": each} for task, each in statuses.items()],
        "timeouts": judged.timeouts,
        "reference": judged.reference,
        "load": judged.load,
        "notes": judged.notes,
        "seconds": judged.seconds,
    }


def _match(problems: list[dict], samples: pl.DataFrame, decodings: list[dict]) -> list[tuple]:
    """Return (problem, row) of every sample, in the order of problems, decoding, sample."""
    given = {(row["task_id"], row["decoding"], row["sample"]): row for row in samples.to_dicts()}
    wanted = [
        (problem, (problem["task_id"], decoding, sample))
        for problem in problems
        for decoding, spec in enumerate(decodings)
        for sample in range(spec["n"])
    ]
    keys = {key for _, key in wanted}
    if len(given) != samples.height or keys != set(given):
        odd = sorted(keys ^ set(given))[:3]
        raise ValueError(
            f"samples do not fit the dataset. It needs {len(keys)} (task_id, decoding, sample) and "
            f"there are {samples.height} rows. {odd} are missing, foreign or doubled. "
            "Generate the samples again from this dataset"
        )
    return [(problem, given[key]) for problem, key in wanted]


def _metrics(statuses: dict[str, list[dict]], reports: list[list[int]], seed: int) -> dict:
    names = sorted({name for each in statuses.values() for entry in each for name in entry})
    metrics: dict[str, dict] = {}
    for name in names:
        if name in ("decoding", "sample"):
            continue
        metrics[name] = {}
        for number, report in enumerate(reports):
            for k in report:
                estimates = [
                    _estimate(each, name, number, k)
                    for each in statuses.values()
                    if name in each[0]
                ]
                metrics[name][f"pass@{k}"] = mean_with_interval(estimates, seed, k)
    return metrics


def _estimate(entries: list[dict], name: str, decoding: int, k: int) -> float:
    own = [entry[name] for entry in entries if entry["decoding"] == decoding]
    return pass_at_k(len(own), own.count("pass"), k)
