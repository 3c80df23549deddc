"""Gold answers that differ between two rosters, and why.

The final score of a candidate is alpha X + (1 - alpha) x of its mean X and x (Eq. 5), which the
scored tables hold. So the winner can be found again with one of votes (x), ratings (X) or alpha of
`b`, and all else of `a`. The first of them that alone leads to the winner of `b` is the reason.
"""

from dataclasses import dataclass

import polars as pl

from warriorcoder.arena.battle_score import DIGITS, battle_score, precedence
from warriorcoder.config.rating import Rating
from warriorcoder.core import tables
from warriorcoder.gold.tables import SCORED
from warriorcoder.provenance import records
from warriorcoder.report.paired.sides import NotComparable, Side

ONLY = "instruction only in {}"
REWRITTEN = "another text of the instruction"
DRAWN = "drawn at random"
ABSENT = "the winner is no candidate on the other side"
TIE = "tie: the two have equal scores on a side"
VOTES, RATINGS, ALPHA = "votes", "ratings (Elo)", "alpha"
TOGETHER = "several of votes, ratings and alpha together"
ANSWER = "same winner, another answer"
SAME = "same"
CHANGES = {  # an instruction whose gold answers differ
    "reason": pl.String,
    "id": pl.String,
    "winner a": pl.String,
    "winner b": pl.String,
    "scores a": pl.String,
    "scores b": pl.String,
}


@dataclass(frozen=True)
class Gold:
    """The scored table of a side, and what decided its gold answers."""

    scored: pl.DataFrame
    alpha: float
    random: bool

    @classmethod
    def of(cls, side: Side) -> "Gold | None":
        """Return the gold answers of a roster; None for a model that no gold answers trained.

        Raises:
            NotComparable: the file of a roster is missing or broken.
        """
        path = side.results / "gold" / side.model / "scored.parquet"
        if not path.parent.exists():
            return None
        try:
            scored = tables.read(SCORED, path)
        except tables.TableError as error:
            raise NotComparable(str(error)) from None
        record = records.read(path)
        if record is None:
            raise NotComparable(f"{path}: it holds no record. Delete it and run snakemake again.")
        alpha = Rating.recorded(record["rating"]).alpha
        return cls(scored, alpha, record["gold"] == "random")


def changes(a: Gold, b: Gold, labels: tuple[str, str]) -> pl.DataFrame:
    """Return the instructions whose gold answers differ, one a row (`CHANGES`)."""
    one, two = (_winners(side.scored, suffix) for side, suffix in ((a, "a"), (b, "b")))
    both = one.join(two, on="id", how="full", coalesce=True, maintain_order="left_right")
    seen = both.join(_found_again(a, b), on="id", how="left", maintain_order="left")
    told = seen.with_columns(_reason(a.random or b.random, labels).alias("reason"))
    moved = told.filter(pl.col("reason") != SAME)
    return moved.select(
        "reason",
        "id",
        pl.col("winner_a").alias("winner a"),
        pl.col("winner_b").alias("winner b"),
        _scores("a").alias("scores a"),
        _scores("b").alias("scores b"),
    ).sort("reason", maintain_order=True)


def counts(a: Gold, b: Gold, changed: pl.DataFrame) -> pl.DataFrame:
    """Return reason → number of instructions, the same gold answers first."""
    ids = pl.concat([a.scored["id"], b.scored["id"]]).n_unique()
    same = pl.DataFrame({"reason": [SAME], "instructions": [ids - len(changed)]})
    why = changed.group_by("reason").agg(instructions=pl.len().cast(pl.Int64))
    return pl.concat([same, why.sort("instructions", "reason", descending=[True, False])])


def _winners(scored: pl.DataFrame, suffix: str) -> pl.DataFrame:
    gold = scored.filter("gold")
    columns = {"instruction": "text", "candidate": "winner", "answer": "answer", "score": "own"}
    return gold.select("id", *(pl.col(c).alias(f"{to}_{suffix}") for c, to in columns.items()))


def _found_again(a: Gold, b: Gold) -> pl.DataFrame:
    """Return id → the winner of each counterfactual, and the scores of both winners on both sides.

    Only candidates of both sides take part.
    """
    columns = ["id", "candidate", "n_tokens", "local", "expected", "score"]
    pairs = a.scored.select(columns).join(
        b.scored.select(columns),
        on=["id", "candidate"],
        suffix="_b",
        maintain_order="left",
    )
    pairs = pairs.with_columns(precedence("id"))
    x, big_x = pl.col("local"), pl.col("expected")
    trials = {
        VOTES: battle_score(a.alpha, big_x, pl.col("local_b")),
        RATINGS: battle_score(a.alpha, pl.col("expected_b"), x),
        ALPHA: battle_score(b.alpha, big_x, x),
    }
    found = pairs.select(pl.col("id").unique(maintain_order=True))
    for name, score in trials.items():
        winners = (
            pairs.with_columns(trial=score.round(DIGITS))
            .sort("trial", "precedence", descending=[True, False], nulls_last=True)
            .group_by("id", maintain_order=True)
            .agg(pl.col("candidate").first().alias(name))
        )
        found = found.join(winners, on="id", maintain_order="left")
    for suffix, score in (("a", "score"), ("b", "score_b")):
        for winner, side in (("winner_a", a), ("winner_b", b)):
            crowned = side.scored.filter("gold").select("id", "candidate")
            of = pairs.join(crowned, on=["id", "candidate"], how="semi")
            named = of.select("id", pl.col(score).round(DIGITS).alias(f"{winner}_on_{suffix}"))
            found = found.join(named, on="id", how="left", maintain_order="left")
    return found


def _reason(drawn: bool, labels: tuple[str, str]) -> pl.Expr:
    a, b = pl.col("winner_a"), pl.col("winner_b")
    tie = pl.any_horizontal(
        pl.col(f"winner_a_on_{side}") == pl.col(f"winner_b_on_{side}") for side in "ab"
    )
    known = pl.all_horizontal(
        pl.col(f"winner_{winner}_on_{side}").is_not_null() for winner in "ab" for side in "ab"
    )
    reason = (
        pl.when(a.is_null())
        .then(pl.lit(ONLY.format(labels[1])))
        .when(b.is_null())
        .then(pl.lit(ONLY.format(labels[0])))
        .when(pl.col("text_a") != pl.col("text_b"))
        .then(pl.lit(REWRITTEN))
        .when((a == b) & (pl.col("answer_a") == pl.col("answer_b")))
        .then(pl.lit(SAME))
        .when(a == b)
        .then(pl.lit(ANSWER))
    )
    if drawn:
        return reason.otherwise(pl.lit(DRAWN))
    reason = reason.when(~known).then(pl.lit(ABSENT)).when(tie).then(pl.lit(TIE))
    for name in (VOTES, RATINGS, ALPHA):
        reason = reason.when(pl.col(name) == b).then(pl.lit(name))
    return reason.otherwise(pl.lit(TOGETHER))


def _scores(suffix: str) -> pl.Expr:
    """Return the scores of the winners of `a` and `b` on a side, as text."""
    parts = [
        pl.col(f"winner_{winner}_on_{suffix}").round(3).cast(pl.String).fill_null("–")
        for winner in "ab"
    ]
    return pl.concat_str(*parts, separator=" / ").fill_null("–")
