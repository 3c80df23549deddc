"""Bradley-Terry against evalica, the likelihood's equations and a naive bootstrap."""

import evalica
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.arena.test_elo import PLAYERS, arrays, logs

from warriorcoder.arena import bradley_terry


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
    ours = bradley_terry.scores(bradley_terry.wins(a, d, s, PLAYERS))
    theirs = np.array([theirs[str(i)] for i in range(PLAYERS)])
    np.testing.assert_allclose(ours, theirs / theirs.sum(), atol=1e-9)


@given(st.lists(logs, min_size=1, max_size=4))
def test_bradley_terry_of_many_tables_is_that_of_each_and_expects_the_wins_that_were(several):
    tables = np.stack([bradley_terry.wins(*arrays(log), PLAYERS) for log in several])
    together = bradley_terry.scores(tables)
    for table, found in zip(tables, together, strict=True):
        np.testing.assert_allclose(found, bradley_terry.scores(table), atol=1e-9)
        if not bradley_terry.unconnected(table):
            share = found[:, None] / (found[:, None] + found)
            expected = ((table + table.T) * share).sum(1) - np.diag(table)
            np.testing.assert_allclose(expected, table.sum(1), atol=1e-6)


def test_it_stops_after_the_step_in_which_no_score_moves_by_the_tolerance():
    """From thirds, a step gives wins / games to each player: 3/4, 2/5 and 1/3 of 89/60."""
    table = np.array([[0.0, 3, 0], [0, 0, 2], [1, 0, 0]])
    step = pytest.approx([45 / 89, 24 / 89, 20 / 89], abs=1e-12)
    assert bradley_terry.scores(table, iterations=1) == step
    assert bradley_terry.scores(table, tolerance=1) == step
    assert bradley_terry.scores(table) != step


def test_a_player_without_a_win_scores_0_and_a_tie_is_half_a_win():
    a, d = np.array([0, 0, 1, 2, 1]), np.array([1, 1, 0, 3, 2])
    table = bradley_terry.wins(a, d, np.array([1, 0.5, 0.5, 1, 1]), PLAYERS)
    with np.errstate(divide="raise", invalid="raise"):
        scores = bradley_terry.scores(table)
    assert scores == pytest.approx([2 / 3, 1 / 3, 0, 0], abs=1e-9)  # 0 won 2 of 3 games against 1


def test_the_expected_result_of_a_battle_is_the_score_of_its_only_two_players():
    table = bradley_terry.wins(np.array([0]), np.array([1]), np.array([0.25]), 2)
    assert bradley_terry.scores(table) == pytest.approx([0.25, 0.75])


def test_who_only_wins_scores_1_in_the_limit():
    a, d = np.array([3, 3, 0, 1, 2]), np.array([0, 1, 1, 2, 0])
    table = bradley_terry.wins(a, d, np.ones(5), PLAYERS)
    assert bradley_terry.scores(table) == pytest.approx([0, 0, 0, 1])
    nearly = table + 1e-7 * (table.T > 0)
    assert bradley_terry.scores(nearly) == pytest.approx([0, 0, 0, 1], abs=1e-3)


def naive_groups(log):
    """Players who beat each other, directly or through others: by walking the wins."""
    beat = {p: {p} for p in range(PLAYERS)}
    for a, d, s in log:
        if s > 0:
            beat[a].add(d)
        if s < 1:
            beat[d].add(a)
    for _ in range(PLAYERS):
        beat = {p: set().union(*(beat[q] for q in beat[p])) for p in beat}
    groups = [sorted(q for q in beat[p] if p in beat[q]) for p in range(PLAYERS)]
    return sorted({tuple(group) for group in groups})


@given(logs)
def test_unconnected_players_are_those_without_wins_both_ways(log):
    found = bradley_terry.unconnected(bradley_terry.wins(*arrays(log), PLAYERS))
    groups = naive_groups(log)
    assert [tuple(group.tolist()) for group in found] == (groups if len(groups) > 1 else [])


def test_bootstrap_keeps_an_instructions_battles_together():
    # Two instructions, one won by 0 twice and one lost twice: a draw holds 0, 2 or 4 of his wins.
    ids, a, d = np.array([0, 0, 1, 1]), np.zeros(4, int), np.ones(4, int)
    s = np.array([1.0, 1.0, 0.0, 0.0])
    scores = bradley_terry.bootstrap(ids, a, d, s, 2, 200, np.random.default_rng(0))
    assert {round(float(x), 6) for x in scores[:, 0]} == {0.0, 0.5, 1.0}
    shares = [np.isclose(scores[:, 0], x).mean() for x in (0, 0.5, 1)]
    assert shares == pytest.approx([0.25, 0.5, 0.25], abs=0.1)


def test_the_bootstrap_draws_as_if_instruction_by_instruction():
    draw = np.random.default_rng(5)
    a = draw.integers(0, PLAYERS, 600)
    d = (a + draw.integers(1, PLAYERS, 600)) % PLAYERS
    s, ids = draw.choice([0.0, 0.5, 1.0], 600), np.sort(draw.integers(0, 150, 600))
    ids = np.unique(ids, return_inverse=True)[1]
    found = bradley_terry.bootstrap(ids, a, d, s, PLAYERS, 3000, np.random.default_rng(1))
    naive = []
    for _ in range(3000):
        times = np.bincount(draw.integers(0, ids.max() + 1, ids.max() + 1), minlength=ids.max() + 1)
        again = np.repeat(np.arange(600), times[ids])
        naive.append(bradley_terry.wins(a[again], d[again], s[again], PLAYERS))
    naive = bradley_terry.scores(np.stack(naive))
    np.testing.assert_allclose(found.mean(0), naive.mean(0), atol=0.002)
    np.testing.assert_allclose(found.std(0), naive.std(0), rtol=0.08)


@pytest.mark.parametrize("counts", [1, 100, 10_000])
def test_a_bootstrap_of_several_blocks_draws_every_resample_once(counts, monkeypatch):
    """Instruction n of 33 has n + 1 wins and a loss, so each is a kind of its own."""
    monkeypatch.setattr(bradley_terry, "COUNTS", counts)
    kinds, resamples = 33, 310
    ids = np.repeat(np.arange(kinds), np.arange(kinds) + 2)
    a, d = np.zeros(len(ids), int), np.ones(len(ids), int)
    s = np.ones(len(ids))
    s[np.flatnonzero(np.diff(ids, append=kinds))] = 0
    found = bradley_terry.bootstrap(ids, a, d, s, 2, resamples, np.random.default_rng(0))
    times = np.random.default_rng(0).multinomial(kinds, [1 / kinds] * kinds, size=resamples)
    share = times @ (np.arange(kinds) + 1) / (times @ (np.arange(kinds) + 2))
    np.testing.assert_allclose(found[:, 0], share, atol=1e-9)


def test_without_a_battle_all_players_score_the_same_in_every_resample():
    none = np.empty(0, dtype=int)
    found = bradley_terry.bootstrap(none, none, none, np.empty(0), 4, 3, np.random.default_rng(0))
    assert found.tolist() == [[0.25] * 4] * 3
