"""Difficulty (paper 3.2, step 2, and Eq. 1): scores of judges, their median, the four levels."""

import re
from collections.abc import Iterable

import polars as pl

from warriorcoder.curation.difficulty_prompt import GRADES
from warriorcoder.models.judgments import marked_lines

SCORE = re.compile(r"\[\[(10|[1-9])\]\]")
# A score with its scale, such as `[[7]]/[[10]]` or `**[[7]]** out of **[[10]]**`.
SCALE = re.compile(r"(?<=\d\]\])(\W{0,9}?)(?:/|\bout\s{1,9}of\b)\W{0,9}?\[\[10\]\]")


def parse_score(generated: str) -> int | None:
    """Return the last well-formed `[[n]]` with n in 1..10 of the judge's own, or None.

    A scale behind a score (`[[7]] out of [[10]]`, `[[7]]/[[10]]`) is no score. All other texts in
    double brackets (`[[0]]`, `[[12]]`, `[[7.5]]`, `[[n]]`) are ignored. They are never clipped into
    the range.
    """
    lines = marked_lines(SCALE.sub(r"\1", generated), SCORE)
    return int(lines[-1].marks[-1]) if lines else None


def level(score: float, levels: str) -> str:
    """Return the level of a score: excellent, good, average or poor.

    `levels` is a key of `GRADES`. A median between two levels (5.5) belongs to the lower one, as in
    Eq. 1.
    """
    return next(name for name, (lowest, _) in GRADES[levels].items() if score >= lowest)


def aggregate(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return columns id, difficulty: the median of the parsed scores, null without any.

    Rows come in the order of first appearance.

    Args:
        frames: tables `difficulty`, one per judge.
    """
    scores = pl.concat([frame.select("id", "score") for frame in frames])
    return scores.group_by("id", maintain_order=True).agg(
        difficulty=pl.col("score").cast(pl.Float64).median()
    )


def rate(curated: pl.DataFrame, frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return `curated`, in its order, with the column difficulty of `aggregate`.

    Raises:
        ValueError: the scores are of other instructions than `curated` holds.
    """
    scores = aggregate(frames)
    if set(scores["id"]) != set(curated["id"]):
        odd = sorted(set(scores["id"]) ^ set(curated["id"]))
        raise ValueError(
            f"difficulty and curated tables disagree on {len(odd)} ids, for example {odd[0]!r}. "
            "Delete the difficulty tables of this author and run again"
        )
    return curated.join(scores, on="id", how="left", maintain_order="left")
