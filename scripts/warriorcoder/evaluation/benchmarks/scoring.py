"""From samples to results: extract, run what is new, estimate."""

import time
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

import polars as pl

from warriorcoder.evaluation.benchmarks import cruxeval, ds1000
from warriorcoder.evaluation.benchmarks.calibration import calibrate
from warriorcoder.evaluation.benchmarks.metrics import mean_with_interval, pass_at_k
from warriorcoder.evaluation.benchmarks.prompts import stops
from warriorcoder.evaluation.benchmarks.suites import suite
from warriorcoder.evaluation.sandbox import Sandbox

if TYPE_CHECKING:
    from warriorcoder.evaluation.benchmarks.truth import GroundTruth


def extract(kind: str, problem: dict, raw: str, style: str) -> str:
    """The program (functions), solution (DS-1000) or answer (CRUXEval) in a model's raw text."""
    for stop in stops(kind, style):
        raw = raw.split(stop)[0]
    if kind in ("humaneval", "mbpp"):
        from warriorcoder.evaluation.benchmarks import (
            sanitize,  # evalplus takes half a second to import
        )

        return sanitize.program(problem, raw, style)
    return (ds1000 if kind == "ds1000" else cruxeval).extract(kind, problem, raw, style)


@dataclass(frozen=True)
class Judged:
    """Status per metric of each program, in order, and what to know beside it (`calibrate`)."""

    verdicts: list[dict[str, str]]
    reference: dict
    notes: list[str]
    seconds: float

    @property
    def timeouts(self) -> int:
        return sum("timeout" in verdict.values() for verdict in self.verdicts)


def judge(
    kind: str,
    problems: list[dict],
    programs: list[tuple[str, str]],
    sandbox: Sandbox,
    truth: "GroundTruth | None" = None,
    plus: bool = True,
) -> Judged:
    """Run `programs`, (task id, program) each, on `problems`.

    A status is `pass`, `fail` (a wrong value), or how the program ended: `error`, `timeout`,
    `memory`, `output`. Equal programs of a task run once. Sets with inputs need their ground
    `truth`; without `plus` only their base inputs run.
    """
    begun = time.monotonic()
    by_id = {problem["task_id"]: problem for problem in problems}
    chosen = suite(kind, problems, truth, plus)
    reference = calibrate(kind, problems, chosen, sandbox)
    unique = list(dict.fromkeys(programs))
    pairs = [(by_id[task], source) for task, source in unique]
    found = chosen.judge(pairs, sandbox, reference["slowdown"])
    verdict_of = dict(zip(unique, found, strict=True))
    return Judged(
        verdicts=[verdict_of[program] for program in programs],
        reference=reference,
        notes=chosen.notes(),
        seconds=round(time.monotonic() - begun, 3),
    )


def score(
    kind: str,
    problems: list[dict],
    samples: pl.DataFrame,
    sandbox: Sandbox,
    style: str,
    decodings: list[dict],
    seed: int,
    truth: "GroundTruth | None" = None,
) -> dict:
    """Metrics and statuses (`judge`) of `samples` (table `samples`) on `problems`.

    Each decoding reports the k of its own `report`.

    Raises:
        ValueError: samples that do not fit problems and decodings, named.
    """
    rows = _match(problems, samples, decodings)
    programs = [
        (problem["task_id"], extract(kind, problem, row["raw"], style)) for problem, row in rows
    ]
    judged = judge(kind, problems, programs, sandbox, truth)
    statuses: dict[str, list[dict]] = {problem["task_id"]: [] for problem in problems}
    for (problem, row), verdict in zip(rows, judged.verdicts, strict=True):
        place = {"decoding": row["decoding"], "sample": row["sample"]}
        statuses[problem["task_id"]].append(place | verdict)
    return {
        "n_tasks": len(problems),
        "n_samples": len(rows),
        "isolation": sandbox.isolation,
        "evalplus": version("evalplus"),
        "metrics": _metrics(statuses, decodings, seed),
        "per_task": [{"task_id": task, "statuses": each} for task, each in statuses.items()],
        "timeouts": judged.timeouts,
        "reference": judged.reference,
        "notes": judged.notes,
        "seconds": judged.seconds,
    }


def _match(problems: list[dict], samples: pl.DataFrame, decodings: list[dict]) -> list[tuple]:
    """(problem, row), in the order of problems, decoding, sample: all there, none else."""
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
            f"samples do not fit the dataset: {len(keys)} (task_id, decoding, sample) are needed, "
            f"{samples.height} rows are there; {odd} differ or are doubled. "
            "Generate the samples again from this dataset"
        )
    return [(problem, given[key]) for problem, key in wanted]


def _metrics(statuses: dict[str, list[dict]], decodings: list[dict], seed: int) -> dict:
    names = sorted({name for each in statuses.values() for entry in each for name in entry})
    metrics: dict[str, dict] = {}
    for name in names:
        if name in ("decoding", "sample"):
            continue
        metrics[name] = {}
        for number, decoding in enumerate(decodings):
            for k in decoding["report"]:
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
