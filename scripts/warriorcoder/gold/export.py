"""Training sets from gold answers, in the shapes TRL reads, every row with its whole lineage."""

import polars as pl

from warriorcoder.arena.battle_score import DIGITS
from warriorcoder.config.gold import Export
from warriorcoder.config.rating import Rating
from warriorcoder.gold.final_score import expected_column

MINED = ["id", "shard", "row", "sampling", "seed", "model", "revision", "prefix_sha256"]
SELECTED = ["id", "cluster", "difficulty", "rank", "radius"]
DIFFICULTY = ["judge", "score"]
ANSWERS = ["answerer", "seed", "finish_reason", "n_tokens"]
VOTES = ["attacker", "defender", "judge", "shown_first", "cut_attacker", "cut_defender"]
VOTES += ["verdict", "vote"]
BATTLES = ["attacker", "defender", "t_attacker", "t_defender", "votes", "local", "expected"]
# Why an instruction is left out → the config key that would keep it.
KEYS = {
    "empty": "answers.max_tokens",
    "margin": "export.min_margin",
    "stability": "export.min_stability",
}
REASONS = tuple(KEYS)
SCORES = ["candidate", "battles", "local", "expected", "score"]


def lineage(
    *,
    mined: pl.DataFrame,
    selected: pl.DataFrame,
    difficulty: pl.DataFrame,
    answers: pl.DataFrame,
    votes: pl.DataFrame,
    outcomes: pl.DataFrame,
    rating: Rating,
    ratings: pl.DataFrame,
    scored: pl.DataFrame,
    stability: pl.DataFrame,
    prompt_sha256: str | None,
) -> pl.DataFrame:
    """Return one row per instruction: mining, ratings, selection, answers, votes and scores.

    `ratings` (columns expert, rating) are those that entered Eq. 5, `prompt_sha256` is of what the
    judges were asked; both are the same in all rows. `stability` is `contest.stability`'s.
    """
    shard = pl.concat_str("expert", "sampling", separator="/")
    battles = outcomes.with_columns(expected=pl.col(expected_column(rating)))
    fought = scored.select("id", answerer="candidate")
    answers = answers.join(fought, on=["id", "answerer"], how="semi", maintain_order="left")
    passport = (
        selected.select(SELECTED)
        .join(mined.with_columns(shard=shard).select(MINED), on="id", maintain_order="left")
        .join(stability, on="id", how="left", maintain_order="left")
    )
    for frame, columns, name in (
        (difficulty, DIFFICULTY, "difficulty_scores"),
        (answers, ANSWERS, "answers"),
        (votes, VOTES, "votes"),
        (battles, BATTLES, "battles"),
        (scored, SCORES, "scores"),
    ):
        nested = frame.group_by("id", maintain_order=True).agg(pl.struct(columns).alias(name))
        passport = passport.join(nested, on="id", how="left", maintain_order="left")
    used = ratings.select(
        ratings=pl.struct("expert", "rating").implode(),
        judge_prompt_sha256=pl.lit(prompt_sha256, pl.String),
    )
    return passport.join(used, how="cross", maintain_order="left")


def left_out(scored: pl.DataFrame, stability: pl.DataFrame, asked: Export) -> pl.DataFrame:
    """Return columns id, reason (the first of `REASONS` that holds) of rows not to train on.

    An empty gold answer (a thought that did not end) teaches nothing; the others are too uncertain.

    The margin is the best score of an instruction less the next, whichever answer is gold, so that
    a control has the instructions of its model. Where nobody fought there is none to be too small.
    """
    best = pl.col("score").sort(descending=True)
    judged = (
        scored.group_by("id", maintain_order=True)
        .agg(
            margin=(best.get(0) - best.get(1, null_on_oob=True)).round(DIGITS),
            answer=pl.col("answer").filter("gold").first(),
        )
        .join(stability, on="id", how="left", maintain_order="left")
    )
    reason = (
        pl.when(pl.col("answer") == "")
        .then(pl.lit("empty"))
        .when(pl.col("margin") < (asked.min_margin or 0))
        .then(pl.lit("margin"))
        .when(pl.col("stability") < (asked.min_stability or 0))
        .then(pl.lit("stability"))
    )
    return judged.select("id", reason=reason).filter(pl.col("reason").is_not_null())


def sft(scored: pl.DataFrame, passport: pl.DataFrame) -> pl.DataFrame:
    """Return conversational SFT rows: messages, prompt, completion, winner, margin, lineage.

    TRL puts loss on `completion` alone. `margin` is the winner's score less the best other
    candidate's; null where it had no rival.
    """
    best_other = scored.filter(~pl.col("gold")).group_by("id").agg(other=pl.max("score"))
    return (
        scored.filter(pl.col("gold"))
        .join(best_other, on="id", how="left", maintain_order="left")
        .select(
            "id",
            "author",
            messages=pl.concat_list(_turn("user", "instruction"), _turn("assistant", "answer")),
            prompt=pl.concat_list(_turn("user", "instruction")),
            completion=pl.concat_list(_turn("assistant", "answer")),
            winner="candidate",
            score="score",
            margin=pl.col("score") - pl.col("other"),
        )
        .join(passport, on="id", maintain_order="left")
    )


def preferences(scored: pl.DataFrame, passport: pl.DataFrame) -> pl.DataFrame:
    """Return pairs of the gold answer and each different answer that scored lower.

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
