"""Elo in one order and in many against a second implementation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warriorcoder.arena import elo

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
    final, _, _ = elo.elo(*arrays(log), PLAYERS, 40, 1000)
    np.testing.assert_allclose(final, naive_elo(log, 40, 1000), atol=1e-9)


@given(logs)
def test_elo_is_zero_sum(log):
    final, _, _ = elo.elo(*arrays(log), PLAYERS, 40, 1000)
    assert sum(final) == pytest.approx(1000 * PLAYERS)


@given(logs)
def test_online_ratings_are_those_before_each_battle(log):
    _, before_a, before_d = elo.elo(*arrays(log), PLAYERS, 40, 1000)
    for t, (a, d, _) in enumerate(log):
        earlier = naive_elo(log[:t], 40, 1000)
        assert before_a[t] == pytest.approx(earlier[a])
        assert before_d[t] == pytest.approx(earlier[d])


@given(logs, st.integers(0, 100))
def test_elo_in_many_orders_is_elo_in_each(log, seed):
    orders = np.stack([np.random.default_rng(seed + i).permutation(len(log)) for i in range(3)])
    together = elo.elo_orders(*arrays(log), orders, PLAYERS, 40, 1000)
    for order, found in zip(orders, together, strict=True):
        np.testing.assert_allclose(found, naive_elo([log[i] for i in order], 40, 1000), atol=1e-9)


def test_a_log_of_several_blocks_is_played_to_its_end():
    """The orders are played in blocks of 4096 battles."""
    draw = np.random.default_rng(2)
    a = draw.integers(0, PLAYERS, 8200)
    log = list(zip(a, (a + 1) % PLAYERS, draw.choice([0.0, 0.5, 1.0], len(a)), strict=True))
    for size in (4096, 4097, 8200):
        played = log[:size]
        (found,) = elo.elo_orders(*arrays(played), [np.arange(size)], PLAYERS, 40, 1000)
        np.testing.assert_allclose(found, naive_elo(played, 40, 1000), atol=1e-8)


def test_a_battle_without_a_result_is_refused():
    with pytest.raises(ValueError, match="shorter"):
        elo.elo(np.array([0, 1]), np.array([1, 0]), np.array([1.0]), 2, 40, 1000)


def test_without_a_battle_each_order_ends_at_the_initial_rating():
    none = np.empty(0, dtype=int)
    ratings, before_a, before_d = elo.elo(none, none, np.empty(0), 2, 40, 1000)
    assert ratings.tolist() == [1000, 1000] and len(before_a) == len(before_d) == 0
    ends = elo.elo_orders(none, none, np.empty(0), [none] * 3, 2, 40, 1000)
    assert ends.tolist() == [[1000, 1000]] * 3
