"""Paired tests of the difference between two models' scores on the same problems.

Where a problem has one sample, the models pass or fail it. McNemar's exact test then needs no
assumption: it asks whether the problems that only one model passes are split like coin flips.
Tango's score interval (Statistics in Medicine 17, 1998) belongs to the same model, and stays wide
where no problem differs.

Where a problem has several samples, its score is a share. The sign-flip permutation test then asks
whether the differences are symmetric around 0. The interval is the bootstrap over problems, as that
of each figure.
"""

from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from warriorcoder.core.seeds import rng
from warriorcoder.evaluation.benchmarks.metrics import mean_with_interval

LEVEL, POWER = 0.05, 0.8
Z = float(stats.norm.ppf(1 - LEVEL / 2))
EXACT, PERMUTED = "McNemar, exact", "permutation"
RESAMPLES = 9_999


@dataclass(frozen=True)
class Difference:
    """The score of `b` less that of `a`, as shares.

    Attributes:
        test: the test that gave `p`.
        low, high: the 95 % interval; None where all shares are equal.
        smallest: the smallest true difference that the test finds in 80 of 100 such comparisons at
            p < 0.05; None where no difference of this number of problems would be found.
    """

    test: str
    n: int
    a: float
    b: float
    difference: float
    low: float | None
    high: float | None
    p: float
    gained: int
    lost: int
    smallest: float | None


def compare(a: np.ndarray, b: np.ndarray, *parts) -> Difference:
    """Return the difference of two models' scores [n] on the same n problems.

    `parts` seed the bootstrap and the permutations.
    """
    n, change = len(a), b - a
    gained, lost = int((change > 0).sum()), int((change < 0).sum())
    low: float | None
    high: float | None
    if set(np.unique([a, b])) <= {0.0, 1.0}:
        test, p = EXACT, mcnemar(gained, lost)
        low, high = tango(n, gained, lost)
        smallest = smallest_exact(n, (gained + lost) / n)
    else:
        test, p = PERMUTED, sign_flip(change, *parts)
        low, high = mean_with_interval(change, *parts)["ci95"] if gained + lost else (None, None)
        smallest = smallest_mean(change)
    means = float(a.mean()), float(b.mean()), float(change.mean())
    return Difference(test, n, *means, low, high, p, gained, lost, smallest)


def mcnemar(gained: int, lost: int) -> float:
    """Return the p-value of McNemar's exact test."""
    return float(stats.binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0


def sign_flip(change: np.ndarray, *parts) -> float:
    """Return the two-sided p-value of differences [n] under random signs.

    All signs are tried where at most 13 differences are not 0. Both signs of a single difference
    are as far from 0, so its p is 1.
    """
    moved = change[change != 0]
    if len(moved) < 2:
        return 1.0
    found = stats.permutation_test(
        (moved, np.zeros_like(moved)),
        lambda x, y, axis: (x - y).mean(axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=RESAMPLES,
        rng=rng("sign flips", *parts),
    )
    return float(found.pvalue)


def tango(n: int, gained: int, lost: int) -> tuple[float, float]:
    """Return Tango's 95 % score interval of (gained - lost) / n."""

    def score(delta: float) -> float:
        """Return z, where the true difference is delta (Tango 1998, Eq. 9)."""
        b = -gained - lost + (2 * n - gained + lost) * delta
        c = -lost * delta * (1 - delta)
        q = (np.sqrt(b * b - 8 * n * c) - b) / (4 * n)
        variance = n * (2 * q + delta * (1 - delta))
        away = gained - lost - n * delta
        return away / np.sqrt(variance) if variance > 0 else np.sign(away) * np.inf if away else 0.0

    middle, edge = (gained - lost) / n, 1 - 1e-12
    low = -1.0 if score(-edge) < Z else _root(lambda x: score(x) - Z, -edge, middle)
    high = 1.0 if score(edge) > -Z else _root(lambda x: score(x) + Z, middle, edge)
    return low, high


def smallest_exact(n: int, flips: float) -> float | None:
    """Return the smallest difference that McNemar's test finds with a chance of `POWER`.

    The models differ on a share `flips` of n problems, or on as many as the difference needs. None
    where not even a difference on all problems is found.
    """

    def found(delta: float) -> float:
        share = max(flips, delta)
        m = np.arange(n + 1)
        # With m flips, at most `most` of them may go the other way.
        most = stats.binom.ppf(LEVEL / 2, m, 0.5)
        most -= stats.binom.cdf(most, m, 0.5) > LEVEL / 2
        better = (share + delta) / (2 * share)
        chance = stats.binom.cdf(most, m, 1 - better) + stats.binom.cdf(most, m, better)
        return float(stats.binom.pmf(m, n, share) @ chance)

    if found(1.0) < POWER:
        return None
    return _root(lambda delta: found(delta) - POWER, 1e-9, 1.0)


def smallest_mean(change: np.ndarray) -> float | None:
    """Return the smallest mean difference that a normal test finds with a chance of `POWER`.

    Its spread is that of the differences [n]. None where they are all equal.
    """
    spread = float(change.std(ddof=1)) if len(change) > 1 else 0.0
    needed = (Z + float(stats.norm.ppf(POWER))) * spread / np.sqrt(len(change))
    return float(needed) if 0 < needed <= 1 else None


def _root(function, low: float, high: float) -> float:
    return float(optimize.brentq(function, low, high, xtol=1e-9))
