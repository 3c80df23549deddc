"""Difficulty (paper 3.2, step 2, and Eq. 1): judges' scores, their median, the four levels."""

import re
from collections.abc import Iterable

import polars as pl

from warriorcoder.curation.difficulty_prompt import GRADES

SCORE = re.compile(r"\[\[(10|[1-9])\]\]")


def parse_score(generated: str) -> int | None:
    """The last well-formed `[[n]]` with n in 1..10, or None.

    Anything else in double brackets (`[[0]]`, `[[12]]`, `[[7.5]]`, `[[n]]`) is ill-formed and is
    passed over: it is no score, and never one that is clipped into the range.
    """
    scores = SCORE.findall(generated)
    return int(scores[-1]) if scores else None


def level(score: float, levels: str) -> str:
    """excellent, good, average or poor, as the prompt with these `levels` (a key of `GRADES`) says.

    A median between two levels (5.5) belongs to the lower one, as Eq. 1 treats it.
    """
    return next(name for name, (lowest, _) in GRADES[levels].items() if score >= lowest)


def aggregate(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Columns id, difficulty: the median of the scores that parsed, null where none did.

    Args:
        frames: tables `difficulty`, one per judge; rows come in the order of first appearance.
    """
    scores = pl.concat([frame.select("id", "score") for frame in frames])
    return scores.group_by("id", maintain_order=True).agg(
        difficulty=pl.col("score").cast(pl.Float64).median()
    )


def rate(curated: pl.DataFrame, frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """`curated` with the column difficulty of `aggregate`, in its own order.

    Raises:
        ValueError: the scores are of other instructions than `curated` holds.
    """
    scores = aggregate(frames)
    if set(scores["id"]) != set(curated["id"]):
        odd = sorted(set(scores["id"]) ^ set(curated["id"]))
        raise ValueError(
            f"difficulty and curated tables disagree on {len(odd)} ids, {odd[0]!r} for one; "
            "delete the difficulty tables of this author and run again"
        )
    return curated.join(scores, on="id", how="left", maintain_order="left")
