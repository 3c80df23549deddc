"""How judges behave: what can be parsed, ties, position bias, agreement with their peers."""

from math import sqrt

import polars as pl

from warriorcoder.analysis.pages import Page, Table
from warriorcoder.ratings import BATTLE


def wilson(successes: int, n: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """Wilson's 95 % interval of a share; (0, 1) where n = 0."""
    if n == 0:
        return 0.0, 1.0
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def verdicts(votes: pl.DataFrame) -> pl.DataFrame:
    """One judge a row, judges in order of appearance.

    Returns:
        judge; votes; cut: votes on an answer that was cut; parsed; parse_rate (of votes); tie_rate
        (of parsed); first_rate, first_low, first_high: verdicts for the answer shown first among
        those for either answer, with Wilson's 95 % interval (no position bias: 0.5); compared;
        agreement: share of the `compared` votes that say what most other judges of the battle say.
        A vote is not compared where it is invalid or where the others have no single most frequent
        vote. Rates are null where their denominator is 0.
    """
    verdict = pl.col("verdict")
    table = votes.group_by("judge", maintain_order=True).agg(
        votes=pl.len().cast(pl.Int64),
        cut=((pl.col("cut_attacker") > 0) | (pl.col("cut_defender") > 0)).sum().cast(pl.Int64),
        parsed=verdict.ne("invalid").sum().cast(pl.Int64),
        ties=verdict.eq("Tie").sum().cast(pl.Int64),
        first=verdict.eq("A").sum().cast(pl.Int64),
        second=verdict.eq("B").sum().cast(pl.Int64),
    )
    intervals = [wilson(first, first + b) for first, b in table.select("first", "second").rows()]
    return (
        table.with_columns(
            parse_rate=_share("parsed", pl.col("votes")),
            tie_rate=_share("ties", pl.col("parsed")),
            first_rate=_share("first", pl.col("first") + pl.col("second")),
            first_low=pl.Series([low for low, _ in intervals], dtype=pl.Float64),
            first_high=pl.Series([high for _, high in intervals], dtype=pl.Float64),
        )
        .drop("ties", "first", "second")
        .join(_agreement(votes), on="judge", how="left", maintain_order="left")
    )


def difficulty(ratings: pl.DataFrame) -> pl.DataFrame:
    """judge, ratings, parsed, parse_rate, mean (score), of the difficulty ratings."""
    return ratings.group_by("judge", maintain_order=True).agg(
        ratings=pl.len().cast(pl.Int64),
        parsed=pl.col("score").count().cast(pl.Int64),
        parse_rate=pl.col("score").is_not_null().mean(),
        mean=pl.col("score").mean(),
    )


def table(votes: pl.DataFrame, ratings: pl.DataFrame) -> pl.DataFrame:
    """`verdicts` and `difficulty` side by side; the latter's columns begin with `difficulty_`."""
    rated = difficulty(ratings).rename(lambda name: f"difficulty_{name}")
    joined = verdicts(votes).join(
        rated,
        left_on="judge",
        right_on="difficulty_judge",
        how="full",
        coalesce=True,
        maintain_order="left_right",
    )
    counts = ["votes", "cut", "parsed", "compared", "difficulty_ratings", "difficulty_parsed"]
    return joined.with_columns(pl.col(counts).fill_null(0))


def page(judged: pl.DataFrame, truth: dict | None = None) -> Page:
    """`table`'s rows for readers, with the accuracy against execution where there is one."""
    percent = {
        "parse_rate": "verdicts parsed (%)",
        "tie_rate": "ties (%)",
        "first_rate": "for the answer shown first (%)",
        "agreement": "agrees with the other judges (%)",
        "difficulty_parse_rate": "ratings parsed (%)",
    }
    frame = judged.select(
        "judge",
        "votes",
        pl.col("cut").alias("on answers cut"),
        *[(100 * pl.col(name)).alias(title) for name, title in percent.items()],
        pl.col("difficulty_mean").alias("mean difficulty"),
    )
    frame.insert_column(6, _interval(judged))
    pages = [Table(frame, numbers=frozenset({"95 % interval"}))]
    if truth:
        accuracy = pl.DataFrame(
            [(judge, row["n"], 100 * row["accuracy"]) for judge, row in truth["per_judge"].items()],
            schema=["judge", "votes with known truth", "accuracy against execution (%)"],
            orient="row",
        )
        pages.append(Table(accuracy, "Verdicts against execution"))
        marks = ["A", "B", "Tie", "invalid"]
        confusion = pl.DataFrame(
            [(said, *[row[mark] for mark in marks]) for said, row in truth["confusion"].items()],
            schema=["truth \\ verdict", *marks],
            orient="row",
        )
        pages.append(Table(confusion, "Truth (rows) and verdict (columns)"))
    notes = [
        "Shown first: share of the decided verdicts; 50 % is unbiased, since the order is drawn. "
        "Agreement: with the most frequent vote of the other judges on the same battle.",
        "Verdicts that cannot be parsed are neither votes nor ties.",
    ]
    return Page("Judges", pages, notes)


def _agreement(votes: pl.DataFrame) -> pl.DataFrame:
    """judge, compared, agreement (see `verdicts`)."""
    sides = ("attacker", "defender", "tie")
    said = {side: pl.col("vote").eq(side).cast(pl.Int64) for side in sides}
    others = {
        f"others_{side}": is_it.sum().over(BATTLE) - is_it.sum().over(*BATTLE, "judge")
        for side, is_it in said.items()
    }
    most = pl.max_horizontal(*others)
    leaders = pl.sum_horizontal(pl.col(other).eq(most) for other in others)
    agrees = pl.any_horizontal(
        is_it.eq(1) & pl.col(other).eq(most)
        for is_it, other in zip(said.values(), others, strict=True)
    )
    return (
        votes.with_columns(**others)
        .filter(pl.col("vote").is_in(sides), most > 0, leaders == 1)
        .group_by("judge", maintain_order=True)
        .agg(compared=pl.len().cast(pl.Int64), agreement=agrees.mean())
    )


def _share(part: str, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(pl.col(part) / whole)


def _interval(judged: pl.DataFrame) -> pl.Series:
    """`first_low` and `first_high` as text."""
    bounds = judged.select("first_low", "first_high").rows()
    texts = [None if low is None else f"{100 * low:.1f}-{100 * high:.1f}" for low, high in bounds]
    return pl.Series("95 % interval", texts, dtype=pl.String)
