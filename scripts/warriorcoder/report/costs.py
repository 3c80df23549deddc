"""Costs of the work: seconds of every rule; model loads, rows, tokens, GPU time of generation."""

import json
from pathlib import Path

import polars as pl

from warriorcoder.report.pages import Page, Table

COST = {"seconds": pl.Float64, "cpu_seconds": pl.Float64, "max_rss_mb": pl.Float64}
STEPS = {"gpus": pl.Int64, "seconds": pl.List(pl.Float64)}  # of a training
ROWS = ("loads", "generated", "reused", "prompt_tokens", "new_tokens")
TIME = ("generate_seconds", "gpu_seconds")
MADE = dict.fromkeys(ROWS, pl.Int64) | dict.fromkeys(TIME, pl.Float64)
COSTS = {"rule": pl.String, "jobs": pl.Int64} | COST | MADE
MODELS = {"model": pl.String, "rule": pl.String} | MADE
TITLES = {
    "seconds": "seconds",
    "cpu_seconds": "CPU seconds",
    "max_rss_mb": "largest process (MB)",
    "loads": "model loads",
    "generated": "rows generated",
    "reused": "rows from the cache",
    "prompt_tokens": "prompt tokens",
    "new_tokens": "new tokens",
    "generate_seconds": "seconds of generation",
    "gpu_seconds": "GPU-seconds",
}


def read(logs: str | Path) -> pl.DataFrame:
    """Return the costs beside the logs under `{logs}/{rule}/`, a row per rule (`COSTS`), sorted.

    Sums over the last run of each job, whatever invocation it was in; `max_rss_mb` is the largest.
    Generation columns are null for rules that use no model; `generate_seconds` are without loading,
    `gpu_seconds` with it, on every GPU of the job, and of training those of its steps. Jobs still
    running are not in it.
    """
    trained = _beside(logs, "measured", {"rule": pl.String} | STEPS)
    on_gpus = trained.filter(pl.col("gpus") > 0)
    steps = on_gpus.select("rule", steps=pl.col("gpus") * pl.col("seconds").list.sum())
    spent = _beside(logs, "cost", {"rule": pl.String} | COST)
    made = _beside(logs, "rows", MODELS)
    return (
        spent.group_by("rule")
        .agg(
            pl.len().cast(pl.Int64).alias("jobs"),
            pl.sum("seconds", "cpu_seconds"),
            pl.max("max_rss_mb"),
        )
        .join(made.group_by("rule").agg(pl.sum(*MADE)), on="rule", how="left")
        .join(steps.group_by("rule").agg(pl.sum("steps")), on="rule", how="left")
        .with_columns(gpu_seconds=pl.coalesce("gpu_seconds", "steps"))
        .select(list(COSTS))
        .sort("rule")
    )


def of_jobs(logs: str | Path) -> pl.DataFrame:
    """Return the costs of each job: rule, log, `COST`, work_seconds, `MADE` and load_seconds.

    What a job has none of is null.
    """
    named = {"rule": pl.String, "log": pl.String}
    spent = _beside(logs, "cost", named | COST | {"work_seconds": pl.Float64})
    made = _beside(logs, "rows", named | MADE | {"load_seconds": pl.Float64})
    return spent.join(made, on=["rule", "log"], how="left")


def of_models(logs: str | Path) -> pl.DataFrame:
    """Return the rows and costs of each model in each rule (`MODELS`), sorted by model."""
    made = _beside(logs, "rows", MODELS)
    return made.group_by("model", "rule").agg(pl.sum(*MADE)).sort("model", "rule")


def _beside(logs: str | Path, what: str, schema: dict) -> pl.DataFrame:
    """Return the files `{logs}/{rule}/*.{what}.json`, one per row.

    Raises:
        ValueError: a file is not complete JSON. The message names it.
    """
    rows = []
    for path in sorted(Path(logs).rglob(f"*.{what}.json")):
        try:
            rule, log = path.relative_to(logs).parts[0], path.name.removesuffix(f".{what}.json")
            found = json.loads(path.read_text()) | {"rule": rule, "log": log}
        except ValueError:
            raise ValueError(
                f"{path}: not complete JSON. Delete it and run snakemake again."
            ) from None
        rows.append({key: found.get(key) for key in schema})
    return pl.DataFrame(rows, schema=schema)


def page(spent: pl.DataFrame, made: pl.DataFrame) -> Page:
    """Return the costs as a page: `read`'s table with a total, and `of_models`'."""
    total = spent.select(
        pl.lit("all").alias("rule"),
        pl.sum("jobs", "seconds", "cpu_seconds"),
        pl.max("max_rss_mb"),
        pl.sum(*MADE),
    )
    rows = pl.when(pl.col("generated") > 0).then("generated")
    each = {
        "seconds per 1000 rows": 1000 * pl.col("generate_seconds") / rows,
        "GPU-seconds per 1000 rows": 1000 * pl.col("gpu_seconds") / rows,
    }
    frames = [pl.concat([spent.sort("cpu_seconds", descending=True), total]), made]
    return Page(
        "Cost of every rule",
        [Table(frame.with_columns(**each).rename(TITLES, strict=False)) for frame in frames],
        [
            "Sums over the last run of each job. Seconds of jobs that ran side by side add up, so "
            "their sum is more than the wall time of the whole run. A row is one request that a "
            "model answered; GPU-seconds are of all GPUs of a job, from loading to the last row."
        ],
        ["Seconds, memory, model loads and rows of each rule, the most expensive rule first."],
    )
