"""If these tests fail, the report says that gold answers hang on less, or on more,
than they do."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.gold.test_final_score import ALPHA, EXPERTS, K, by, one_battle, votes

from warriorcoder.arena import rate, tally
from warriorcoder.config.rating import Rating
from warriorcoder.gold import diagnostics, final_score, winners


def crowned(cast, permutations=100):
    arena = rate.Arena.of(EXPERTS, tally.tally(cast), 1)
    rating = Rating(k=K, bootstrap=20).model_copy(update={"permutations": permutations})
    _, outcomes, orders = rate.rate_roster(arena, "r", rating)
    ids = cast["id"].unique(maintain_order=True).to_list()
    answers = pl.DataFrame(
        [(i, e, f"{e} says", 1) for i in ids for e in EXPERTS],
        schema=["id", "answerer", "text", "n_tokens"],
        orient="row",
    )
    instructions = pl.DataFrame({"id": ids, "expert": "a", "text": "t"})
    return outcomes, orders, answers, instructions


def scored_by(outcomes, answers, instructions, snapshot, alpha):
    scores = final_score.score(outcomes, by(snapshot, alpha))
    return final_score.crown(scores, instructions, answers, EXPERTS, "winner", 1)


def facts_of(cast, outcomes, orders, answers, instructions, snapshot="final"):
    scored = scored_by(outcomes, answers, instructions, snapshot, ALPHA)
    stability = winners.stability(outcomes, scored, by(snapshot), 1)
    return diagnostics.diagnose(outcomes, orders, scored, stability, by(snapshot))


def test_a_rating_gap_can_overrule_a_unanimous_vote_and_is_counted():
    cast = one_battle()
    outcomes, *rest = crowned(cast)
    far = outcomes.with_columns(expected_final=pl.lit(0.2))  # a is 240 points below b
    facts = facts_of(cast, far, *rest)
    assert (facts["unanimous"], facts["overruled_unanimous"]) == (1, 1)
    # 0.2 α + (1 - α) passes 0.5 at α = 0.625.
    assert [step["overruled_unanimous"] for step in facts["alphas"]] == [0] * 7 + [1] * 4
    assert [step["changed"] for step in facts["alphas"]] == [1] * 7 + [0] * 4
    near = outcomes.with_columns(expected_final=pl.lit(0.4))
    assert facts_of(cast, near, *rest)["overruled_unanimous"] == 0


@pytest.mark.parametrize(
    "votes, e, expected",
    [
        ((3, 0), 0.49, True),
        ((3, 0), 0.5, False),  # level: fewer tokens decide, not the ratings
        ((0, 3), 0.5, False),
        ((3, 0), 0.5 - 1e-14, False),  # a sum in another order
        ((0, 3), 0.51, True),
        ((0, 3), 0.49, False),
        ((2, 1), 0.1, False),
        ((0, 0), 0.1, False),  # ties, or nobody was asked
    ],
)
def test_only_a_higher_score_of_the_loser_overrules_an_undivided_vote(votes, e, expected):
    assert diagnostics.overruled(*votes, e) == expected
    arrays = (np.array([each, each]) for each in (*votes, e))
    assert diagnostics.overruled(*arrays).tolist() == [expected] * 2


def test_one_battle_flips_no_gold_and_a_lone_vote_is_stable():
    facts = facts_of(one_battle(), *crowned(one_battle()))
    assert (facts["gold_flip_share"], facts["stability"], facts["unstable_share"]) == (0, 1, 0)
    assert facts["gold_share"] == {"a": 1, "b": 0}


def gold_of(*parts):
    return dict(scored_by(*parts).filter("gold").select("id", "candidate").rows())


@settings(deadline=None, max_examples=25)
@given(votes(), st.sampled_from(["final", "online", "permuted"]))
def test_the_sweep_over_alpha_is_crowning_anew(cast, snapshot):
    outcomes, orders, answers, instructions = crowned(cast)
    facts = facts_of(cast, outcomes, orders, answers, instructions, snapshot)
    before = gold_of(outcomes, answers, instructions, snapshot, ALPHA)
    for step in facts["alphas"]:
        after = gold_of(outcomes, answers, instructions, snapshot, step["alpha"])
        changed = sum(after[id] != before[id] for id in before) / len(before)
        assert step["changed"] == pytest.approx(changed)


@settings(deadline=None, max_examples=15)
@given(votes())
def test_the_flip_share_is_the_chance_that_two_orders_disagree(cast):
    outcomes, orders, answers, instructions = crowned(cast, permutations=6)
    facts = facts_of(cast, outcomes, orders, answers, instructions)
    golds = []
    for _, final in orders.group_by("order", maintain_order=True):
        rating = dict(final.select("expert", "rating").rows())
        gap = [rating[d] - rating[a] for a, d in outcomes.select("attacker", "defender").rows()]
        again = outcomes.with_columns(
            expected_final=pl.Series([1 / (1 + 10 ** (each / 400)) for each in gap])
        )
        golds.append(gold_of(again, answers, instructions, "final", ALPHA))
    pairs = [(p, q) for p in golds for q in golds]
    differ = sum(p[id] != q[id] for p, q in pairs for id in p) / len(pairs) / len(golds[0])
    assert facts["gold_flip_share"] == pytest.approx(differ)


def test_a_roster_without_battles_has_facts_all_the_same():
    cast = one_battle()
    outcomes, orders, *_ = crowned(cast)
    scored = pl.DataFrame(
        {"id": ["i"], "candidate": ["a"], "n_tokens": [1], "gold": [True], "score": [None]}
    )
    outcomes = outcomes.clear()
    stability = winners.stability(outcomes, scored, by("final"), 1)
    facts = diagnostics.diagnose(outcomes, orders, scored, stability, by("final"))
    assert facts["gold_share"] == {"a": 1} and facts["stability"] is None
