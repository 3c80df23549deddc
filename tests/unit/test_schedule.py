from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from warriorcoder import schedule

EXPERTS = ["a", "b", "c", "d", "e"]
sizes = st.integers(0, 40)


def battles(ids, author, mode, experts=EXPERTS, seed=1):
    return schedule.battles([f"i{n}" for n in range(ids)], author, {"all": experts}, mode, seed)


@given(sizes, st.sampled_from(["single", "attacker", "round_robin"]), st.integers(0, 9))
def test_every_ordered_pair_has_the_same_number_of_rounds(size, mode, seed):
    met = Counter()
    for author in EXPERTS:
        for row in battles(size, author, mode, seed=seed).iter_rows(named=True):
            met[row["attacker"], row["defender"]] += 1
    rounds = [met[a, d] for a in EXPERTS for d in EXPERTS if a != d]
    slack = len(EXPERTS) if mode == "round_robin" else 1  # ±1 for each author's instructions
    assert max(rounds) - min(rounds) <= slack


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
