from collections import Counter

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warriorcoder.arena import schedule

EXPERTS = ["a", "b", "c", "d", "e"]
sizes = st.integers(0, 40)


def battles(ids, author, mode, experts=EXPERTS, seed=1):
    return schedule.battles([f"i{n}" for n in range(ids)], author, {"all": experts}, mode, seed)


MODES = st.sampled_from(["single", "attacker", "round_robin"])


def rounds(experts, size, mode, seed, roster):
    """Count the battles of each ordered pair of `roster`, on `size` instructions per expert."""
    met = Counter()
    for author in experts:
        rosters = {"all": experts, "first": experts[:roster]}
        table = schedule.battles([f"i{n}" for n in range(size)], author, rosters, mode, seed)
        used = table.filter(pl.col("rosters").list.contains("first"))
        met.update(used.select("attacker", "defender").rows())
    return [met[a, d] for a in experts[:roster] for d in experts[:roster] if a != d]


@given(sizes, st.integers(2, 9), MODES, st.integers(0, 9), st.data())
def test_every_ordered_pair_has_the_same_number_of_rounds(size, n, mode, seed, data):
    experts = [f"e{n}" for n in range(n)]
    met = rounds(experts, size, mode, seed, data.draw(st.integers(2, n), label="roster"))
    assert max(met) - min(met) <= 1


@pytest.mark.parametrize("n", range(3, 10))
def test_of_one_instruction_an_author_each_pair_gets_its_turns_left_over_by_turns(n):
    met = rounds([f"e{k}" for k in range(n)], 1, "round_robin", 1, n)
    assert max(met) - min(met) <= 1


@given(sizes, MODES, st.integers(0, 9))
def test_a_battle_names_its_instruction_author_and_round_and_is_fought_once(size, mode, seed):
    table = battles(size, "b", mode, seed=seed)
    assert set(table["author"]) <= {"b"}
    assert table["id"].to_list() == [f"i{n}" for n in table["round"]]
    fought = {(i, frozenset(pair)) for i, *pair in table["id", "attacker", "defender"].rows()}
    assert len(fought) == len(table)
    assert not (table["attacker"] == table["defender"]).any()


@given(sizes)
def test_single_gives_every_instruction_one_defender(size):
    table = battles(size, "b", "single")
    assert table["id"].to_list() == [f"i{n}" for n in range(size)]
    assert set(table["attacker"]) <= {"b"} and "b" not in set(table["defender"])


@given(sizes)
def test_round_robin_lets_every_pair_meet_on_every_instruction(size):
    table = battles(size, "b", "round_robin")
    met = {(i, frozenset((a, d))) for i, a, d in table.select("id", "attacker", "defender").rows()}
    assert len(met) == len(table) == size * 10


def test_an_appended_expert_moves_no_battle_of_the_attacker_schedule():
    old, new = battles(9, "a", "attacker"), battles(9, "a", "attacker", [*EXPERTS, "f"])
    assert set(old.drop("rosters").rows()) < set(new.drop("rosters").rows())


def test_rosters_of_the_same_experts_share_their_battles():
    rosters = {"five": EXPERTS, "control": EXPERTS}
    table = schedule.battles(["i0", "i1"], "a", rosters, "single", 1)
    assert table["rosters"].to_list() == [["five", "control"]] * 2


def test_rows_stand_by_instruction_and_largest_roster_and_name_their_rosters():
    rosters = {"two": ["a", "b"], "all": ["c", "a", "b"], "others": ["c", "b"]}
    assert schedule.battles(["i0", "i1"], "a", rosters, "attacker", 1).rows() == [
        ("i0", "a", "a", "c", 0, ["all"], 1.0),
        ("i0", "a", "a", "b", 0, ["two", "all"], 1.0),
        ("i1", "a", "a", "c", 1, ["all"], 1.0),
        ("i1", "a", "a", "b", 1, ["two", "all"], 1.0),
    ]
    table = schedule.battles(["i0", "i1"], "a", rosters, "round_robin", 1)
    rows = table.select("round", "attacker", "defender").rows()
    places = [(place, "cab".index(attacker), "cab".index(d)) for place, attacker, d in rows]
    assert places == sorted(places)


@pytest.mark.parametrize("mode", ["single", "attacker", "round_robin"])
@pytest.mark.parametrize("author", EXPERTS)
def test_the_pairs_of_an_author_are_those_that_meet(author, mode):
    rosters = {"three": ["b", "c", "d"], "two": ["a", "c"]}  # none has e
    pairs = schedule.pairs(author, EXPERTS, rosters.values(), mode)
    table = schedule.battles([f"i{n}" for n in range(40)], author, rosters, mode, 1)
    met = {"_".join(sorted(pair)) for pair in table.select("attacker", "defender").rows()}
    assert len(pairs) == len(set(pairs)) and set(pairs) == met


def test_defenders_are_dealt_anew_for_each_author_roster_and_seed():
    def dealt(author, experts, seed):
        others = [expert for expert in experts if expert != author]
        return tuple(
            map(others.index, battles(40, author, "single", list(experts), seed)["defender"])
        )

    runs = [("a", "abc", 1), ("b", "abc", 1), ("a", "abd", 1), ("a", "abc", 2)]
    assert len({dealt(*run) for run in runs}) == len(runs)


def test_turns_to_attack_are_dealt_anew_for_each_author_pair_and_seed():
    def turns(author, pair, seed):
        table = battles(40, author, "round_robin", seed=seed)
        met = table.filter(pl.col("attacker").is_in(pair) & pl.col("defender").is_in(pair))
        return tuple(met["attacker"] == pair[0])

    runs = [("a", ["b", "c"], 1), ("d", ["b", "c"], 1), ("a", ["b", "d"], 1)]
    runs += [("a", ["c", "d"], 1), ("a", ["b", "c"], 2)]
    assert len({turns(*run) for run in runs}) == len(runs)


def test_the_answer_shown_first_is_balanced_and_belongs_to_the_vote():
    def attacker_first(attacker="a", defender="b", judge="c", seed=1):
        shown = [schedule.shown_first(f"i{n}", attacker, defender, judge, seed) for n in range(400)]
        assert set(shown) == {attacker, defender}
        return tuple(player == attacker for player in shown)

    assert 160 < sum(attacker_first()) < 240
    assert attacker_first() == attacker_first()
    others = [attacker_first(attacker="d"), attacker_first(defender="d"), attacker_first(judge="d")]
    assert len({attacker_first(), *others, attacker_first(seed=2)}) == 5
