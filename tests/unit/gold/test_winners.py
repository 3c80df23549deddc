"""If these tests fail, the report and the filters judge rows by other winners than
the gold answers', or by draws that no vote could give."""

from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.gold.test_final_score import ALPHA, EXPERTS, by, one_battle, rated, votes

from warriorcoder.gold import final_score, winners


def crowned(cast, tokens, snapshot="permuted"):
    _, _, outcomes = rated(cast)
    ids = cast["id"].unique(maintain_order=True).to_list()
    answers = pl.DataFrame(
        [(i, e, f"{e} says", t) for i in ids for e, t in zip(EXPERTS, tokens, strict=True)],
        schema=["id", "answerer", "text", "n_tokens"],
        orient="row",
    )
    instructions = pl.DataFrame({"id": ids, "expert": "a", "text": "t"})
    scores = final_score.score(outcomes, by(snapshot))
    return outcomes, final_score.crown(scores, instructions, answers, EXPERTS, "winner", 1)


@settings(deadline=None)
@given(votes(), st.lists(st.integers(1, 2), min_size=3, max_size=3))
def test_winners_are_the_gold_answers(cast, tokens):
    outcomes, scored = crowned(cast, tokens)
    held = winners.Contest.of(outcomes, scored)
    e = ALPHA * outcomes["expected_permuted"] + (1 - ALPHA) * outcomes["local"]
    found = held.cells[held.winners(e.to_numpy())]
    assert found.rows() == scored.filter("gold").select("id", "candidate").rows()


@pytest.mark.parametrize("tokens, winner", [([9, 3, 1], "b"), ([3, 9, 1], "a"), ([3, 3, 1], "a")])
def test_equal_scores_go_to_fewer_tokens_then_to_the_first_in_the_roster(tokens, winner):
    contest = winners.Contest.of(*crowned(one_battle("tie"), tokens))
    assert contest.cells[contest.winners(np.array([0.5]))].rows() == [("i", winner)]


def fought(*battles, tokens):
    """The contest of these battles (attacker, defender) on one instruction, for all experts."""
    outcomes = pl.DataFrame(
        [("i", *battle) for battle in battles],
        schema=["id", "attacker", "defender"],
        orient="row",
    )
    scored = pl.DataFrame({"id": "i", "candidate": EXPERTS, "n_tokens": tokens})
    return winners.Contest.of(outcomes, scored)


def test_means_that_differ_by_a_rounding_error_are_equal():
    contest = fought(("a", "c"), ("a", "c"), ("a", "c"), ("b", "c"), tokens=[3, 9, 1])
    e = np.array([0.7, 0.8, 0.9, 0.8])
    assert e[:3].mean() < e[3]  # by 1e-16
    assert contest.cells[contest.winners(e)].rows() == [("i", "a")]


@pytest.mark.parametrize("tokens", [[9, 9, 1], [1, 1, 9]], ids=["first", "last"])
def test_an_answer_without_a_battle_never_wins(tokens):
    contest = fought(("a", "b"), tokens=tokens)
    assert contest.cells[contest.winners(np.array([0.5]))].rows() == [("i", "a")]


CASES = [  # the votes on one battle between a and b, and X of a
    (["attacker", "attacker", "defender"], 0.5),
    (["attacker", "defender", "tie"], 0.5),
    (["attacker", "invalid", "defender"], 0.45),
    (["attacker", "attacker", "defender", "tie"], 0.4),
    (["attacker"] * 3, 0.5),
    (["tie"] * 2, 0.5),
]


def test_stability_is_the_share_of_all_draws_of_the_votes():
    def a_wins(drawn, x):
        t_a, t_d = drawn.count("attacker"), drawn.count("defender")
        local = t_a / (t_a + t_d) if t_a + t_d else 0.5
        return round(ALPHA * x + (1 - ALPHA) * local - 0.5, 12) >= 0  # a comes first: ties are his

    frame = pl.DataFrame(
        [
            (f"i{n}", "a", "b", f"j{k}", vote)
            for n, (cast, _) in enumerate(CASES)
            for k, vote in enumerate(cast)
        ],
        schema=["id", "attacker", "defender", "judge", "vote"],
        orient="row",
    )
    outcomes, scored = crowned(frame, [1, 1, 1])
    x = pl.DataFrame({"id": [f"i{n}" for n in range(len(CASES))], "x": [x for _, x in CASES]})
    outcomes = outcomes.join(x, on="id", maintain_order="left").with_columns(expected_final="x")
    found = winners.stability(outcomes, scored, by("final"), 1, resamples=5000)
    assert found["id"].to_list() == x["id"].to_list()
    for (cast, x), share in zip(CASES, found["stability"], strict=True):
        exact = [a_wins(drawn, x) == a_wins(cast, x) for drawn in product(cast, repeat=len(cast))]
        assert share == pytest.approx(sum(exact) / len(exact), abs=0.03)


def test_a_rows_stability_hangs_on_no_other_row_and_on_no_order():
    cast = pl.DataFrame(
        [
            (id, attacker, defender, judge, ("attacker", "defender", "tie")[(n + m + k) % 3])
            for n, id in enumerate(("i", "j", "k"))
            for m, (attacker, defender) in enumerate((("a", "b"), ("a", "c"), ("b", "c")))
            for k, judge in enumerate(("x", "y", "z", "w"))
        ],
        schema=["id", "attacker", "defender", "judge", "vote"],
        orient="row",
    )
    outcomes, scored = crowned(cast, [1, 1, 1])
    whole = winners.stability(outcomes, scored, by("final"), 1)
    assert 0 < whole["stability"].min() < 1
    mine = pl.col("id") == "j"
    alone = winners.stability(
        outcomes.filter(mine).reverse(),
        scored.filter(mine),
        by("final"),
        1,
    )
    assert alone.equals(whole.filter(mine))


def test_the_battles_of_an_instruction_are_drawn_independently():
    """Half of both votes are for a: x is 0, 1/2 or 1 in 1/4, 1/2 and 1/4 of the draws.

    By x alone a stays ahead of b and c where neither battle is lost: 3/4 of 3/4 of the draws.
    """
    cast = pl.DataFrame(
        [
            ("i", "a", other, judge, vote)
            for other in ("b", "c")
            for judge, vote in (("x", "attacker"), ("y", "defender"))
        ],
        schema=["id", "attacker", "defender", "judge", "vote"],
        orient="row",
    )
    outcomes, scored = crowned(cast, [1, 1, 1])
    shares = [
        winners.stability(outcomes, scored, by("final", 0), seed, resamples=5000)[
            "stability"
        ].item()
        for seed in (1, 2)
    ]
    assert shares == pytest.approx([9 / 16] * 2, abs=0.03)
    assert shares[0] != shares[1]


def test_a_battle_that_nobody_judged_keeps_its_expected_result_in_every_draw():
    outcomes, scored = crowned(one_battle("defender"), [1, 1, 1])
    unjudged = outcomes.with_columns(t_defender=0, votes=0, local=0.4)
    assert winners.stability(unjudged, scored, by("final", 0), 1)["stability"].to_list() == [1]


def test_without_battles_there_is_nothing_to_draw():
    outcomes, scored = crowned(one_battle("attacker"), [1, 1, 1])
    none = winners.stability(outcomes.clear(), scored, by("final"), 1)
    assert none.rows() == [] and none.schema == {"id": pl.String, "stability": pl.Float64}
