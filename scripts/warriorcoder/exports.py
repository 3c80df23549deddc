"""Training sets from gold answers, in the shapes TRL reads, every row with its whole lineage."""

import polars as pl

MINED = ["id", "sampling", "seed", "model", "revision", "prefix_sha256"]
SELECTED = ["id", "cluster", "difficulty", "rank", "radius"]
DIFFICULTY = ["judge", "score"]
VOTES = ["attacker", "defender", "judge", "shown_first", "verdict", "vote"]


def lineage(
    mined: pl.DataFrame,
    selected: pl.DataFrame,
    difficulty: pl.DataFrame,
    votes: pl.DataFrame,
    ratings: pl.DataFrame,
) -> pl.DataFrame:
    """One row per instruction: how it was mined, rated, selected and voted on.

    `ratings` (columns expert, rating) are those that entered Eq. 5; they are the same in all rows.
    """
    used = ratings.select(ratings=pl.struct("expert", "rating").implode())
    return (
        selected.select(SELECTED)
        .join(mined.select(MINED), on="id", maintain_order="left")
        .join(
            _nested(difficulty, DIFFICULTY, "difficulty_scores"),
            on="id",
            how="left",
            maintain_order="left",
        )
        .join(_nested(votes, VOTES, "votes"), on="id", how="left", maintain_order="left")
        .join(used, how="cross", maintain_order="left")
    )


def sft(scored: pl.DataFrame, passport: pl.DataFrame) -> pl.DataFrame:
    """Conversational SFT rows: `messages` (user, assistant), the winner, its margin, the lineage.

    `margin` is the winner's score less the best other candidate's; null where it had no rival.
    Winners without a final answer (a thought that did not end) teach nothing and are left out.
    """
    best_other = scored.filter(~pl.col("gold")).group_by("id").agg(other=pl.max("score"))
    return (
        scored.filter(pl.col("gold"), pl.col("answer") != "")
        .join(best_other, on="id", how="left", maintain_order="left")
        .select(
            "id",
            "author",
            messages=pl.concat_list(_turn("user", "instruction"), _turn("assistant", "answer")),
            winner="candidate",
            score="score",
            margin=pl.col("score") - pl.col("other"),
        )
        .join(passport, on="id", maintain_order="left")
    )


def preferences(scored: pl.DataFrame, passport: pl.DataFrame) -> pl.DataFrame:
    """Preference pairs: the gold answer against every other that scored lower and reads different.

    Columns `prompt`, `chosen`, `rejected` are lists of messages; no message is empty.
    """
    scored = scored.filter(pl.col("answer") != "")
    gold = scored.filter(pl.col("gold")).select(
        "id", "author", "instruction", "candidate", "answer", "score"
    )
    return (
        gold.join(
            scored.filter(~pl.col("gold")), on="id", suffix="_rejected", maintain_order="left"
        )
        .filter(
            (pl.col("score") > pl.col("score_rejected"))
            & (pl.col("answer") != pl.col("answer_rejected"))
        )
        .select(
            "id",
            "author",
            prompt=pl.concat_list(_turn("user", "instruction")),
            chosen=pl.concat_list(_turn("assistant", "answer")),
            rejected=pl.concat_list(_turn("assistant", "answer_rejected")),
            chosen_expert="candidate",
            rejected_expert="candidate_rejected",
            margin=pl.col("score") - pl.col("score_rejected"),
        )
        .join(passport, on="id", maintain_order="left")
    )


def _turn(role: str, column: str) -> pl.Expr:
    return pl.struct(role=pl.lit(role), content=pl.col(column))


def _nested(frame: pl.DataFrame, columns: list[str], name: str) -> pl.DataFrame:
    return frame.group_by("id", maintain_order=True).agg(pl.struct(columns).alias(name))
