"""What the work cost: seconds of every rule, and model loads, rows and tokens of generation."""

import json
from pathlib import Path

import polars as pl

from warriorcoder.analysis.pages import Page, Table

COST = {"seconds": pl.Float64, "cpu_seconds": pl.Float64, "max_rss_mb": pl.Float64}
ROWS = ("loads", "generated", "reused", "prompt_tokens", "new_tokens")
COSTS = {"rule": pl.String, "jobs": pl.Int64} | COST | dict.fromkeys(ROWS, pl.Int64)


def read(logs: str | Path) -> pl.DataFrame:
    """The costs beside the logs under `{logs}/{rule}/`, one rule a row (`COSTS`), sorted by rule.

    Sums over the last run of each job, whatever invocation it was in; `max_rss_mb` is the largest.
    Generation columns are null for rules that use no model. Jobs still running are not in it.
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
    schema = {"rule": pl.String} | dict.fromkeys(ROWS, pl.Int64)
    made = pl.DataFrame([{key: row.get(key) for key in schema} for row in rows], schema=schema)
    return (
        spent.group_by("rule")
        .agg(pl.sum("jobs", "seconds", "cpu_seconds"), pl.max("max_rss_mb"))
        .join(made.group_by("rule").agg(pl.sum(*ROWS)), on="rule", how="left")
        .select(list(COSTS))
        .sort("rule")
    )


def page(spent: pl.DataFrame) -> Page:
    """The costs as a page, with a total."""
    total = spent.select(
        pl.lit("all").alias("rule"),
        pl.sum("jobs", "seconds", "cpu_seconds"),
        pl.max("max_rss_mb"),
        pl.sum(*ROWS),
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
    }
    frame = pl.concat([spent.sort("cpu_seconds", descending=True), total]).rename(titles)
    return Page(
        "Cost of every rule",
        [Table(frame)],
        [
            "Sums over the last run of each job. Seconds of jobs that ran side by side add up, so "
            "their sum is more than the wall time of the whole run."
        ],
    )
