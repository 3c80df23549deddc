"""Behaviour of judges: parsed verdicts, ties, leanings to the first and the longer answer."""

import polars as pl
from scipy.stats import binomtest

from warriorcoder.arena.judge_aware import with_lengths
from warriorcoder.arena.tally import BATTLE


def wilson(successes: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share; (0, 1) where n = 0."""
    return tuple(binomtest(successes, n).proportion_ci(method="wilson")) if n else (0.0, 1.0)


def verdicts(votes: pl.DataFrame, lengths: pl.DataFrame, by: tuple = ("judge",)) -> pl.DataFrame:
    """Return one row per group of votes (a judge's, unless `by` says otherwise), in order.

    Args:
        lengths: columns id, answerer, length, of every answer voted on.

    Returns:
        by; votes; cut: votes on an answer that was cut; parsed; asked_again: votes after a second
        question, for the mark alone; parse_rate (of votes); tie_rate (of parsed); first_rate,
        first_low, first_high: verdicts for the answer shown first among those for either answer,
        with Wilson's 95 % interval (no position bias: 0.5); longer_rate, longer_low, longer_high:
        the same for the longer answer, where one is; asked_twice: battles with a vote in both
        orders; flip_rate: those of them whose votes differ. Rates are null where their denominator
        is 0.
    """
    verdict, longer = pl.col("verdict"), pl.col("l_attacker") - pl.col("l_defender")
    decided = pl.col("vote").is_in(["attacker", "defender"])
    for_longer = decided & (longer != 0) & ((longer > 0) == (pl.col("vote") == "attacker"))
    table = (
        with_lengths(votes, lengths)
        .group_by(by, maintain_order=True)
        .agg(
            votes=pl.len().cast(pl.Int64),
            cut=((pl.col("cut_attacker") > 0) | (pl.col("cut_defender") > 0)).sum().cast(pl.Int64),
            parsed=verdict.ne("invalid").sum().cast(pl.Int64),
            asked_again=pl.col("again").count().cast(pl.Int64),
            ties=verdict.eq("Tie").sum().cast(pl.Int64),
            first=verdict.eq("A").sum().cast(pl.Int64),
            second=verdict.eq("B").sum().cast(pl.Int64),
            longer=for_longer.sum().cast(pl.Int64),
            unequal=(decided & (longer != 0)).sum().cast(pl.Int64),
        )
    )
    shares = {"first": ("first", pl.col("first") + pl.col("second"))}
    shares["longer"] = ("longer", pl.col("unequal"))
    rates: dict[str, pl.Expr | pl.Series] = {
        "parse_rate": _share("parsed", pl.col("votes")),
        "tie_rate": _share("ties", pl.col("parsed")),
    }
    for name, (part, whole) in shares.items():
        counts = table.select(part, whole.alias("whole")).rows()
        low, high = zip(*[wilson(*each) for each in counts], strict=True) if counts else ([], [])
        rates[f"{name}_rate"] = _share(part, whole)
        rates[f"{name}_low"] = pl.Series(low, dtype=pl.Float64)
        rates[f"{name}_high"] = pl.Series(high, dtype=pl.Float64)
    return (
        table.with_columns(**rates)
        .drop("ties", "first", "second", "longer", "unequal")
        .join(_flips(votes, by), on=by, how="left", maintain_order="left")
        .with_columns(pl.col("asked_twice").fill_null(0))
    )


def pairs(votes: pl.DataFrame, lengths: pl.DataFrame) -> pl.DataFrame:
    """Return `verdicts` by judge and pair of experts (`pair`: both names in alphabetical order)."""
    both = pl.concat_list("attacker", "defender").list.sort().list.join(" & ")
    return verdicts(votes.with_columns(pair=both), lengths, ("judge", "pair"))


def difficulty(ratings: pl.DataFrame) -> pl.DataFrame:
    """judge, ratings, parsed, asked_again, parse_rate, mean (score), of the difficulty ratings."""
    return ratings.group_by("judge", maintain_order=True).agg(
        ratings=pl.len().cast(pl.Int64),
        parsed=pl.col("score").count().cast(pl.Int64),
        asked_again=pl.col("again").count().cast(pl.Int64),
        parse_rate=pl.col("score").is_not_null().mean(),
        mean=pl.col("score").mean(),
    )


def table(
    votes: pl.DataFrame, lengths: pl.DataFrame, ratings: pl.DataFrame, effects: pl.DataFrame
) -> pl.DataFrame:
    """Return one row per judge.

    Its columns are those of `verdicts`, `difficulty` (they begin with `difficulty_`), and each
    effect of table `effects` with its interval (`position`, `position_low`, `position_high`, …).
    `agreement` is the share of the `compared` votes that say what most other judges of the battle
    say.

    A vote is not compared where it is invalid or the others have no single most frequent vote.
    """
    rated = difficulty(ratings).rename(lambda name: f"difficulty_{name}")
    joined = (
        verdicts(votes, lengths)
        .join(_agreement(votes), on="judge", how="left", maintain_order="left")
        .join(
            rated,
            left_on="judge",
            right_on="difficulty_judge",
            how="full",
            coalesce=True,
            maintain_order="left_right",
        )
    )
    for (effect,), rows in effects.group_by("effect", maintain_order=True):
        bounds = {"value": effect} | {end: f"{effect}_{end}" for end in ("low", "high")}
        joined = joined.join(
            rows.select("judge", *bounds).rename(bounds),
            on="judge",
            how="left",
            maintain_order="left",
        )
    counts = ["votes", "cut", "parsed", "asked_again", "asked_twice", "compared"]
    rated_counts = [f"difficulty_{count}" for count in ("ratings", "parsed", "asked_again")]
    return joined.with_columns(pl.col(*counts, *rated_counts).fill_null(0))


def _flips(votes: pl.DataFrame, by: tuple) -> pl.DataFrame:
    """by, asked_twice, flip_rate (see `verdicts`)."""
    battle = dict.fromkeys((*BATTLE, "judge", *by))
    return (
        votes.filter(pl.col("vote") != "invalid")
        .group_by(*battle, maintain_order=True)
        .agg(orders=pl.col("shown_first").n_unique(), said=pl.col("vote").n_unique())
        .filter(pl.col("orders") > 1)
        .group_by(by, maintain_order=True)
        .agg(asked_twice=pl.len().cast(pl.Int64), flip_rate=(pl.col("said") > 1).mean())
    )


def _agreement(votes: pl.DataFrame) -> pl.DataFrame:
    """judge, compared, agreement (see `table`)."""
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
