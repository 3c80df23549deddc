"""One line per instruction: its winner, how clearly it won, and whether the judges agreed."""

import polars as pl

from warriorcoder.arena.battle_score import DIGITS, battle_score
from warriorcoder.arena.players import numbers
from warriorcoder.arena.tally import BATTLE
from warriorcoder.config.rating import Rating
from warriorcoder.core.tables import FLAG, INT, REAL, TEXT
from warriorcoder.gold.diagnostics import UNSTABLE, overruled
from warriorcoder.gold.final_score import expected_column
from warriorcoder.report.categories import categorise

VOTES = ("attacker", "defender", "tie")
SCHEMA = {
    "id": TEXT,
    "author": TEXT,
    "rank": INT,
    "category": TEXT,
    "difficulty": REAL,
    "winner": TEXT,  # whose answer is gold
    "second": TEXT,  # the best other candidate, null without one
    "margin": REAL,  # the winner's e less the second's, null without battles
    "disagreement": REAL,  # share of pairs of votes on the same battle that differ, null without
    "overruled": FLAG,  # the ratings reversed the votes, on the winner or in a battle
    "split": FLAG,  # a battle has votes for both players
    "unstable": FLAG,  # the winner stays in less than `UNSTABLE` of the draws of its votes
    "exported": FLAG,  # the training sets have it
    "text": TEXT,
}


def outline(
    selected: pl.DataFrame,
    scored: pl.DataFrame,
    outcomes: pl.DataFrame,
    votes: pl.DataFrame,
    stability: pl.DataFrame,
    experts: list[str],
    rating: Rating,
) -> pl.DataFrame:
    """Return a row of `SCHEMA` per instruction, by author in roster order and by rank.

    An instruction is overruled where another candidate than the winner has the highest mean x, or
    where the loser of an undivided vote scores higher in the battle.

    Args:
        selected: table `selected` of the roster's authors.
        scored: table `scored` of the roster, `answer` and `instruction` not needed.
        outcomes: table `outcomes` of the roster.
        votes: table `votes` on the roster's battles, `raw` not needed.
        stability: columns id, stability, of the instructions in the training set.
        experts: the roster.
        rating: the section `rating` that scored the battles.
    """
    frame = selected.select("id", "rank", "difficulty", "text", author="expert")
    for joined in (_winners(scored), _disagreement(votes), _reversed(outcomes, rating), stability):
        frame = frame.join(joined, on="id", how="left", maintain_order="left")
    return (
        frame.with_columns(
            category=pl.col("text").map_elements(categorise, return_dtype=TEXT),
            split=pl.col("split").fill_null(False),
            overruled=pl.any_horizontal("outvoted", "reversed").fill_null(False),
            unstable=(pl.col("stability") < UNSTABLE).fill_null(False),
            exported=pl.col("id").is_in(stability["id"].implode()),
        )
        .sort(numbers(pl.col("author"), experts), "rank")
        .select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
    )


def _winners(scored: pl.DataFrame) -> pl.DataFrame:
    """id, winner, second, margin, outvoted (another candidate has the highest mean x)."""
    ranked = scored.sort("score", descending=True, nulls_last=True, maintain_order=True)
    others = (
        ranked.filter(~pl.col("gold"))
        .group_by("id", maintain_order=True)
        .agg(
            pl.first("candidate").alias("second"), pl.first("score").alias("next"), pl.max("local")
        )
    )
    return (
        scored.filter("gold")
        .select("id", "score", winner="candidate", own="local")
        .join(others, on="id", how="left")
        .select(
            "id",
            "winner",
            "second",
            margin=(pl.col("score") - pl.col("next")).round(DIGITS),
            outvoted=pl.col("local").round(DIGITS) > pl.col("own").round(DIGITS),
        )
    )


def _reversed(outcomes: pl.DataFrame, rating: Rating) -> pl.DataFrame:
    """id, split, reversed (a battle's loser of an undivided vote scores higher)."""
    votes = outcomes["t_attacker"].to_numpy(), outcomes["t_defender"].to_numpy()
    expected, local = (outcomes[name].to_numpy() for name in (expected_column(rating), "local"))
    against = overruled(*votes, battle_score(rating.alpha, expected, local))
    return (
        outcomes.with_columns(reversed=pl.Series(against, dtype=FLAG))
        .group_by("id")
        .agg(
            split=((pl.col("t_attacker") > 0) & (pl.col("t_defender") > 0)).any(),
            reversed=pl.col("reversed").any(),
        )
    )


def _disagreement(votes: pl.DataFrame) -> pl.DataFrame:
    """id, disagreement, of instructions on which a battle has two votes that can be read."""
    count = pl.col("count").cast(REAL)
    pairs = (count * (count - 1)).sum
    return (
        votes.filter(pl.col("vote").is_in(VOTES))
        .group_by(*BATTLE, "vote")
        .agg(count=pl.len())
        .group_by(BATTLE)
        .agg(alike=pairs(), cast=count.sum())
        .group_by("id")
        .agg(pl.sum("alike"), possible=(pl.col("cast") * (pl.col("cast") - 1)).sum())
        .filter(pl.col("possible") > 0)
        .select("id", disagreement=1 - pl.col("alike") / pl.col("possible"))
    )
