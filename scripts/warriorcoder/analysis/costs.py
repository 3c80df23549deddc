"""What the work cost: seconds of every rule; model loads, rows, tokens, GPU time of generation."""

import json
from pathlib import Path

import polars as pl

from warriorcoder.analysis.pages import Page, Table

COST = {"seconds": pl.Float64, "cpu_seconds": pl.Float64, "max_rss_mb": pl.Float64}
ROWS = ("loads", "generated", "reused", "prompt_tokens", "new_tokens")
TIME = ("generate_seconds", "gpu_seconds")
MADE = dict.fromkeys(ROWS, pl.Int64) | dict.fromkeys(TIME, pl.Float64)
COSTS = {"rule": pl.String, "jobs": pl.Int64} | COST | MADE


def read(logs: str | Path) -> pl.DataFrame:
    """The costs beside the logs under `{logs}/{rule}/`, one rule a row (`COSTS`), sorted by rule.

    Sums over the last run of each job, whatever invocation it was in; `max_rss_mb` is the largest.
    Generation columns are null for rules that use no model; `generate_seconds` are without loading,
    `gpu_seconds` with it, on every GPU of the job. Jobs still running are not in it.
    """
    logs = Path(logs)
    jobs = [
        {"rule": path.relative_to(logs).parts[0], "jobs": 1} | json.loads(path.read_text())
        for path in sorted(logs.rglob("*.cost.json"))
    ]
    rows = [
        {"rule": path.relative_to(logs).parts[0]} | json.loads(path.read_text())
        for path in sorted(logs.rglob("*.rows.json"))
    ]
    schema = {"rule": pl.String, "jobs": pl.Int64} | COST
    spent = pl.DataFrame([{key: job.get(key) for key in schema} for job in jobs], schema=schema)
    schema = {"rule": pl.String} | MADE
    made = pl.DataFrame([{key: row.get(key) for key in schema} for row in rows], schema=schema)
    return (
        spent.group_by("rule")
        .agg(pl.sum("jobs", "seconds", "cpu_seconds"), pl.max("max_rss_mb"))
        .join(made.group_by("rule").agg(pl.sum(*MADE)), on="rule", how="left")
        .select(list(COSTS))
        .sort("rule")
    )


def page(spent: pl.DataFrame) -> Page:
    """The costs as a page, with a total."""
    total = spent.select(
        pl.lit("all").alias("rule"),
        pl.sum("jobs", "seconds", "cpu_seconds"),
        pl.max("max_rss_mb"),
        pl.sum(*MADE),
    )
    titles = {
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
    made = pl.when(pl.col("generated") > 0).then("generated")
    each = {
        "seconds per 1000 rows": 1000 * pl.col("generate_seconds") / made,
        "GPU-seconds per 1000 rows": 1000 * pl.col("gpu_seconds") / made,
    }
    frame = pl.concat([spent.sort("cpu_seconds", descending=True), total])
    frame = frame.with_columns(**each).rename(titles)
    return Page(
        "Cost of every rule",
        [Table(frame)],
        [
            "Sums over the last run of each job. Seconds of jobs that ran side by side add up, so "
            "their sum is more than the wall time of the whole run. A row is one request that a "
            "model answered; GPU-seconds are of all GPUs of a job, from loading to the last row."
        ],
    )
