"""Final scores of candidates (Eq. 5), and the gold answer of every instruction."""

import polars as pl

from warriorcoder.arena.battle_score import DIGITS, battle_score, precedence
from warriorcoder.arena.players import numbers
from warriorcoder.config.rating import Rating
from warriorcoder.core.seeds import seed
from warriorcoder.gold.tables import SCORED

# The table's rating that entered Eq. 5 under each snapshot; `online` ends where `final` does.
SNAPSHOT = {"final": "elo_final", "online": "elo_final", "permuted": "elo_permuted"}


def expected_column(rating: Rating) -> str:
    """Return the column of X (Eq. 3) in table `outcomes` that enters Eq. 5."""
    return f"expected_{rating.snapshot}"


def score(outcomes: pl.DataFrame, rating: Rating) -> pl.DataFrame:
    """Return a row per (id, candidate): battles, mean `local` and `expected`, `score` e (Eq. 5).

    e_A = mean over the battles that A fought on i of alpha X_{A>B} + (1 - alpha) x_{A>B}.
    """
    x = pl.col(expected_column(rating))
    sides = [
        outcomes.select("id", candidate=pl.col("attacker"), local=pl.col("local"), expected=x),
        outcomes.select(
            "id", candidate=pl.col("defender"), local=1 - pl.col("local"), expected=1 - x
        ),
    ]
    return (
        pl.concat(sides)
        .group_by("id", "candidate", maintain_order=True)
        .agg(battles=pl.len().cast(pl.Int64), local=pl.mean("local"), expected=pl.mean("expected"))
        .with_columns(score=battle_score(rating.alpha, pl.col("expected"), pl.col("local")))
    )


def crown(
    scores: pl.DataFrame,
    instructions: pl.DataFrame,
    answers: pl.DataFrame,
    experts: list[str],
    how: str,
    run_seed: int,
) -> pl.DataFrame:
    """Return table `scored`: each candidate's answer with its score, one gold answer per id.

    Args:
        scores: from `score`; empty for a roster of one, whose own answer is gold.
        instructions: columns id, expert, text, in canonical order.
        answers: columns id, answerer, text, n_tokens.
        how: `winner` takes the highest e (ties: fewer tokens, then roster order), `random` any
            candidate, by a seeded hash.
    """
    if len(experts) == 1:
        scores = instructions.select(
            "id", candidate="expert", battles=0, local=None, expected=None, score=None
        ).cast(
            {"battles": pl.Int64, "local": pl.Float64, "expected": pl.Float64, "score": pl.Float64}
        )
    rows = (
        instructions.select("id", author="expert", instruction="text")
        .with_row_index("nth")
        .join(scores, on="id", maintain_order="left")
        .join(
            answers.select("id", candidate="answerer", answer="text", n_tokens="n_tokens"),
            on=["id", "candidate"],
            maintain_order="left",
        )
        .sort("nth", numbers(pl.col("candidate"), experts))
    )
    if how == "random":
        drawn = {
            id: names[seed("random-gold", run_seed, id) % len(names)]
            for id, names in rows.group_by("id").agg("candidate").iter_rows()
        }
        best = pl.DataFrame(
            list(drawn.items()), schema={"id": pl.String, "winner": pl.String}, orient="row"
        )
    else:
        best = (
            rows.with_columns(pl.col("score").round(DIGITS), precedence("nth"))
            .sort("nth", "score", "precedence", descending=[False, True, False])
            .group_by("nth", maintain_order=True)
            .first()
            .select("id", winner="candidate")
        )
    return (
        rows.join(best, on="id", maintain_order="left")
        .with_columns(gold=pl.col("candidate") == pl.col("winner"))
        .select(list(SCORED.schema))
    )
