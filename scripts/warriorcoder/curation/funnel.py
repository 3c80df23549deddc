"""The yield funnel: counts of kept and dropped rows by reason and sampling config."""

from collections.abc import Iterable

import polars as pl

from warriorcoder.core import seeds
from warriorcoder.curation.tables import DROPPED, FUNNEL

# Reason of a drop → config keys that would keep such rows. Decontamination's reason is a benchmark.
KEYS = {
    "truncated": "mining.max_tokens",
    "special_token": "mining.per_config",
    "template_debris": "mining.per_config",
    "too_short": "curation.min_chars",
    "too_long": "curation.max_chars",
    "not_english": "curation.min_ascii_share",
    "answered": "mining.per_config",
    "repeated_text": "curation.requests_only",
    "several_turns": "curation.requests_only",
    "assistant_voice": "curation.requests_only",
    "about_the_model": "curation.requests_only",
    "answer": "curation.requests_only",
    "unfinished": "curation.requests_only",
    "nothing_given": "curation.requests_only",
    "other_language": "curation.language",
    "exact_duplicate": "mining.per_config",
    "near_duplicate": "curation.jaccard",
    "unparsed": "difficulty.max_tokens",
    "too_easy": "difficulty.threshold",
    "outlier": "compression.outliers",
}
EXAMPLES = 2  # of each reason and expert
DROPS = ("filter", "dedup", "difficulty", "decontaminate")  # stages that may drop all


def tally(stages: Iterable[tuple[str, str | None, pl.DataFrame]]) -> pl.DataFrame:
    """Return the table `funnel` of (stage, reason, rows), in the order of the stages.

    Each frame has columns expert and sampling. If the reason is None, the frame also has the column
    reason. Rows of a stage are sorted by expert, sampling and reason.
    """
    counted = [pl.DataFrame(schema=FUNNEL.schema)]
    for stage, reason, frame in stages:
        if reason is not None:
            frame = frame.with_columns(reason=pl.lit(reason, pl.String))
        keys = ["expert", "sampling", "reason"]
        counts = frame.group_by(keys).len("rows").sort(keys)
        counted.append(
            counts.select(
                "expert",
                "sampling",
                pl.lit(stage, pl.String).alias("stage"),
                "reason",
                pl.col("rows").cast(pl.Int64),
            )
        )
    return pl.concat(counted)


def examples(stages: Iterable[tuple[str, str | None, pl.DataFrame]], seed: int) -> pl.DataFrame:
    """Return the table `dropped`: a draw of `EXAMPLES` rows of each reason to drop, by the seed.

    The frames are those of `tally`, with the columns id and text.
    """
    found = [pl.DataFrame(schema=DROPPED.schema)]
    for stage, reason, frame in stages:
        if stage in DROPS or reason == "outlier":
            named = (
                frame if reason is None else frame.with_columns(reason=pl.lit(reason, pl.String))
            )
            found.append(named.select(pl.lit(stage).alias("stage"), *list(DROPPED.schema)[1:]))
    draw = pl.col("id").map_elements(
        lambda id: seeds.digest("dropped", seed, id), return_dtype=pl.String
    )
    rows = pl.concat(found).with_columns(draw=draw).sort("draw")
    chosen = rows.group_by("stage", "reason", maintain_order=True).head(EXAMPLES)
    return chosen.sort("stage", "reason", "draw").select(list(DROPPED.schema))


def dropped(funnel: pl.DataFrame) -> dict[str, int]:
    """Return the rows of a table `funnel` that a stage dropped, by reason."""
    drops = funnel.filter(pl.col("stage").is_in(DROPS))
    return dict(drops.group_by("reason", maintain_order=True).agg(pl.col("rows").sum()).iter_rows())
