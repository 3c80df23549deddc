"""Impute the results of battles without votes, so that Eq. 5 stays a mean over all pairs.

A vote goes to A over B on instruction i with chance lapse + (1 - 2 lapse) sigmoid(theta[i, A] -
theta[i, B]): Bradley-Terry between answers, with judges who err at any gap. An answer's theta is
normal around its expert's mean, with one variance for all. `fit` finds these from the votes at hand
(empirical Bayes: Laplace's approximation, EM, the lapse of the greatest evidence); `complete`
predicts x (Eq. 2) and s of the battles that were not fought.

Dense layout: arrays [instructions, n, n] hold the row's player against the column's.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtr, xlogy

from warriorcoder.arena import elo
from warriorcoder.arena.battle_score import battle_score

ROUNDS, STEPS = 8, 3  # of EM, and of Fisher scoring in each
LEAST_VARIANCE = 0.05
LAPSES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25)


@dataclass(frozen=True)
class Latent:
    """Posterior of theta: mean [instructions, n], covariance [instructions, n, n]."""

    mean: np.ndarray
    covariance: np.ndarray
    lapse: float

    @property
    def gap(self) -> np.ndarray:
        """Return mean of theta[i, A] - theta[i, B], [instructions, n, n]."""
        return self.mean[:, :, None] - self.mean[:, None, :]

    @property
    def spread(self) -> np.ndarray:
        """Return variance of theta[i, A] - theta[i, B], [instructions, n, n]."""
        own = np.einsum("iaa->ia", self.covariance)
        return own[:, :, None] + own[:, None, :] - 2 * self.covariance

    def chance(self, gap: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the chance of a vote for the row's player at this gap, and its derivative."""
        p = expit(gap)
        steep = 1 - 2 * self.lapse
        return self.lapse + steep * p, steep * p * (1 - p)


def fit(wins: np.ndarray) -> Latent:
    """Return the posterior of theta, given the numbers of votes `wins` for the row's player."""
    found = [_fit(wins, lapse) for lapse in LAPSES]
    return max(found, key=lambda each: each[1])[0]


def _fit(wins: np.ndarray, lapse: float) -> tuple[Latent, float]:
    """The posterior with this lapse, and its log evidence."""
    count, n, _ = wins.shape
    votes = wins + wins.swapaxes(1, 2)
    expert, variance, theta = np.zeros(n), 1.0, np.zeros((count, n))
    latent = Latent(theta, np.zeros((count, n, n)), lapse)
    for _ in range(ROUNDS):
        for _ in range(STEPS):
            p, slope = latent.chance(theta[:, :, None] - theta[:, None, :])
            pull = slope / (p * (1 - p))
            information = votes * slope * pull
            precision = np.eye(n) / variance - information
            precision[:, range(n), range(n)] += information.sum(2)
            score = ((wins - votes * p) * pull).sum(2) - (theta - expert) / variance
            theta = theta + np.linalg.solve(precision, score[..., None])[..., 0].clip(-2, 2)
        covariance = np.linalg.inv(precision)
        deviation = ((theta - expert) ** 2).sum() / variance
        p, _ = latent.chance(theta[:, :, None] - theta[:, None, :])
        evidence = xlogy(wins, p).sum() - deviation / 2
        evidence -= (np.linalg.slogdet(precision)[1] + n * np.log(variance)).sum() / 2
        expert = theta.mean(0) - theta.mean()
        own = np.einsum("iaa->ia", covariance)
        variance = max(float(((theta - expert) ** 2 + own).mean()), LEAST_VARIANCE)
    return Latent(theta, covariance, lapse), float(evidence)


def results(wins: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return x (Eq. 2) and s of the row's player, [instructions, n, n] each."""
    lost = wins.swapaxes(1, 2)
    cast = wins + lost
    local = np.divide(wins, cast, np.full(wins.shape, 0.5), where=cast > 0)
    return local, (np.sign(wins - lost) + 1) / 2


def complete(
    wins: np.ndarray, asked: np.ndarray, judges: np.ndarray, latent: Latent
) -> tuple[np.ndarray, np.ndarray]:
    """Return x and s of all battles, [instructions, n, n] each, imputed where not `asked`.

    Expected s come in hundredths: they are no surer than that.

    Args:
        judges: votes [n, n] that each pair's battle would get.
    """
    shrunk = np.sqrt(1 + np.pi * latent.spread / 8)  # MacKay's mean of a sigmoid of a normal
    p, slope = latent.chance(latent.gap / shrunk)
    deviation = np.sqrt(4 * judges * p * (1 - p) + (2 * judges * slope) ** 2 * latent.spread)
    x, s = results(wins)
    expected = ndtr(judges * (2 * p - 1) / deviation)
    return np.where(asked, x, p), np.where(asked, s, expected.round(2))


def scores(x: np.ndarray, rating: np.ndarray, alpha: float) -> np.ndarray:
    """Return e (Eq. 5) over all pairs, [instructions, n], of local scores x and ratings [n]."""
    n = len(rating)
    e = battle_score(alpha, elo.expected(rating[:, None], rating), x)
    return np.where(np.eye(n, dtype=bool), 0, e).sum(2) / (n - 1)
