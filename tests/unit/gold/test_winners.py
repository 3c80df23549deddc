"""If these tests fail, the report and the filters judge rows by other winners than
the gold answers', or by draws that no vote could give."""

from itertools import product

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.gold.test_final_score import ALPHA, EXPERTS, by, rated, votes

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


def one(*cast, x=0.5):
    """One battle between a and b with these votes, and a rating that expects `x` of a."""
    frame = pl.DataFrame(
        [("i", "a", "b", f"j{n}", vote) for n, vote in enumerate(cast)],
        schema=["id", "attacker", "defender", "judge", "vote"],
        orient="row",
    )
    outcomes, scored = crowned(frame, [1, 1, 1])
    return outcomes.with_columns(expected_final=pl.lit(x)), scored


@pytest.mark.parametrize(
    "cast, x",
    [
        (["attacker", "attacker", "defender"], 0.5),
        (["attacker", "defender", "tie"], 0.5),
        (["attacker", "invalid", "defender"], 0.45),
        (["attacker", "attacker", "defender", "tie"], 0.4),
        (["attacker"] * 3, 0.5),
        (["tie"] * 2, 0.5),
    ],
)
def test_stability_is_the_share_of_all_draws_of_the_votes(cast, x):
    def a_wins(drawn):
        t_a, t_d = drawn.count("attacker"), drawn.count("defender")
        local = t_a / (t_a + t_d) if t_a + t_d else 0.5
        return round(ALPHA * x + (1 - ALPHA) * local - 0.5, 12) >= 0  # a comes first: ties are his

    exact = [a_wins(drawn) == a_wins(cast) for drawn in product(cast, repeat=len(cast))]
    found = winners.stability(*one(*cast, x=x), by("final"), 1, resamples=20_000)
    assert found["id"].to_list() == ["i"]
    assert found["stability"].item() == pytest.approx(sum(exact) / len(exact), abs=0.015)


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


def test_without_battles_there_is_nothing_to_draw():
    outcomes, scored = one("attacker")
    assert winners.stability(outcomes.clear(), scored, by("final"), 1).is_empty()
