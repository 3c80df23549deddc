"""Krippendorff's alpha of the judges' votes (nominal), with bootstrap intervals.

alpha = 1 - observed / expected disagreement (Krippendorff, 2011, "Computing Krippendorff's
Alpha-Reliability"): 1 where judges always agree, 0 where they agree as often as chance.
"""

from itertools import combinations

import numpy as np
import polars as pl

from warriorcoder.arena.tally import BATTLE
from warriorcoder.core.seeds import rng

VOTES = ("attacker", "defender", "tie")
RESAMPLES = 1000


def alpha(units: np.ndarray) -> float | None:
    """alpha of `units` [units, values]: how often each value was given. Null where it is 0 / 0.

    A unit that one rater valued, or none, is left out.
    """
    return _alphas(_sums(units).sum(0)[None])[0]


def judges(votes: pl.DataFrame, run_seed: int) -> pl.DataFrame:
    """Return agreement of all judges, then of every two.

    Returns:
        judges (names, joined by " & "; null for all together), battles that at least two of them
        voted on (asked in both orders, a battle counts twice), alpha, low, high: 95 % of the
        bootstrap's resamples of instructions. Null where there is nothing to compare, or no
        disagreement to expect. Invalid votes are missing values.
    """
    cast = votes.with_columns(asked=pl.int_range(pl.len()).over(*BATTLE, "judge")).filter(
        pl.col("vote").is_in(VOTES)
    )
    names = votes["judge"].unique().sort().to_list()
    rows = [(None, *_of_judges(cast, run_seed))]
    for pair in combinations(names, 2):
        found = _of_judges(cast.filter(pl.col("judge").is_in(pair)), run_seed)
        rows.append((" & ".join(pair), *found))
    schema = {"judges": pl.String, "battles": pl.Int64} | dict.fromkeys(
        ("alpha", "low", "high"), pl.Float64
    )
    return pl.DataFrame(rows, schema=schema, orient="row")


def _of_judges(cast: pl.DataFrame, run_seed: int) -> tuple:
    """battles, alpha, low, high."""
    units = (
        cast.group_by(*BATTLE, "asked", maintain_order=True)
        .agg(**{f"n_{vote}": pl.col("vote").eq(vote).sum().cast(pl.Int64) for vote in VOTES})
        .filter(pl.sum_horizontal("^n_.*$") > 1)
    )
    if units.is_empty():
        return 0, None, None, None
    sums = _sums(units.select("^n_.*$").to_numpy())
    instruction = units["id"].rank("dense").to_numpy().astype(np.int64) - 1
    per_instruction = np.stack([np.bincount(instruction, column) for column in sums.T], axis=1)
    # Instructions that sum to the same cannot be told apart: it is drawn how often each sum comes.
    kinds, times = np.unique(per_instruction, axis=0, return_counts=True)
    draw = rng("krippendorff", run_seed)
    drawn = draw.multinomial(times.sum(), times / times.sum(), size=RESAMPLES) @ kinds
    spread = [value for value in _alphas(drawn) if value is not None]
    found = _alphas(sums.sum(0)[None])[0]
    bounds = np.percentile(spread, [2.5, 97.5]).tolist() if spread else (None, None)
    return len(units), found, *bounds


def _sums(units: np.ndarray) -> np.ndarray:
    """Return two facts per unit.

    [units, values + 1]: how often each value was given, and pairs that differ / (m - 1)
    where m raters valued it; zeros where m < 2.
    """
    raters = units.sum(1)
    differ = (raters**2 - (units**2).sum(1)) / np.maximum(raters - 1, 1)
    return np.column_stack([units, differ]) * (raters > 1)[:, None]


def _alphas(sums: np.ndarray) -> list[float | None]:
    """alpha of each row of summed `_sums`."""
    given, observed = sums[:, :-1], sums[:, -1]
    n = given.sum(1)
    differ = n**2 - (given**2).sum(1)
    return [
        float(1 - o * (m - 1) / d) if d > 0 else None
        for o, m, d in zip(observed, n, differ, strict=True)
    ]
