"""If these tests fail, judges' effects are not what made the votes, or strengths
keep what judges put in."""

import numpy as np
import polars as pl
import pytest
from scipy.optimize import minimize
from scipy.special import expit, softmax

from warriorcoder.arena import bradley_terry, judge_aware

EXPERTS = ["a", "b", "c", "d"]
STRENGTHS = np.array([0.9, 0.3, -0.3, -0.9])
# reliability (mean 1), position, length
JUDGES = {"u": (1.5, 0.0, 0.0), "v": (1.2, 0.8, 0.0), "w": (0.3, 0.0, 0.6), "x": (1.0, -0.4, 0.2)}


def world(instructions: int, judges=JUDGES, seed=0, ties=0.1):
    """Every pair on every instruction, judged by all, and the answers' lengths."""
    rng = np.random.default_rng(seed)
    rows, lengths = [], []
    for i in range(instructions):
        size = np.exp(rng.normal(6, 0.7, len(EXPERTS)))
        lengths += [(f"i{i}", name, s) for name, s in zip(EXPERTS, size, strict=True)]
        for p in range(len(EXPERTS)):
            for q in range(p):
                a, d = (p, q) if rng.random() < 0.5 else (q, p)
                for judge, (reliability, position, length) in judges.items():
                    first = a if rng.random() < 0.5 else d
                    odds = reliability * (STRENGTHS[a] - STRENGTHS[d])
                    odds += (position if first == a else -position) + length * np.log2(
                        size[a] / size[d]
                    )
                    vote = "attacker" if rng.random() < expit(odds) else "defender"
                    vote = "tie" if rng.random() < ties else vote
                    rows.append((f"i{i}", EXPERTS[a], EXPERTS[d], judge, EXPERTS[first], vote))
    columns = ["id", "attacker", "defender", "judge", "shown_first", "vote"]
    return (
        pl.DataFrame(rows, schema=columns, orient="row"),
        pl.DataFrame(lengths, schema=["id", "answerer", "length"], orient="row"),
    )


def test_a_known_worlds_strengths_and_effects_are_found():
    votes, lengths = world(1500, ties=0)
    found = judge_aware.fit(votes, lengths, EXPERTS)
    truth = np.array(list(JUDGES.values())).T
    assert found.judges == list(JUDGES)
    np.testing.assert_allclose(found.strengths, STRENGTHS, atol=0.06)
    np.testing.assert_allclose(found.effects, truth, atol=0.1)
    effects = found.of_judges("r").rows(named=True)
    for row, true in zip(effects, truth.T.ravel(), strict=True):
        assert row["low"] < row["value"] < row["high"] < row["low"] + 0.3, row
        assert row["low"] - 0.05 < true < row["high"] + 0.05, row
    scores = found.ratings("r")["rating"]
    assert scores.sum() == pytest.approx(1)
    np.testing.assert_allclose(scores, softmax(STRENGTHS), atol=0.02)


def test_without_effects_it_is_bradley_terry():
    votes, lengths = world(1500, dict.fromkeys(JUDGES, (1, 0, 0)))
    found = judge_aware.fit(votes, lengths, EXPERTS)
    place = {name: i for i, name in enumerate(EXPERTS)}
    a, d = (votes[side].replace_strict(place).to_numpy() for side in ("attacker", "defender"))
    s = votes["vote"].replace_strict({"attacker": 1.0, "tie": 0.5, "defender": 0.0}).to_numpy()
    plain = bradley_terry.scores(bradley_terry.wins(a, d, s, 4))
    for row, theirs in zip(found.ratings("r").rows(named=True), plain, strict=True):
        assert row["rating"] == pytest.approx(theirs, abs=0.005)
        assert row["low"] < theirs < row["high"]


def test_a_judge_who_leans_to_the_first_does_no_harm_to_the_one_he_never_sees_first():
    biased = {"u": (1, 1.5, 0), "v": (1, 0, 0)}
    votes, lengths = world(600, biased, ties=0)
    kept = votes.filter((pl.col("judge") != "u") | (pl.col("shown_first") != "d"))
    found = judge_aware.fit(kept, lengths, EXPERTS)
    np.testing.assert_allclose(found.strengths, STRENGTHS, atol=0.15)
    assert found.effects[1, 0] == pytest.approx(1.5, abs=0.2)


def naive_loss(z, votes, lengths):
    """The docstring of the module, vote by vote."""
    n, judges = len(EXPERTS), votes["judge"].unique().sort().to_list()
    k = len(judges)
    strength = z[:n] - np.mean(z[:n])
    reliability = 1 + z[n : n + k] - np.mean(z[n : n + k])
    size = {(id, who): length for id, who, length in lengths.rows()}
    spread = np.array([3.0] * n + [0.5] * k + [1.0] * 2 * k)
    loss = sum((z / spread) ** 2) / 2
    for id, a, d, judge, first, vote in votes.rows():
        j = judges.index(judge)
        odds = reliability[j] * (strength[EXPERTS.index(a)] - strength[EXPERTS.index(d)])
        odds += z[n + k + j] * (1 if first == a else -1)
        odds += z[n + 2 * k + j] * np.log2(size[id, a] / size[id, d])
        p = expit(odds)
        y = {"attacker": 1, "tie": 0.5, "defender": 0}[vote]
        loss -= y * np.log(p) + (1 - y) * np.log(1 - p)
    return loss


def test_the_fit_is_the_minimum_of_a_naive_likelihood():
    votes, lengths = world(4, seed=5)
    found = judge_aware.fit(votes, lengths, EXPERTS)
    theirs = minimize(naive_loss, np.zeros(16), args=(votes, lengths), options={"gtol": 1e-4}).x
    np.testing.assert_allclose(found.strengths, theirs[:4] - theirs[:4].mean(), atol=1e-3)
    reliability = 1 + theirs[4:8] - theirs[4:8].mean()
    np.testing.assert_allclose(found.effects[0], reliability, atol=1e-3)
    np.testing.assert_allclose(found.effects[1:].ravel(), theirs[8:], atol=1e-3)


def test_copied_votes_narrow_no_interval_that_is_clustered_by_instruction():
    votes, lengths = world(60)
    once = judge_aware.fit(votes, lengths, EXPERTS)
    thrice = judge_aware.fit(pl.concat([votes] * 3), lengths, EXPERTS)
    assert thrice.effect_se == pytest.approx(once.effect_se, rel=0.15)
    np.testing.assert_allclose(np.diag(thrice.strength_cov), np.diag(once.strength_cov), rtol=0.15)


def test_intervals_hold_the_truth_as_often_as_they_say():
    held, asked = 0, 0
    for seed in range(25):
        votes, lengths = world(25, seed=100 + seed, ties=0)
        found = judge_aware.fit(votes, lengths, EXPERTS)
        se = np.sqrt(np.diag(found.strength_cov))
        held += (np.abs(found.strengths - STRENGTHS) < judge_aware.Z * se).sum()
        asked += len(STRENGTHS)
    assert 0.86 < held / asked <= 1


def test_without_a_valid_vote_every_expert_is_equal_and_nothing_is_known_of_judges():
    votes, lengths = world(1)
    found = judge_aware.fit(votes.with_columns(vote=pl.lit("invalid")), lengths, EXPERTS)
    assert found.ratings("r")["rating"].to_list() == pytest.approx([0.25] * 4)
    assert found.effect_se[1:] == pytest.approx(np.ones((2, 4)))
