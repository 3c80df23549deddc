"""From samples to results: extract, run what is new, estimate."""

import time
from importlib.metadata import version
from itertools import chain

import polars as pl

from warriorcoder.benchmarks import cruxeval, ds1000, plus
from warriorcoder.benchmarks.metrics import mean_with_interval, pass_at_k
from warriorcoder.benchmarks.prompts import stops
from warriorcoder.sandbox import Sandbox

MODULES = {
    "humaneval": plus,
    "mbpp": plus,
    "cruxeval-input": cruxeval,
    "cruxeval-output": cruxeval,
    "ds1000": ds1000,
}


def extract(kind: str, problem: dict, raw: str, style: str) -> str:
    """The program (functions), solution (DS-1000) or answer (CRUXEval) in a model's raw text."""
    for stop in stops(kind, style):
        raw = raw.split(stop)[0]
    return MODULES[kind].extract(kind, problem, raw, style)


def score(
    kind: str,
    problems: list[dict],
    samples: pl.DataFrame,
    sandbox: Sandbox,
    style: str,
    decodings: list[dict],
    seed: int,
) -> dict:
    """Metrics and statuses of `samples` (table `samples`) on `problems`.

    A sample's status per metric is `pass`, `fail` (a wrong value), or how its program ended:
    `error`, `timeout`, `memory`, `output`. Equal programs of a task run once. Each decoding reports
    the k of its own `report`.

    Raises:
        ValueError: samples that do not fit problems and decodings, named.
    """
    begun = time.time()
    rows = _match(problems, samples, decodings)
    programs = [
        (problem["task_id"], extract(kind, problem, row["raw"], style)) for problem, row in rows
    ]
    by_id = {problem["task_id"]: problem for problem in problems}
    unique = list(dict.fromkeys(programs))
    judged = MODULES[kind].judge(kind, [(by_id[task], source) for task, source in unique], sandbox)
    verdict_of = dict(zip(unique, judged, strict=True))
    statuses: dict[str, list[dict]] = {problem["task_id"]: [] for problem in problems}
    for (problem, row), program in zip(rows, programs, strict=True):
        place = {"decoding": row["decoding"], "sample": row["sample"]}
        statuses[problem["task_id"]].append(place | verdict_of[program])
    return {
        "n_tasks": len(problems),
        "n_samples": len(rows),
        "isolation": sandbox.isolation,
        "evalplus": version("evalplus"),
        "metrics": _metrics(statuses, decodings, seed),
        "per_task": [{"task_id": task, "statuses": each} for task, each in statuses.items()],
        "timeouts": sum("timeout" in entry.values() for entry in chain(*statuses.values())),
        "seconds": round(time.time() - begun, 3),
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
                if f"pass@{k}" in metrics[name]:
                    raise ValueError(f"two decodings report pass@{k}; leave it in one of them")
                estimates = [
                    _estimate(each, name, number, k)
                    for each in statuses.values()
                    if name in each[0]
                ]
                metrics[name][f"pass@{k}"] = mean_with_interval(estimates, seed, name, k)
    return metrics


def _estimate(entries: list[dict], name: str, decoding: int, k: int) -> float:
    own = [entry[name] for entry in entries if entry["decoding"] == decoding]
    return pass_at_k(len(own), own.count("pass"), k)
