"""pass@k and its interval."""

import numpy as np

from warriorcoder.core import seeds

RESAMPLES = 2000


def pass_at_k(n: int, correct: int, k: int) -> float:
    """Return the unbiased estimate of the chance that one of k samples passes.

    `correct` of `n` samples pass.

    1 - C(n - c, k) / C(n, k): Chen et al. 2021 (Codex), Eq. 1.
    """
    if n < k:
        raise ValueError(f"pass@{k} needs at least {k} samples, there are {n}")
    if n - correct < k:
        return 1.0
    return 1.0 - float(np.prod(1.0 - k / np.arange(n - correct + 1, n + 1)))


def mean_with_interval(per_problem: list[float], *parts) -> dict:
    """Return {"value", "ci95"}: the mean, and its 95 % percentile bootstrap interval over problems.

    `parts` seed the bootstrap.
    """
    scores = np.asarray(per_problem, dtype=float)
    draws = seeds.rng("bootstrap", *parts).integers(len(scores), size=(RESAMPLES, len(scores)))
    low, high = np.quantile(scores[draws].mean(axis=1), [0.025, 0.975])
    return {"value": float(scores.mean()), "ci95": [float(low), float(high)]}
