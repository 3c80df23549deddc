"""Hours and bytes of a real run, from a rehearsal of it.

The time of a job is its start and its work. The work of a rule grows with the rows of its stage, so
it is multiplied by the ratio of the real run's rows to the rehearsal's (`scale.estimate`, with the
yields that the rehearsal measured). Work is what models generate, training steps and embedding. The
other jobs have no model to load, and all of their time counts as work.

Not covered: duplicates, whose share grows with the number of mined rows, and k-center, whose work
grows with the product of rows and centres.
"""

import sqlite3
from pathlib import Path

import polars as pl

from warriorcoder.config.whole import Config
from warriorcoder.mining.amounts import instructions
from warriorcoder.models import fit
from warriorcoder.models.rowcache import CACHE
from warriorcoder.report import scale
from warriorcoder.report.pages import Page, Table

MINE, CURATE, RATE = "mine_instructions", "curate_instructions", "rate_difficulty"
EMBED = "embed_instructions"
ANSWER, JUDGE, GOLD = "answer_instructions", "judge_battles", "crown_answers"
TRAIN, SAMPLE = "train_target", "generate_samples"
# Rule → the stage whose rows it works on. The other rules take as long as in the rehearsal.
STAGES = {
    **{name: name for name in (MINE, RATE, EMBED, ANSWER, JUDGE, GOLD, TRAIN, SAMPLE)},
    **dict.fromkeys(("enter_instructions", CURATE), CURATE),
    "select_instructions": EMBED,
    "schedule_battles": ANSWER,
    "write_explorer": GOLD,
    **dict.fromkeys(("judge_in_turn", "judge_planned", "gather_votes", "plan_votes"), JUDGE),
    **dict.fromkeys(("plan_battles", "expect_results", "rate_experts"), JUDGE),
    "score_benchmark": SAMPLE,
}
# Folder of results → the stage whose rows it holds. The other folders stay as they are.
FOLDERS = {
    **{"mined": CURATE, "curated": CURATE, "difficulty": RATE, "embeddings": EMBED},
    **{"selected": GOLD, "battles": ANSWER, "answers": ANSWER, "gold": GOLD, "benchmarks": SAMPLE},
    **dict.fromkeys(("votes", "asked", "tallied", "outcomes"), JUDGE),
}
# Folder of the row cache → stage.
CACHED = {"mine": MINE, "difficulty": RATE, "answer": ANSWER, "judge": JUDGE, "sample": SAMPLE}


def rows(real: Config, rehearsed: Config, remaining: pl.DataFrame) -> pl.DataFrame:
    """Return stage, rehearsed rows, rows of the real run and their ratio.

    Args:
        real: the config of the real run.
        rehearsed: the config of the rehearsal.
        remaining: the rehearsal's funnel (`yields.left`).
    """
    left = dict(remaining.group_by("stage").agg(pl.sum("rows")).iter_rows())
    measured = scale.Assumptions(
        curated=left["deduplicated"] / left["mined"],
        hard=left["difficult"] / left["deduplicated"],
    )
    made = [
        {stage.name: stage.rows for stage in scale.estimate(config, measured)}
        | {CURATE: sum(instructions(config.mining, e) for e in config.experts if "mine" in e.roles)}
        for config in (rehearsed, real)
    ]
    frame = pl.DataFrame(
        [(stage, made[0][stage], made[1][stage]) for stage in dict.fromkeys(STAGES.values())],
        schema={"stage": pl.String, "rehearsed": pl.Float64, "real": pl.Float64},
        orient="row",
    )
    grown = pl.when(pl.col("rehearsed") > 0).then(pl.col("real") / pl.col("rehearsed"))
    return frame.with_columns(ratio=grown.otherwise(1.0))


def hours(jobs: pl.DataFrame, ratio: dict[str, float], real: Config) -> pl.DataFrame:
    """Return the hours of each rule in the real run, the longest first.

    Hours are those of jobs, one after another. They are null for a rule whose work was not
    measured: the row cache held all rows, the weights were there, or the training was resumed.

    Args:
        jobs: the rehearsal's jobs (`costs.of_jobs`).
        ratio: stage → rows of the real run for each row of the rehearsal.
        real: the config of the real run.
    """
    configured = {TRAIN: real.training.gpus or 0, EMBED: real.compression.gpus or 0}
    factors = {rule: ratio[stage] for rule, stage in STAGES.items()}
    asked, generated = pl.col("generated") + pl.col("reused"), pl.col("generated")
    model = generated.is_not_null()
    timed = pl.when(pl.col("rule").is_in([*configured])).then("work_seconds").otherwise("seconds")
    work = pl.coalesce("generate_seconds", timed)
    of_all = pl.when(asked == 0).then(0.0).when(generated > 0).then(asked / generated)
    factor = pl.col("rule").replace_strict(factors, default=1.0, return_dtype=pl.Float64)
    starts = pl.when(rule=MINE).then(real.mining.parts).otherwise(1)
    running = pl.col("load_seconds") + pl.col("generate_seconds")
    gpus = pl.col("rule").replace_strict(configured, default=0, return_dtype=pl.Float64)
    gpus = pl.when(model).then((pl.col("gpu_seconds") / running).fill_nan(0.0)).otherwise(gpus)
    spent = jobs.with_columns(
        ratio=factor,
        real=starts * (pl.col("seconds") - work)
        + work * factor * pl.when(model).then(of_all).otherwise(1.0),
        gpus=gpus,
    )
    return (
        spent.group_by("rule")
        .agg(
            pl.len().alias("jobs"),
            pl.sum("seconds"),
            pl.first("ratio"),
            hours=_whole("real") / 3600,
            gpu_hours=_whole(pl.col("real") * pl.col("gpus")) / 3600,
            memory_gb=pl.max("max_rss_mb") / 1000,
        )
        .sort("hours", "rule", descending=[True, False], nulls_last=True)
    )


def room(results: Path, ratio: dict[str, float], made: dict[str, float]) -> pl.DataFrame:
    """Return the bytes of the real run's folders and row cache, the largest first.

    Args:
        results: the rehearsal's folder.
        ratio: stage → rows of the real run for each row of the rehearsal.
        made: stage → rows of the real run.
    """
    entries: list[tuple[str, int | None, float | None, float]] = []
    for folder in sorted(path for path in results.iterdir() if path.is_dir()):
        size, factor = _bytes(folder), ratio.get(FOLDERS.get(folder.name, ""), 1.0)
        entries.append((folder.name, size, factor, size * factor))
    checkpoints = [_bytes(path.parent) for path in results.glob("checkpoints/*/COMPLETED")]
    state = fit.disk_training(max(checkpoints, default=0) / 2)  # bf16
    entries.append(("a training while it runs", None, None, state))
    for name, stage in CACHED.items():
        sizes = [_row_bytes(path) for path in (CACHE / name).glob("*.sqlite")]
        if kept := sum(count for _, count in sizes):
            whole = sum(size for size, _ in sizes) / kept * made[stage]
            entries.append((f"row cache: {name}", None, None, whole))
    schema = {"what": pl.String, "rehearsed_bytes": pl.Int64, "ratio": pl.Float64}
    frame = pl.DataFrame(entries, schema=schema | {"bytes": pl.Float64}, orient="row")
    return frame.with_columns(pl.col("bytes").round().cast(pl.Int64)).sort(
        "bytes", "what", descending=[True, False]
    )


def text(spent: pl.DataFrame, disk: pl.DataFrame) -> str:
    """Return the totals in a line each."""
    unknown = spent.filter(pl.col("hours").is_null())["rule"].to_list()
    rest = [f"  without {', '.join(unknown)}, whose work was done before"] if unknown else []
    (size,) = disk.select(pl.sum("bytes")).row(0)
    total = pl.sum("hours", "gpu_hours"), pl.max("memory_gb").fill_null(0)
    hours, gpu_hours, memory = spent.select(*total).row(0)
    lines = [
        f"  {hours:,.1f} hours of jobs, one after another",
        f"  {gpu_hours:,.1f} GPU-hours",
        *rest,
        f"  {size:,} bytes on disk ({size / 1e9:,.1f} GB)",
        f"  {memory:,.1f} GB of memory in the rehearsal's largest process",
    ]
    return "\n".join(["the real run, by this rehearsal:", *lines])


def page(made: pl.DataFrame, spent: pl.DataFrame, disk: pl.DataFrame) -> Page:
    """Return rows, hours and bytes of the real run as a page."""
    sized = disk.select(
        "what",
        (pl.col("rehearsed_bytes") / 1e6).alias("MB in the rehearsal"),
        "ratio",
        "bytes",
        (pl.col("bytes") / 1e9).alias("GB"),
    )
    names = {"hours": "hours", "gpu_hours": "GPU-hours", "memory_gb": "largest process (GB)"}
    return Page(
        "The real run, by its rehearsal",
        [
            Table(made, "Rows of each stage", digits=0),
            Table(spent.rename(names | {"seconds": "seconds in the rehearsal"}), "Time", digits=2),
            Table(sized, "Bytes", digits=3),
        ],
        [
            text(spent, disk),
            "Hours are those of jobs, one after another. Jobs that run side by side take less. The "
            "largest process is the rehearsal's. Models are on the disk already.",
        ],
    )


def _whole(value: str | pl.Expr) -> pl.Expr:
    """Return the sum of a column, or null if a value is unknown."""
    value = pl.col(value) if isinstance(value, str) else value
    return pl.when(value.is_null().any()).then(None).otherwise(value.sum())


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _row_bytes(cache: Path) -> tuple[int, int]:
    """Return the size of a file of the row cache and its number of rows."""
    with sqlite3.connect(cache) as database:
        [count] = database.execute("SELECT count(*) FROM rows").fetchone()
    return cache.stat().st_size, count
