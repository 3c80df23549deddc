"""Budgeted pairing: some of all battles on every instruction, chosen in rounds from what is known.

A round takes some battles for sure (`swiss`: neighbours in the standings; `information`: those that
say most about who is best; `unclear`: all whose result the ratings cannot tell) and audits a few of
the others, drawn evenly. Every battle's chance in its round is logged, so that sums over all
battles can be estimated without bias. A round depends on earlier ones only: fewer are a prefix.

Dense layout: bool arrays [instructions, n, n], symmetric, say which pairs battle.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from warriorcoder import completion, ratings
from warriorcoder.seeds import rng

SURE = 3.0  # standard deviations of a margin that needs no more battles


@dataclass(frozen=True)
class Round:
    """The battles of a round, and each one's chance to be in it, given the rounds before."""

    battles: np.ndarray
    chance: np.ndarray


def opening(instructions: int, n: int, run_seed: int) -> Round:
    """Round 1: every expert battles once (of an odd number one rests), every pair as often, ±1."""
    even = n + n % 2
    draw = rng("pairing", run_seed, "opening")
    seats, turns = draw.permutation(even), draw.permutation(even - 1)
    chosen = np.zeros((instructions, even, even), dtype=bool)
    step = np.arange(1, even // 2)
    for i in range(instructions):
        turn = turns[i % (even - 1)]  # the circle method: one seat fixed, the others turn
        a = seats[np.append(turn, (turn + step) % (even - 1))]
        d = seats[np.append(even - 1, (turn - step) % (even - 1))]
        chosen[i, a, d] = chosen[i, d, a] = True
    return Round(chosen[:, :n, :n], np.full((instructions, n, n), 1 / (even - 1)))


def swiss(e: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Everyone against the next in the standings e [instructions, n] not met on the instruction."""
    chosen = np.zeros_like(asked)
    for i, standing in enumerate((-e).argsort(1, kind="stable").tolist()):
        while standing:
            a = standing.pop(0)
            b = next((other for other in standing if not asked[i, a, other]), None)
            if b is not None:
                standing.remove(b)
                chosen[i, a, b] = chosen[i, b, a] = True
    return chosen


def information(
    e: np.ndarray,
    asked: np.ndarray,
    latent: completion.Latent,
    judges: int,
    alpha: float,
    picks: int,
) -> np.ndarray:
    """The battles that say most about the leader's margin in e over its closest challenger.

    Each is the one that shrinks the margin's variance most, given those before; the posterior's
    covariance after a battle does not depend on how it ends (Laplace's approximation). There are
    `picks` an instruction on average: each step gives one to every instruction whose margin is
    below `SURE` standard deviations, the closest first.
    """
    count, n = e.shape
    steps = _Steps(e, asked, latent, judges, alpha)
    budget = picks * count
    while budget > 0:
        rows = steps.unsure()[:budget]
        if not len(rows):
            break
        steps.take(rows)
        budget -= len(rows)
    return steps.chosen


class _Steps:
    """State of `information`: battles chosen, and the covariance of theta after them."""

    def __init__(self, e, asked, latent, judges, alpha):
        self.e, self.latent, self.judges = e, latent, judges
        self.n = e.shape[1]
        p, steep = latent.chance(latent.gap)
        self.open = ~asked & ~np.eye(self.n, dtype=bool)
        self.chosen = np.zeros_like(asked)
        self.covariance = latent.covariance.copy()
        share = (1 - alpha) / (self.n - 1)
        self.slope = share * steep
        self.votes = share**2 * p * (1 - p) / judges  # the variance of the votes themselves
        self.blur = p * (1 - p) / (judges * steep**2)
        self.leader = e.argmax(1)
        self.challenger, self.margin = np.zeros_like(self.leader), np.zeros(len(e))
        self.contrast = np.zeros_like(e)
        self.measure(np.arange(len(e)))

    def measure(self, rows: np.ndarray) -> None:
        """The leader's closest challenger, the margin in standard deviations, and its gradient."""
        each, players, leader = np.arange(len(rows)), range(self.n), self.leader[rows]
        slope = np.where(self.open[rows], self.slope[rows], 0)
        gradient = -slope  # of e[i, A] by theta[i, B]
        gradient[:, players, players] = slope.sum(2)
        votes = np.where(self.open[rows], self.votes[rows], 0).sum(2)
        contrast = gradient[each, leader][:, None] - gradient
        variance = ((contrast @ self.covariance[rows]) * contrast).sum(2)
        variance += votes + votes[each, leader][:, None]
        lead = self.e[rows, leader][:, None] - self.e[rows]
        margin = lead / np.sqrt(np.maximum(variance, 1e-12))
        margin[each, leader] = np.inf
        self.challenger[rows] = margin.argmin(1)
        self.margin[rows] = margin.min(1)
        self.contrast[rows] = contrast[each, self.challenger[rows]]

    def unsure(self) -> np.ndarray:
        """Instructions that something open could still tell more about, the closest first."""
        order = self.margin.argsort(kind="stable")
        return order[(self.margin < SURE)[order] & self.open.any((1, 2))[order]]

    def take(self, rows: np.ndarray) -> None:
        """Choose each instruction's most informative battle."""
        each, n = np.arange(len(rows)), self.n
        covariance = self.covariance[rows]
        pull = np.einsum("ijk,ik->ij", covariance, self.contrast[rows])
        blur = self.blur[rows] + replace(self.latent, covariance=covariance).spread
        gain = (pull[:, :, None] - pull[:, None, :]) ** 2 / blur
        for who in (self.leader[rows], self.challenger[rows]):
            gain[each, who] += self.votes[rows, who]
            gain[each, :, who] += self.votes[rows, who]
        gain = np.where(np.triu(self.open[rows]), gain, -1).reshape(len(rows), -1)
        a, b = np.divmod(gain.argmax(1), n)
        column = covariance[each, :, a] - covariance[each, :, b]
        weight = 1 / blur[each, a, b]
        self.covariance[rows] -= weight[:, None, None] * column[:, :, None] * column[:, None, :]
        for one, other in ((a, b), (b, a)):
            self.chosen[rows, one, other], self.open[rows, one, other] = True, False
        self.measure(rows)


def unclear(rating: np.ndarray, threshold: float) -> np.ndarray:
    """Pairs [n, n] whose expected result X (Eq. 3) is below `threshold` for the stronger one."""
    x = ratings.expected(rating[:, None], rating)
    return (np.maximum(x, 1 - x) < threshold) & ~np.eye(len(rating), dtype=bool)


def audited(
    asked: np.ndarray, chosen: np.ndarray, picks: int | np.ndarray, run_seed: int, number: int
) -> Round:
    """Round `number`: `chosen`, and `picks` of each instruction's other battles not yet asked."""
    rest = np.triu(~asked & ~chosen, 1).reshape(len(asked), -1)
    picks = np.minimum(picks, rest.sum(1))
    draw = rng("pairing", run_seed, "audit", number).random(rest.shape)
    rank = np.where(rest, draw, 2).argsort(1).argsort(1)
    drawn = (rest & (rank < picks[:, None])).reshape(asked.shape)
    chance = (picks / np.maximum(rest.sum(1), 1))[:, None, None]
    return Round(chosen | drawn | drawn.swapaxes(1, 2), np.where(chosen, 1.0, chance * ~asked))


def weights(rounds: list[Round]) -> np.ndarray:
    """[instructions, n, n]: with these, sums over battles asked estimate sums over all battles.

    Each round gives an unbiased estimate, what was known before plus its battles over their
    chances (Des Raj, 1956); the weights are those of the mean of all rounds' estimates. 0 where a
    battle was not asked.
    """
    total = np.zeros(rounds[0].chance.shape)
    for later, each in enumerate(reversed(rounds)):
        np.add(total, 1 / np.where(each.battles, each.chance, 1) + later, total, where=each.battles)
    return total / len(rounds)


def battles(rounds: list[Round]) -> pl.DataFrame:
    """One row per battle: instruction, attacker, defender (numbers), round, chance, weight.

    A pair's attacker alternates from battle to battle, so that after any round every ordered pair
    has met as often as its reverse, ±1.
    """
    weight = weights(rounds)
    met = np.zeros(weight.shape[1:], dtype=np.int64)
    rows = []
    for number, each in enumerate(rounds, 1):
        for i, a, b in np.argwhere(np.triu(each.battles)).tolist():
            sides = (b, a) if met[a, b] % 2 else (a, b)
            met[a, b] += 1
            rows.append((i, *sides, number, float(each.chance[i, a, b]), float(weight[i, a, b])))
    names = ["instruction", "attacker", "defender", "round", "chance", "weight"]
    return pl.DataFrame(rows, schema=names, orient="row")


def play(
    ask: Callable[[np.ndarray], np.ndarray],
    instructions: int,
    n: int,
    how: str,
    picks: list[tuple[int, int]],
    alpha: float,
    run_seed: int,
) -> tuple[list[Round], np.ndarray]:
    """The opening and a round for each of `picks`: (battles for sure, battles audited).

    Args:
        ask: battles → votes for the row's player, [instructions, n, n]; n - 2 judges vote on each.
        how: `swiss` (everyone plays once, whatever the first of `picks`) or `information` (what it
            does not need is audited).

    Returns:
        The rounds, and all votes.
    """
    rounds = [opening(instructions, n, run_seed)]
    wins = ask(rounds[0].battles)
    for number, (sure, audits) in enumerate(picks, 2):
        asked = np.logical_or.reduce([each.battles for each in rounds])
        latent = completion.fit(wins)
        x, s = completion.complete(wins, asked, n - 2, latent)
        strength = completion.bradley_terry(s, np.ones_like(s))
        e = completion.scores(x, 400 * np.log10(np.maximum(strength, 1e-9)), alpha)
        if how == "swiss":
            chosen = swiss(e, asked)
        else:
            chosen = information(e, asked, latent, n - 2, alpha, sure)
            audits += int(sure - np.triu(chosen).sum() / instructions)
        rounds.append(audited(asked, chosen, audits, run_seed, number))
        wins = wins + ask(rounds[-1].battles)
    return rounds, wins
