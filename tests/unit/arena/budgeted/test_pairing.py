import numpy as np
import pytest
import simulation
from hypothesis import given, settings
from hypothesis import strategies as st

from warriorcoder.arena.budgeted import completion, pairing

ALPHA = 0.7
HOWS = ["swiss", "information", "skipping"]
sizes = st.integers(3, 9)


def arena(n: int, instructions: int, seed: int = 1):
    """(world, votes for the row's player)."""
    draw = np.random.default_rng(seed)
    world = simulation.World.of(np.linspace(1, -1, n), instructions, draw)
    return world, (world.votes(simulation.Judges(), draw) > 0).sum(3, dtype=float)


@given(sizes, st.integers(1, 60), st.integers(0, 9))
def test_the_opening_is_fair(n, instructions, seed):
    """Everyone battles at most once an instruction; every pair as often as any other, ±1."""
    opening = pairing.opening(instructions, n, seed).battles
    assert (opening == opening.swapaxes(1, 2)).all()
    assert set(opening.sum(2).ravel()) <= {0, 1}
    assert (opening.sum((1, 2)) == n - n % 2).all()
    met = opening.sum(0)[np.triu_indices(n, 1)]
    assert met.max() - met.min() <= 1


@settings(max_examples=15, deadline=None)
@given(sizes, st.sampled_from(HOWS), st.floats(0.1, 1), st.integers(0, 99))
def test_no_battle_is_asked_for_twice_and_the_budget_holds(n, how, budget, seed):
    _, wins = arena(n, 12, seed)
    rounds, heard = simulation.budgeted(wins, how, budget, ALPHA, seed)
    times = sum(each.battles.astype(int) for each in rounds)
    assert (times <= 1).all() and not times[:, range(n), range(n)].any()
    assert (times == times.swapaxes(1, 2)).all() and (heard == wins * times).all()
    for each in rounds:
        assert (each.chance[each.battles] > 0).all() and (each.chance <= 1).all()
    pairs = n * (n - 1) / 2
    if how != "skipping":  # a round rounds its audits by chance
        assert times.sum() / 2 / 12 <= max(budget * pairs, n // 2) + len(rounds)


@pytest.mark.parametrize("how", ["swiss", "information"])
def test_a_budget_is_spent(how):
    _, wins = arena(8, 200)
    rounds, _ = simulation.budgeted(wins, how, 0.6, ALPHA, 1)
    assert sum(each.battles.sum() for each in rounds) / wins.size * 8 / 7 == pytest.approx(
        0.6, abs=0.02
    )


@given(sizes, st.integers(0, 99))
def test_swiss_pairs_neighbours_who_have_not_met(n, seed):
    draw = np.random.default_rng(seed)
    e = draw.random((5, n))
    asked = draw.random((5, n, n)) < 0.3
    asked |= asked.swapaxes(1, 2)
    chosen = pairing.swiss(e, asked)
    assert not (chosen & asked).any() and (chosen.sum(2) <= 1).all()
    for i in range(5):
        first, *others = (-e[i]).argsort()
        following = [other for other in others if not asked[i, first, other]]
        assert np.flatnonzero(chosen[i, first]).tolist() == following[:1]


def test_audited_battles_are_drawn_as_often_as_their_chance_says():
    n, count = 5, 20_000
    chosen = np.zeros((count, n, n), dtype=bool)
    chosen[:, 0, 1] = chosen[:, 1, 0] = True
    asked = np.zeros_like(chosen)
    asked[:, 2, 3] = asked[:, 3, 2] = True
    each = pairing.audited(asked, chosen, np.full(count, 1.4), 1, 2)
    above = np.triu_indices(n, 1)
    share, chance = each.battles.mean(0)[above], each.chance.mean(0)[above]
    assert share[chance == 1].tolist() == [1] and share[chance == 0].tolist() == [0]
    assert sorted(set(chance.round(9))) == [0, 1.4 / 8, 1]
    assert share == pytest.approx(chance, abs=5 * np.sqrt(0.25 * 0.75 / count))


@pytest.mark.parametrize("how", HOWS)
def test_weighted_sums_estimate_those_over_all_battles(how):
    """The number of wins of every expert, though rounds follow the votes of earlier ones."""
    n, count = 5, 4_000
    _, wins = arena(n, count)
    rounds, _ = simulation.budgeted(wins, how, 0.6, ALPHA, 1)
    _, s = completion.results(wins)
    off = ~np.eye(n, dtype=bool)
    estimate = (s * pairing.weights(rounds)).sum(2)
    truth = np.where(off, s, 0).sum(2)
    error = (estimate - truth).mean(0)
    assert (np.abs(error) < 4.5 * (estimate - truth).std(0) / np.sqrt(count)).all()
    unweighted = np.logical_or.reduce([each.battles for each in rounds])
    naive = (s * unweighted).sum((0, 2)) / unweighted.sum((0, 2)) * (n - 1) - truth.mean(0)
    assert np.abs(error).max() < np.abs(naive).max()  # it is needed


def test_the_first_battle_is_the_one_that_shrinks_the_margin_most():
    """Against the posterior variance of the margin, computed anew for every battle."""
    n, judges = 5, 3
    _, wins = arena(n, 30)
    opening = pairing.opening(30, n, 1).battles
    latent = completion.fit(wins * opening)
    x, _ = completion.complete(wins * opening, opening, judges, latent)
    e = completion.scores(x, np.full(n, 1000.0), ALPHA)
    chosen = pairing.information(e, opening, latent, judges, ALPHA, 1)
    p, steep = latent.chance(latent.gap)
    share = (1 - ALPHA) / (n - 1)

    def variance(i, one, other, covariance, open):
        """Of e[one] - e[other]: of theta (delta method), and of the votes not asked for."""
        slope = np.zeros(n)
        own = 0.0
        for who, sign in ((one, 1), (other, -1)):
            for against in np.flatnonzero(open[who]):
                slope[who] += sign * share * steep[i, who, against]
                slope[against] -= sign * share * steep[i, who, against]
                own += share**2 * p[i, who, against] * (1 - p[i, who, against]) / judges
        return slope, own, slope @ covariance @ slope + own

    def saved(i, a, b, slope, one, other):
        v = np.zeros(n)
        v[a], v[b] = 1, -1
        information = judges * steep[i, a, b] ** 2 / (p[i, a, b] * (1 - p[i, a, b]))
        precision = np.linalg.inv(latent.covariance[i]) + information * np.outer(v, v)
        theta = slope @ (latent.covariance[i] - np.linalg.inv(precision)) @ slope
        players = len({one, other} & {a, b})
        return theta + players * share**2 * p[i, a, b] * (1 - p[i, a, b]) / judges

    checked = 0
    for i in np.flatnonzero(chosen.any((1, 2))):
        open = ~opening[i] & ~np.eye(n, dtype=bool)
        leader = e[i].argmax()
        margins = {
            other: (e[i, leader] - e[i, other])
            / np.sqrt(variance(i, leader, other, latent.covariance[i], open)[2])
            for other in range(n)
            if other != leader
        }
        challenger = min(margins, key=margins.get)
        slope, _, _ = variance(i, leader, challenger, latent.covariance[i], open)
        gains = {
            (a, b): saved(i, a, b, slope, leader, challenger)
            for a, b in np.argwhere(np.triu(open)).tolist()
        }
        found = [tuple(pair) for pair in np.argwhere(np.triu(chosen[i])).tolist()]
        if len(found) == 1:
            assert gains[found[0]] == pytest.approx(max(gains.values()), rel=1e-6)
            checked += 1
    assert checked > 5


def test_where_everything_is_asked_nothing_is_chosen():
    _, wins = arena(4, 3)
    asked = np.broadcast_to(~np.eye(4, dtype=bool), wins.shape).copy()
    latent = completion.fit(wins)
    e = completion.scores(completion.results(wins)[0], np.full(4, 1000.0), ALPHA)
    assert not pairing.information(e, asked, latent, 2, ALPHA, 3).any()
    assert not pairing.swiss(e, asked).any()
    assert not pairing.audited(asked, np.zeros_like(asked), np.full(3, 2.0), 1, 2).battles.any()


def test_skipping_asks_for_no_more_where_one_expert_always_wins():
    draw = np.random.default_rng(1)
    world = simulation.World.of(np.array([8, *np.linspace(2, -2, 9)]), 200, draw)
    wins = (world.votes(simulation.Judges(), draw) > 0).sum(3, dtype=float)
    rounds, _ = simulation.budgeted(wins, "skipping", None, ALPHA, 1)
    asked = sum(each.battles for each in rounds)
    assert asked.sum() / wins.size * 10 / 9 < 0.5
    whole = rounds[0].battles.any((1, 2))
    assert rounds[1].battles[~whole, 0].mean() < 0.2  # of the strongest one's, the audit alone


def test_skipping_takes_what_the_ratings_cannot_tell():
    rating = np.array([1000.0, 1100.0, 1400.0])  # expected: 0.64, 0.85 and 0.91
    assert pairing.unclear(rating, 0.8).tolist() == [
        [False, True, False],
        [True, False, False],
        [False, False, False],
    ]
