"""Length of texts and share of texts that were cut, per expert and role."""

import polars as pl

from warriorcoder.arena.players import numbers
from warriorcoder.arena.tables import ANSWERS, VOTES
from warriorcoder.curation.tables import DIFFICULTY
from warriorcoder.mining.tables import MINED
from warriorcoder.report.pages import Page, Table

# What an expert does, and the table of what it wrote doing it.
ROLES = {"mine": MINED, "difficulty": DIFFICULTY, "answer": ANSWERS, "judge": VOTES}
WRITERS = {"mine": "expert", "difficulty": "judge", "answer": "answerer", "judge": "judge"}


def measure(written: dict[str, pl.DataFrame], experts: list[str]) -> pl.DataFrame:
    """Return one row per role and expert that wrote anything in it, in their orders.

    Args:
        written: role → its table, with the writer's name, n_tokens and finish_reason.

    Returns:
        role; expert; texts; mean, p95 and longest of the tokens; truncated: share of texts that
        did not end by themselves; thought: share that never came to a final answer (in truncated).
    """
    ended = pl.col("finish_reason")
    frames = [
        table.group_by(expert=WRITERS[role])
        .agg(
            role=pl.lit(role),
            texts=pl.len().cast(pl.Int64),
            mean=pl.col("n_tokens").mean(),
            p95=pl.col("n_tokens").quantile(0.95, "higher").cast(pl.Int64),
            longest=pl.col("n_tokens").max(),
            truncated=ended.ne("stop").mean(),
            thought=ended.eq("thought").mean(),
        )
        .sort(numbers(pl.col("expert"), experts))
        for role, table in written.items()
    ]
    order = ["role", "expert", "texts", "mean", "p95", "longest", "truncated", "thought"]
    return pl.concat(frames).select(order)


def page(measured: pl.DataFrame) -> Page:
    """Return `measure`'s rows for readers."""
    frame = measured.select(
        "role",
        "expert",
        "texts",
        pl.col("mean").alias("mean tokens"),
        pl.col("p95").alias("95th percentile"),
        "longest",
        (100 * pl.col("truncated")).alias("truncated (%)"),
        (100 * pl.col("thought")).alias("no final answer (%)"),
    )
    notes = [
        "Truncated instructions are dropped; a truncated answer battles as it is, and one whose "
        "thought did not end is empty. Truncated verdicts and ratings count if they say anything.",
        "Limits: mining.max_tokens, difficulty.max_tokens, answers.max_tokens, arena.max_tokens, "
        "and an expert's own max_tokens instead of the last three.",
    ]
    caption = (
        "Tokens of the experts' texts in each role, and the share that was cut off or had no final "
        "answer."
    )
    return Page("Lengths and truncation", [Table(frame)], notes, [caption])
