from collections import Counter

import polars as pl
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


def test_the_answer_shown_first_is_balanced_and_belongs_to_the_vote():
    shown = [schedule.shown_first(f"i{n}", "a", "b", "c", 1) for n in range(400)]
    assert 160 < shown.count("a") < 240
    assert shown == [schedule.shown_first(f"i{n}", "a", "b", "c", 1) for n in range(400)]
    assert shown != [schedule.shown_first(f"i{n}", "a", "b", "d", 1) for n in range(400)]
