"""Measured figures and their conditions: one row for every figure of `results.json` files.

Figures are comparable when nothing but the model differs. What a reader sees in the head of a
column (data set, decoding) tells columns apart; what is not shown there must agree.
"""

import json
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from warriorcoder.config.benchmarks import Decoding
from warriorcoder.core.tables import Kind

FIGURES: dict[str, Kind] = {
    "model": pl.String,
    "benchmark": pl.String,
    "metric": pl.String,
    "k": pl.Int64,
    "n": pl.Int64,  # problems
    "value": pl.Float64,  # share of problems, 0..1
    "low": pl.Float64,
    "high": pl.Float64,
    "dataset": pl.String,  # its version
    "setting": pl.String,  # decoding and prompts
    "dataset_sha256": pl.String,
    "evalplus": pl.String,
    "isolation": pl.String,
    "max_tokens": pl.Int64,
    "timeouts": pl.Int64,  # samples of this metric and decoding
    "references_failed": pl.Int64,
    "slowdown": pl.Float64,  # of the reference solutions, where above `SLOW`
    "notes": pl.List(pl.String),
    "file": pl.String,
}
SLOW = 1.5
COLUMN = ["metric", "k", "dataset", "setting"]
MUST_AGREE = {  # condition → what to do where it differs in a column
    "dataset_sha256": "give each file a `version` of its own in the config",
    "n": "score all problems of the set",
    "max_tokens": "sample and score again what is older",
    "evalplus": "score again what is older",
    "isolation": "score again under one `sandbox.isolation`",
}


def read_results(paths: Iterable[str | Path]) -> pl.DataFrame:
    """Return every metric of every `{model}/{benchmark}/results.json`, one a row (`FIGURES`).

    Raises:
        ValueError: a file lacks a key, or figures that would share a column are not comparable;
            names files, keys and what to do.
    """
    rows = []
    for path in map(Path, paths):
        result = json.loads(path.read_text())
        try:
            rows += _figures(path, result)
        except KeyError as error:
            raise ValueError(
                f"{path}: key {error} is missing. Delete the file and run snakemake again."
            ) from None
    figures = pl.DataFrame(rows, schema=FIGURES, orient="row")
    _check(figures)
    return figures


def _figures(path: Path, result: dict) -> list[dict]:
    reference = result.get("reference") or {}
    slowdown = reference.get("slowdown") or 1.0
    conditions = {
        "model": path.parts[-3],
        "benchmark": path.parts[-2],
        "dataset": result["version"],
        "references_failed": len(reference.get("failed", [])),
        "slowdown": slowdown if slowdown > SLOW else None,
        "notes": result.get("notes", []),
        "file": str(path),
    }
    keys = ("dataset_sha256", "evalplus", "isolation", "max_tokens")
    conditions |= {key: result[key] for key in keys}
    rows = []
    for metric, scores in result["metrics"].items():
        entries = [task["statuses"] for task in result["per_task"]]
        entries = [statuses for statuses in entries if metric in statuses[0]]
        for name, score in scores.items():
            k = int(name.removeprefix("pass@"))
            [number] = [i for i, d in enumerate(result["decodings"]) if k in d["report"]]
            decoding = Decoding(**result["decodings"][number])
            low, high = score["ci95"]
            rows.append(
                conditions
                | {"metric": metric, "k": k, "n": len(entries)}
                | {"value": score["value"], "low": low, "high": high}
                | {
                    "setting": decoding.setting(result["chain_of_thought"]),
                    "timeouts": sum(
                        entry["decoding"] == number and entry[metric] == "timeout"
                        for statuses in entries
                        for entry in statuses
                    ),
                }
            )
    return rows


def _check(figures: pl.DataFrame) -> None:
    """Raise ValueError where a column would hold figures that cannot be compared."""
    for (metric, k, dataset, _), column in figures.group_by(COLUMN, maintain_order=True):
        what = f"{metric} pass@{k} on {dataset!r}"
        for condition, fix in MUST_AGREE.items():
            files = {row[condition]: row["file"] for row in column.iter_rows(named=True)}
            if len(files) > 1:
                told = "; ".join(f"{value} in {file}" for value, file in files.items())
                raise ValueError(
                    f"{what}: figures of different {condition} must not share a column: {told}. "
                    f"Delete the older results, or {fix}"
                )
        twice = column.filter(pl.col("model").is_duplicated())
        if len(twice):
            both = " and ".join(twice["file"].head(2))
            raise ValueError(f"{what} is in {both}. Keep one of these benchmarks in the config.")


def remarks(figure: dict) -> list[str]:
    """Return remarks that a reader needs beside a figure, in a few words each, without notes."""
    said = []
    if figure["timeouts"]:
        said.append(f"{figure['timeouts']} timed out")
    if figure["isolation"] not in (None, "bubblewrap"):
        said.append(f"isolation: {figure['isolation']}")
    if figure["slowdown"]:
        said.append(f"machine {figure['slowdown']:.1f}x slow")
    if figure["references_failed"]:
        said.append(f"{figure['references_failed']} references failed")
    return said
