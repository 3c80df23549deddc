"""If these tests fail, what enters Eq. 5 is not Elo as Eqs. 3-4 say."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from unit.gold.test_final_score import EXPERTS, one_battle, votes

from warriorcoder.arena import judge_aware, rate, tally
from warriorcoder.arena.tables import ORDERS, OUTCOMES, VOTES
from warriorcoder.config.rating import Rating
from warriorcoder.core.seeds import digest, rng

K, START, PERMUTATIONS, SEED = 40, 1000, 100, 3


def rating(bootstrap):
    return Rating(k=K, initial=START, permutations=PERMUTATIONS, bootstrap=bootstrap)


def results(cast):
    """battle → s, in the seeded order: counted vote by vote."""
    counts = {}
    for id, attacker, defender, _, vote in cast.rows():
        count = counts.setdefault((id, attacker, defender), {"attacker": 0, "defender": 0})
        if vote in count:
            count[vote] += 1
    order = sorted(counts, key=lambda battle: digest("elo", SEED, *battle))
    s = {b: (counts[b]["attacker"] > counts[b]["defender"]) * 1.0 for b in order}
    return {b: 0.5 if counts[b]["attacker"] == counts[b]["defender"] else s[b] for b in order}


def play(games):
    """Eqs. 3-4 on a dict; yields the ratings before each game, and last the final ones."""
    table = dict.fromkeys(EXPERTS, float(START))
    for (_, a, d), s in games:
        yield dict(table)
        x = 1 / (1 + 10 ** ((table[d] - table[a]) / 400))
        table[a], table[d] = table[a] + K * (s - x), table[d] + K * ((1 - s) - (1 - x))
    yield dict(table)


def middle_95_percent(values):
    """Return its bounds, interpolated between the sorted values as R's type 7 does."""
    ordered, bounds = sorted(values), []
    for share in (1 / 40, 39 / 40):
        whole, part = divmod(share * (len(ordered) - 1), 1)
        low, high = ordered[int(whole)], ordered[min(int(whole) + 1, len(ordered) - 1)]
        bounds.append(low + part * (high - low))
    return bounds


def chance(table, a, d):
    return 1 / (1 + 10 ** ((table[d] - table[a]) / 400))


def test_one_battle_moves_half_of_k_and_names_its_roster_in_each_table():
    """a beats b from equal ratings: 1020 and 980, so X of a is 1 / (1 + 10^(-40 / 400))."""
    arena = rate.Arena.of(["a", "b"], tally.tally(one_battle()), SEED)
    rated, outcomes, orders = rate.rate_roster(arena, "r", rating(5))
    assert rated.rows() == [
        ("r", "a", "elo_final", 1020, None, None),
        ("r", "b", "elo_final", 980, None, None),
        ("r", "a", "elo_permuted", 1020, 1020, 1020),
        ("r", "b", "elo_permuted", 980, 980, 980),
        ("r", "a", "bradley_terry", 1, 1, 1),
        ("r", "b", "bradley_terry", 0, 0, 0),
    ]
    x = pytest.approx(0.557312)
    assert outcomes.rows() == [("i", "a", "b", 1, 0, 1, 1.0, 1.0, x, 0.5, x)]
    assert outcomes.schema == OUTCOMES.schema and orders.schema == ORDERS.schema
    assert orders.rows() == [
        ("r", order, expert, end)
        for order in range(PERMUTATIONS)
        for expert, end in (("a", 1020), ("b", 980))
    ]


@settings(deadline=None, max_examples=30)
@given(votes())
def test_final_online_and_permuted_are_elo_of_a_second_implementation(cast):
    arena = rate.Arena.of(EXPERTS, tally.tally(cast), SEED)
    rated, outcomes, orders = rate.rate_roster(arena, "r", rating(5))
    games = list(results(cast).items())
    assert outcomes.select("id", "attacker", "defender").rows() == [battle for battle, _ in games]
    assert outcomes["result"].to_list() == [s for _, s in games]
    *before, final = play(games)
    draw = rng("elo-orders", SEED)
    ends = []
    for _ in range(PERMUTATIONS):
        *_, end = play([games[t] for t in draw.permutation(len(games))])
        ends.append([end[expert] for expert in EXPERTS])
    permuted = dict(zip(EXPERTS, np.mean(ends, axis=0), strict=True))
    for t, ((_, a, d), _) in enumerate(games):
        row = outcomes.row(t, named=True)
        assert row["expected_final"] == pytest.approx(chance(final, a, d), abs=1e-12)
        assert row["expected_online"] == pytest.approx(chance(before[t], a, d), abs=1e-12)
        assert row["expected_permuted"] == pytest.approx(chance(permuted, a, d), abs=1e-12)
    for method, expected in (("elo_final", final), ("elo_permuted", permuted)):
        found = dict(rated.filter(method=method).select("expert", "rating").rows())
        assert found == pytest.approx(expected, abs=1e-9)
        assert sum(found.values()) == pytest.approx(START * len(EXPERTS), abs=1e-9)
    intervals = rated.filter(method="elo_permuted").select("low", "high").rows()
    for found, values in zip(intervals, np.transpose(ends), strict=True):
        assert found == pytest.approx(middle_95_percent(values), abs=1e-9)
    assert orders["rating"].to_list() == pytest.approx(np.ravel(ends).tolist(), abs=1e-9)
    assert orders["expert"].to_list() == EXPERTS * PERMUTATIONS


def test_95_percent_of_resampled_bradley_terry_scores_lie_in_the_interval():
    """Of 16 games with 8 wins, 95 % of all resamples hold 4 to 12 wins and 90 % hold 5 to 11."""
    won = ["attacker", "defender"] * 8
    cast = pl.DataFrame(
        [(f"i{n}", "a", "b", "x", vote) for n, vote in enumerate(won)],
        schema=["id", "attacker", "defender", "judge", "vote"],
        orient="row",
    )
    arena = rate.Arena.of(["a", "b"], tally.tally(cast), SEED)
    rated, _, _ = rate.rate_roster(arena, "r", rating(5000))
    intervals = rated.filter(method="bradley_terry").select("low", "high").rows()
    assert intervals == [pytest.approx((4 / 16, 12 / 16), abs=1e-9)] * 2
    single = rated.filter(method="elo_final").select("low", "high").rows()
    assert single == [(None, None)] * 2


@settings(deadline=None, max_examples=30)
@given(votes())
def test_the_order_of_rows_in_the_files_decides_nothing(cast):
    shuffled = cast.sample(fraction=1, shuffle=True, seed=1)
    one, other = (rate.Arena.of(EXPERTS, tally.tally(each), SEED) for each in (cast, shuffled))
    rates = [rate.rate_roster(arena, "r", rating(20)) for arena in (one, other)]
    for left, right in zip(*rates, strict=True):
        assert left.equals(right)


def test_another_seed_plays_in_another_order_and_draws_other_instructions():
    games = [("a", "b"), ("b", "c"), ("c", "a")] * 4
    cast = pl.DataFrame(
        [(f"i{n}", *players, "x", "attacker") for n, players in enumerate(games)],
        schema=["id", "attacker", "defender", "judge", "vote"],
        orient="row",
    )
    arenas = [rate.Arena.of(EXPERTS, tally.tally(cast), seed) for seed in range(4)]
    assert len({tuple(arena.battles["id"]) for arena in arenas}) == 4
    same_order = [rate.Arena(EXPERTS, arenas[0].battles, seed) for seed in range(4)]
    rates = [rate.rate_roster(arena, "r", rating(20))[0] for arena in same_order]
    for method in ("elo_permuted", "bradley_terry"):
        assert len({tuple(rated.filter(method=method)["high"]) for rated in rates}) == 4


def test_instructions_are_numbered_from_0_so_that_their_battles_share_a_number():
    cast = pl.DataFrame(
        [("j", "a", "b", "c", "tie"), ("i", "a", "b", "c", "tie"), ("j", "b", "c", "a", "tie")],
        schema=["id", "attacker", "defender", "judge", "vote"],
        orient="row",
    )
    arena = rate.Arena.of(EXPERTS, tally.tally(cast), SEED)
    found = dict(zip(arena.battles["id"], arena.instruction.tolist(), strict=True))
    assert found == {"i": 0, "j": 1}


def test_a_roster_of_one_has_ratings_without_a_battle():
    votes = pl.DataFrame(schema=VOTES.schema)
    arena = rate.Arena.of(["a"], tally.tally(votes), SEED)
    rated, outcomes, orders = rate.rate_roster(arena, "r", rating(5))
    assert rated["rating"].to_list() == [START, START, 1.0]
    assert outcomes.is_empty() and len(orders) == PERMUTATIONS
    lengths = pl.DataFrame({"id": ["i"], "answerer": ["a"], "length": [1]})
    fitted = judge_aware.fit(votes, lengths, ["a"])
    assert fitted.ratings("r").select("rating", "low", "high").row(0) == (1, 1, 1)
    assert fitted.of_judges("r").is_empty()


def test_a_roster_is_rated_by_the_votes_on_its_own_battles_in_their_order():
    battles = pl.DataFrame(
        {
            "id": ["i0", "i0", "i1"],
            "attacker": ["a", "a", "b"],
            "defender": ["b", "c", "a"],
            "rosters": [["two", "three"], ["three"], ["two"]],
        }
    )
    cast = pl.DataFrame(
        [
            ("i1", "b", "a", "c", "tie"),
            ("i0", "a", "c", "b", "defender"),
            ("i0", "a", "b", "c", "attacker"),
            ("i1", "a", "b", "c", "attacker"),
        ],
        schema=["id", "attacker", "defender", "judge", "vote"],
        orient="row",
    )
    assert rate.votes_of_roster(cast, battles, "two").rows() == [cast.row(0), cast.row(2)]
    assert rate.votes_of_roster(cast, battles, "three").rows() == [cast.row(1), cast.row(2)]
    assert rate.votes_of_roster(cast, battles, "one").is_empty()
