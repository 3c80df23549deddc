"""The yield funnel: why rows went on or did not, counted per sampling config (table `funnel`)."""

from collections.abc import Iterable

import polars as pl

from warriorcoder.curation.tables import FUNNEL


def tally(stages: Iterable[tuple[str, str | None, pl.DataFrame]]) -> pl.DataFrame:
    """Table `funnel` of (stage, reason, rows), in the order of the stages.

    Each frame has columns expert and sampling; where the reason is None it also has the column
    reason, one for every row. Within a stage: sorted by expert, sampling and reason.
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
