"""Arenas whose truth is known: experts of given strength, answers of given quality, noisy judges.

Dense layout: arrays [instructions, n, n] hold the row's player against the column's, whoever
attacked. Every pair is judged by the n - 2 others, in the experts' order.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from warriorcoder.arena import bradley_terry as models
from warriorcoder.arena import elo as ratings
from warriorcoder.arena.budgeted import affordable, pairing
from warriorcoder.config.arena import Arena

K, INITIAL, ORDERS = 40, 1000, 100


@dataclass(frozen=True)
class Judges:
    """accuracy: how often a vote goes to the better answer. noise: `constant` over all pairs, or
    `gap`, from a coin's toss at equal quality upwards. position: least and greatest pull of a judge
    to the answer shown first, in logits. ties: how often a judge votes for neither.
    """

    accuracy: float = 0.8
    noise: str = "gap"
    position: tuple[float, float] = (-0.2, 0.6)
    ties: float = 0.05


@dataclass(frozen=True)
class World:
    """quality [instructions, n] in logits, the answers' chance to be right being its sigmoid;
    tokens [instructions, n] are their lengths.
    """

    quality: np.ndarray
    tokens: np.ndarray

    @classmethod
    def of(cls, strengths: np.ndarray, instructions: int, draw: np.random.Generator) -> "World":
        """Each answer is as good as its expert's strength, plus a standard normal of its own."""
        shape = instructions, len(strengths)
        return cls(strengths + draw.standard_normal(shape), draw.integers(100, 1000, shape))

    @property
    def n(self) -> int:
        return self.quality.shape[1]

    @property
    def precedence(self) -> np.ndarray:
        """[instructions, n]: who wins ties (fewer tokens, then roster order), the lowest first."""
        return self.tokens.argsort(1, kind="stable").argsort(1)

    def points(self, gold: np.ndarray) -> float:
        """Mean true quality of the gold answers, in percent."""
        chosen = self.quality[np.arange(len(gold)), gold]
        return float(100 * expit(chosen).mean())

    def votes(self, judges: Judges, draw: np.random.Generator) -> np.ndarray:
        """[instructions, n, n, n - 2]: 1 for the row's player, -1 the column's, 0 neither."""
        n = self.n
        gap = self.quality[:, :, None] - self.quality[:, None, :]
        upper = np.triu(np.ones((n, n), dtype=bool), 1)
        size = np.abs(gap) if judges.noise == "gap" else np.ones_like(gap)
        bias = np.linspace(*judges.position, n)
        pull = np.sign(gap) * size * _scale(size[:, upper], bias, judges.accuracy)
        others = [[[j for j in range(n) if j not in (a, b)] for b in range(n)] for a in range(n)]
        voters = np.array([[line[: n - 2] for line in lines] for lines in others])
        shape = *gap.shape, n - 2
        first = np.where(draw.random(shape) < 0.5, 1, -1)
        right = draw.random(shape) < expit(pull[..., None] + first * bias[voters])
        cast = np.where(draw.random(shape) < judges.ties, 0, np.where(right, 1, -1))
        cast = np.where(upper[:, :, None], cast, 0)
        return (cast - cast.swapaxes(1, 2)).astype(np.int8)


def _scale(size: np.ndarray, bias: np.ndarray, accuracy: float) -> float:
    """The factor on gaps with which judges of these biases are this accurate, by bisection."""
    sample = size.ravel()[:: max(size.size // 10_000, 1)]
    low, high = 0.0, 100.0
    for _ in range(50):
        middle = (low + high) / 2
        pull = middle * sample[:, None]
        right = (expit(pull + bias).mean() + expit(pull - bias).mean()) / 2
        low, high = (middle, high) if right < accuracy else (low, middle)
    return low


def budgeted(
    wins: np.ndarray, how: str, budget: float | None, alpha: float, run_seed: int
) -> tuple[list[pairing.Round], np.ndarray]:
    """All rounds of budgeted pairing where everybody's votes would be `wins`, and those heard."""
    asked = np.zeros(wins.shape, dtype=bool)
    n = wins.shape[1]
    judges, found = np.full((n, n), n - 2), []
    arena = Arena.recorded({"judging": how, "budget": budget})
    for number in range(1, affordable.rounds(arena, n) + 1):
        each = pairing.play(
            arena,
            number,
            asked,
            wins * asked,
            judges,
            alpha=alpha,
            run_seed=run_seed,
        )
        asked = asked | each.battles
        found.append(each)
    return found, wins * asked


def elo(s: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Permuted Elo [n] over all battles, with results s [instructions, n, n]."""
    i, a, d = np.nonzero(np.triu(np.ones_like(s, dtype=bool), 1))
    orders = np.stack([draw.permutation(len(i)) for _ in range(ORDERS)])
    return ratings.elo_orders(a, d, s[i, a, d], orders, s.shape[1], K, INITIAL).mean(0)


def gold(e: np.ndarray, precedence: np.ndarray) -> np.ndarray:
    """The winner of each instruction: the highest e [instructions, n], then by precedence."""
    rounded = e.round(12)
    best = rounded == rounded.max(1, keepdims=True)
    return np.where(best, precedence, precedence.shape[1]).argmin(1)


def bradley_terry(s: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Scores [n] of results s, each battle counted `weight` times (0: it was not fought)."""
    return models.scores((s * weight * ~np.eye(s.shape[1], dtype=bool)).sum(0))
