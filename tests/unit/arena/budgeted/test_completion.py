import numpy as np
import polars as pl
import pytest
import simulation
from scipy.optimize import minimize
from scipy.special import expit

from warriorcoder.arena import bradley_terry, elo
from warriorcoder.arena.budgeted import completion
from warriorcoder.config.rating import Rating
from warriorcoder.gold import final_score


def arena(n=5, instructions=400, noise="gap", seed=3):
    draw = np.random.default_rng(seed)
    world = simulation.World.of(np.linspace(1, -1, n), instructions, draw)
    votes = world.votes(simulation.Judges(noise=noise, position=(0, 0), ties=0), draw)
    return world, (votes > 0).sum(3, dtype=float)


def some(shape, share=0.5):
    upper = np.triu(np.random.default_rng(5).random(shape) < share, 1)
    return upper | upper.swapaxes(1, 2)


def test_the_posterior_is_where_the_penalised_likelihood_is_greatest():
    _, wins = arena(instructions=30)
    seen = wins * some(wins.shape)
    latent = completion.fit(seen)
    expert = latent.mean.mean(0) - latent.mean.mean()
    own = np.einsum("iaa->ia", latent.covariance)
    variance = ((latent.mean - expert) ** 2 + own).mean()

    def loss(theta, i):
        p = latent.lapse + (1 - 2 * latent.lapse) * expit(theta[:, None] - theta)
        return -(seen[i] * np.log(p)).sum() + ((theta - expert) ** 2).sum() / 2 / variance

    for i in range(5):
        best = minimize(loss, np.zeros(5), args=(i,)).x
        assert latent.mean[i] == pytest.approx(best, abs=0.15)


@pytest.mark.parametrize("noise, least, most", [("gap", 0, 0.05), ("constant", 0.1, 0.25)])
def test_judges_who_err_at_any_gap_are_told_from_those_who_do_not(noise, least, most):
    _, wins = arena(noise=noise)
    assert least <= completion.fit(wins).lapse <= most


@pytest.mark.parametrize("noise", ["gap", "constant"])
def test_battles_that_were_not_judged_are_predicted_without_bias(noise):
    _, wins = arena(noise=noise)
    asked = some(wins.shape)
    x, s = completion.complete(wins * asked, asked, 3, completion.fit(wins * asked))
    true_x, true_s = completion.results(wins)
    assert (x[asked] == true_x[asked]).all() and (s[asked] == true_s[asked]).all()
    rest = ~asked & ~np.eye(5, dtype=bool)
    for guess, truth in ((x, true_x), (s, true_s)):
        assert (guess + guess.swapaxes(1, 2))[rest] == pytest.approx(1)
        order = guess[rest].argsort()
        for part in np.array_split(order, 5):  # calibrated, from sure losses to sure wins
            assert guess[rest][part].mean() == pytest.approx(truth[rest][part].mean(), abs=0.06)
        assert ((guess - truth)[rest] ** 2).mean() < 0.8 * truth[rest].var()


def test_scores_over_all_pairs_are_equation_5():
    _, wins = arena(n=4, instructions=6)
    x, _ = completion.results(wins)
    rating = np.array([1100.0, 1000, 990, 900])
    i, a, d = np.nonzero(np.triu(np.ones_like(x, dtype=bool), 1))
    outcomes = pl.DataFrame(
        {
            "id": i,
            "attacker": a,
            "defender": d,
            "local": x[i, a, d],
            "expected_final": elo.expected(rating[a], rating[d]),
        }
    )
    e = completion.scores(x, rating, 0.7)
    found = final_score.score(outcomes, Rating(snapshot="final", alpha=0.7))
    assert found["score"].to_list() == pytest.approx(e[found["id"], found["candidate"]].tolist())


def test_bradley_terry_counts_each_battle_by_its_weight():
    _, wins = arena(n=4, instructions=50)
    _, s = completion.results(wins)
    asked = some(s.shape).astype(float)
    i, a, d = np.nonzero(np.triu(asked))
    table = bradley_terry.wins(np.tile(a, 2), np.tile(d, 2), np.tile(s[i, a, d], 2), 4)
    assert simulation.bradley_terry(s, 2 * asked) == pytest.approx(bradley_terry.scores(table))
