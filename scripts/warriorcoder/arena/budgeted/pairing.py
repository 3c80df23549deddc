"""Budgeted pairing: battles on every instruction, chosen in rounds from earlier votes.

A round takes some battles for sure and audits a few of the others, drawn evenly:

- `swiss`: after an opening in which everyone plays once, neighbours in the standings meet.
- `information`: after the same opening, the battles that say most about who is best.
- `skipping`: some instructions whole; on the others all pairs whose result the ratings cannot tell.

Every battle's chance in its round is logged, so that sums over all battles can be estimated without
bias. A round depends on the votes of earlier ones only.

Dense layout: bool arrays [instructions, n, n], symmetric, say which pairs battle; `judges` [n, n]
is how many votes a pair's battle gets.
"""

from dataclasses import dataclass, replace

import numpy as np

from warriorcoder.arena import bradley_terry, elo
from warriorcoder.arena.battle_score import battle_score
from warriorcoder.arena.budgeted import affordable, completion
from warriorcoder.config.arena import Arena
from warriorcoder.core.seeds import rng

SURE = 3.0  # standard deviations of a margin that needs no more battles
AUDITED = 1 / 3  # of the battles that a round of `information` may have
PILOT, CLEAR, AUDIT = 0.15, 0.65, 0.05  # skipping: instructions judged whole, X, audited share


@dataclass(frozen=True)
class Round:
    """The battles of a round, and each one's chance to be in it, given the rounds before."""

    battles: np.ndarray
    chance: np.ndarray


def play(
    arena: Arena,
    number: int,
    asked: np.ndarray,
    wins: np.ndarray,
    judges: np.ndarray,
    *,
    alpha: float,
    run_seed: int,
) -> Round:
    """Return round `number`, from 1.

    Args:
        asked: the battles of earlier rounds.
        wins: votes for the row's player in them, [instructions, n, n].
    """
    (count, n), skipping = asked.shape[:2], arena.judging == "skipping"
    if number > affordable.rounds(arena, n):
        return Round(np.zeros_like(asked), np.zeros(asked.shape))
    if number == 1:
        return pilot(count, n, run_seed) if skipping else opening(count, n, run_seed)
    if skipping:
        whole = np.asarray(asked.any((1, 2)))
        _, s = completion.results(wins[whole])
        chosen = unclear(_rating(s), CLEAR) & ~whole[:, None, None]
        skipped = np.triu(~asked & ~chosen, 1).sum((1, 2))
        return audited(asked, chosen, AUDIT * skipped, run_seed, number)
    latent = completion.fit(wins)
    x, s = completion.complete(wins, asked, judges, latent)
    each = max(0.0, affordable.battles(arena, n) - n // 2) / (affordable.rounds(arena, n) - 1)
    e = completion.scores(x, _rating(s), alpha)
    if arena.judging == "swiss":
        chosen = swiss(e, asked)
    else:
        chosen = information(e, asked, latent, judges, alpha, (1 - AUDITED) * each)
    rest = max(0.0, each - np.triu(chosen).sum() / count)
    return audited(asked, chosen, np.full(count, rest), run_seed, number)


def _rating(s: np.ndarray) -> np.ndarray:
    """Bradley-Terry scores of results s in Elo's points, up to a constant.

    Everybody gets half a win against everybody more: who never lost is not infinitely strong.
    """
    off = ~np.eye(s.shape[1], dtype=bool)
    return 400 * np.log10(bradley_terry.scores((s * off).sum(0) + off / 2))


def pilot(instructions: int, n: int, run_seed: int) -> Round:
    """Return every pair on a share `PILOT` of the instructions, and no pair on the others."""
    draw = rng("pairing", run_seed, "pilot")
    whole = draw.permutation(instructions) < max(1, round(PILOT * instructions))
    battles = whole[:, None, None] & ~np.eye(n, dtype=bool)
    return Round(battles, np.full(battles.shape, whole.mean()))


def opening(instructions: int, n: int, run_seed: int) -> Round:
    """Return round 1: every expert battles once (one of an odd number rests), every pair alike."""
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
    """Pair everyone with the next of the standings e [instructions, n] that it has not met."""
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
    judges: np.ndarray,
    alpha: float,
    picks: float,
) -> np.ndarray:
    """Choose the battles that say most about the leader's margin over its closest challenger.

    Each is the one that shrinks the margin's variance most, given those before; the posterior's
    covariance after a battle does not depend on how it ends (Laplace's approximation). There are
    `picks` an instruction on average: each step gives one to every instruction whose margin is
    below `SURE` standard deviations, the closest first.
    """
    count, n = e.shape
    steps = _Steps(e, asked, latent, judges, alpha)
    budget = round(picks * count)
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
        share = battle_score(alpha, 0, 1) / (self.n - 1)  # of a battle's x in e
        self.slope = share * steep
        self.votes = share**2 * p * (1 - p) / judges  # the variance of the votes themselves
        self.blur = p * (1 - p) / (judges * steep**2)
        self.leader = e.argmax(1)
        self.challenger, self.margin = np.zeros_like(self.leader), np.zeros(len(e))
        self.contrast = np.zeros_like(e)
        self.measure(np.arange(len(e)))

    def measure(self, rows: np.ndarray) -> None:
        """Update the closest challenger, its margin in standard deviations, and the gradient."""
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
        """Return the instructions with an unsure margin and open battles, the closest first."""
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
    """Return pairs [n, n] with X (Eq. 3) below `threshold` for the stronger player."""
    x = elo.expected(rating[:, None], rating)
    return (np.maximum(x, 1 - x) < threshold) & ~np.eye(len(rating), dtype=bool)


def audited(
    asked: np.ndarray, chosen: np.ndarray, audits: np.ndarray, run_seed: int, number: int
) -> Round:
    """Return round `number`: the battles `chosen`, and a random audit of the others.

    `audits` [instructions] is the mean number of audited battles, of those not asked yet.
    """
    rest = np.triu(~asked & ~chosen, 1).reshape(len(asked), -1)
    audits = np.minimum(audits, rest.sum(1))
    draw = rng("pairing", run_seed, "audit", number)
    picks = np.floor(audits + draw.random(len(asked)))
    rank = np.where(rest, draw.random(rest.shape), 2).argsort(1).argsort(1)
    drawn = (rest & (rank < picks[:, None])).reshape(asked.shape)
    chance = (audits / np.maximum(rest.sum(1), 1))[:, None, None]
    return Round(chosen | drawn | drawn.swapaxes(1, 2), np.where(chosen, 1.0, chance * ~asked))


def weights(rounds: list[Round]) -> np.ndarray:
    """Return weights [instructions, n, n] with which sums over battles asked estimate all sums.

    Each round gives an unbiased estimate, what was known before plus its battles over their
    chances (Des Raj, 1956); the weights are those of the mean of all rounds' estimates. 0 where a
    battle was not asked.
    """
    total = np.zeros(rounds[0].chance.shape)
    for later, each in enumerate(reversed(rounds)):
        np.add(total, 1 / np.where(each.battles, each.chance, 1) + later, total, where=each.battles)
    return total / len(rounds)
