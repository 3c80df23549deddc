"""Formulas against naive second implementations."""

from pathlib import Path

import evalica
import numpy as np
import polars as pl
import pytest
from data import shared
from hypothesis import given
from hypothesis import strategies as st

from warriorcoder import ratings

PLAYERS = 4
battle = st.tuples(
    st.integers(0, PLAYERS - 1), st.integers(0, PLAYERS - 1), st.sampled_from([0.0, 0.5, 1.0])
).filter(lambda b: b[0] != b[1])
logs = st.lists(battle, min_size=1, max_size=60)


def arrays(log):
    a, d, s = zip(*log, strict=True)
    return np.array(a), np.array(d), np.array(s)


def naive_elo(log, k, initial):
    table = dict.fromkeys(range(PLAYERS), initial)
    for a, d, s in log:
        x = 1 / (1 + 10 ** ((table[d] - table[a]) / 400))
        table[a], table[d] = table[a] + k * (s - x), table[d] + k * ((1 - s) - (1 - x))
    return list(table.values())


@given(logs)
def test_elo_follows_equations_3_and_4(log):
    final, _, _ = ratings.elo(*arrays(log), PLAYERS, 40, 1000)
    np.testing.assert_allclose(final, naive_elo(log, 40, 1000), atol=1e-9)


@given(logs)
def test_elo_is_zero_sum(log):
    final, _, _ = ratings.elo(*arrays(log), PLAYERS, 40, 1000)
    assert sum(final) == pytest.approx(1000 * PLAYERS)


@given(logs)
def test_online_ratings_are_those_before_each_battle(log):
    _, before_a, before_d = ratings.elo(*arrays(log), PLAYERS, 40, 1000)
    for t, (a, d, _) in enumerate(log):
        earlier = naive_elo(log[:t], 40, 1000)
        assert before_a[t] == pytest.approx(earlier[a])
        assert before_d[t] == pytest.approx(earlier[d])


@given(logs, st.integers(0, 100))
def test_elo_in_many_orders_is_elo_in_each(log, seed):
    orders = np.stack([np.random.default_rng(seed + i).permutation(len(log)) for i in range(3)])
    together = ratings.elo_orders(*arrays(log), orders, PLAYERS, 40, 1000)
    for order, found in zip(orders, together, strict=True):
        np.testing.assert_allclose(found, naive_elo([log[i] for i in order], 40, 1000), atol=1e-9)


@pytest.mark.parametrize("name", ["food", "simple"])
def test_elo_equals_published_golden_scores(name):
    folder = shared("elo")
    played = pl.read_csv(Path(folder) / f"{name}.csv")
    golden = pl.read_csv(Path(folder) / f"{name}-golden.csv").filter(algorithm="elo")
    names = sorted(set(played["left"]) | set(played["right"]))
    result = {"left": 1.0, "right": 0.0, "tie": 0.5}
    final, _, _ = ratings.elo(
        np.array([names.index(x) for x in played["left"]]),
        np.array([names.index(x) for x in played["right"]]),
        np.array([result[x] for x in played["winner"]]),
        len(names),
        4,
        1000,
    )
    expected = dict(golden.select("item", "score").rows())
    assert dict(zip(names, final, strict=True)) == pytest.approx(expected)


def test_bradley_terry_equals_evalica():
    rng = np.random.default_rng(3)
    a, d = rng.integers(0, PLAYERS, (2, 400))
    a, d = a[a != d], d[a != d]
    s = rng.choice([0.0, 0.5, 1.0], len(a))
    winners = [
        {1.0: evalica.Winner.X, 0.0: evalica.Winner.Y, 0.5: evalica.Winner.Draw}[x] for x in s
    ]
    theirs = evalica.bradley_terry(
        [str(x) for x in a],
        [str(x) for x in d],
        winners,
        tie_weight=0.5,
        tolerance=1e-12,
        limit=10_000,
    ).scores
    ours = ratings.bradley_terry(ratings.wins(a, d, s, PLAYERS))
    theirs = np.array([theirs[str(i)] for i in range(PLAYERS)])
    np.testing.assert_allclose(ours, theirs / theirs.sum(), atol=1e-6)


def test_bootstrap_keeps_an_instructions_battles_together():
    # Two instructions, one won by 0 twice and one lost twice: a draw holds 0, 2 or 4 of his wins.
    ids, a, d = np.array([0, 0, 1, 1]), np.zeros(4, int), np.ones(4, int)
    s = np.array([1.0, 1.0, 0.0, 0.0])
    scores = ratings.bootstrap(ids, a, d, s, 2, 200, np.random.default_rng(0))
    assert {round(float(x), 6) for x in scores[:, 0]} == {0.0, 0.5, 1.0}


def votes(*cast):
    return pl.DataFrame(
        [("i", "a", "b", vote) for vote in cast],
        schema=["id", "attacker", "defender", "vote"],
        orient="row",
    )


@pytest.mark.parametrize(
    "cast, local, result",
    [
        (["attacker", "attacker", "defender"], 2 / 3, 1.0),
        (["attacker", "defender"], 0.5, 0.5),
        (["tie", "tie", "invalid"], 0.5, 0.5),
        (["tie", "invalid", "defender"], 0.0, 0.0),
    ],
)
def test_ties_and_invalid_votes_count_for_neither(cast, local, result):
    row = ratings.tally(votes(*cast)).row(0, named=True)
    assert (row["local"], row["result"]) == pytest.approx((local, result))
