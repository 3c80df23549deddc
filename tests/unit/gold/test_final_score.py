import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warriorcoder.arena import rate, tally
from warriorcoder.config.gold import Export
from warriorcoder.config.rating import Rating
from warriorcoder.gold import export, final_score

EXPERTS = ["a", "b", "c"]
ALPHA, K = 0.7, 40


@st.composite
def votes(draw):
    rows = []
    for i in range(draw(st.integers(1, 6))):
        for attacker, defender in draw(
            st.lists(st.permutations(EXPERTS).map(lambda p: tuple(p[:2])), min_size=1, unique=True)
        ):
            if any(row[:3] == (f"i{i}", defender, attacker) for row in rows):
                continue
            for judge in ("x", "y"):
                vote = draw(st.sampled_from(["attacker", "defender", "tie", "invalid"]))
                rows.append((f"i{i}", attacker, defender, judge, vote))
    schema = ["id", "attacker", "defender", "judge", "vote"]
    return pl.DataFrame(rows, schema=schema, orient="row")


def rated(cast):
    arena = rate.Arena.of(EXPERTS, tally.tally(cast), 1)
    rates = rate.rate_roster(arena, "r", Rating(k=K, initial=1000, permutations=100, bootstrap=20))
    return arena, *rates[:2]


def by(snapshot, alpha=ALPHA):
    return Rating(snapshot=snapshot, alpha=alpha)


def naive_scores(outcomes, snapshot):
    """Eq. 5, straight from the text."""
    parts = {}
    for row in outcomes.iter_rows(named=True):
        x, local = row[f"expected_{snapshot}"], row["local"]
        for who, big, small in ((row["attacker"], x, local), (row["defender"], 1 - x, 1 - local)):
            parts.setdefault((row["id"], who), []).append(ALPHA * big + (1 - ALPHA) * small)
    return {key: sum(values) / len(values) for key, values in parts.items()}


@given(votes(), st.sampled_from(["final", "online", "permuted"]))
def test_scores_follow_equation_5(cast, snapshot):
    _, _, outcomes = rated(cast)
    found = final_score.score(outcomes, by(snapshot)).select("id", "candidate", "score").rows()
    assert {(i, c): s for i, c, s in found} == pytest.approx(naive_scores(outcomes, snapshot))


def test_a_score_is_the_mean_over_the_battles_that_its_candidate_fought():
    outcomes = pl.DataFrame(
        [("j", "b", "a", 0.0, 0.5), ("i", "a", "b", 1.0, 0.75), ("i", "a", "c", 0.5, 0.25)],
        schema=["id", "attacker", "defender", "local", "expected_final"],
        orient="row",
    )
    assert final_score.score(outcomes, by("final")).rows() == [
        ("j", "b", 1, 0.0, 0.5, pytest.approx(0.35)),
        ("i", "a", 2, 0.75, 0.5, pytest.approx(0.575)),
        ("j", "a", 1, 1.0, 0.5, pytest.approx(0.65)),
        ("i", "b", 1, 0.0, 0.25, pytest.approx(0.175)),
        ("i", "c", 1, 0.5, 0.75, pytest.approx(0.675)),
    ]


@given(votes())
def test_the_winner_has_the_highest_score_then_fewest_tokens_then_roster_order(cast):
    _, _, outcomes = rated(cast)
    scores = final_score.score(outcomes, by("permuted"))
    ids = cast["id"].unique(maintain_order=True).to_list()
    instructions = pl.DataFrame({"id": ids, "expert": "a", "text": "t"})
    tokens = {"a": 5, "b": 3, "c": 3}
    answers = pl.DataFrame(
        [(i, e, f"{e} says", tokens[e]) for i in ids for e in EXPERTS],
        schema=["id", "answerer", "text", "n_tokens"],
        orient="row",
    )
    scored = final_score.crown(scores, instructions, answers, EXPERTS, "winner", 1)
    naive = naive_scores(outcomes, "permuted")
    for id in ids:
        players = [who for i, who in naive if i == id]
        best = min(players, key=lambda e: (-round(naive[id, e], 12), tokens[e], EXPERTS.index(e)))
        won = scored.filter(pl.col("gold") & (pl.col("id") == id))
        assert won["candidate"].to_list() == [best]


def one_battle(vote="attacker"):
    return pl.DataFrame(
        [("i", "a", "b", "c", vote)],
        schema=["id", "attacker", "defender", "judge", "vote"],
        orient="row",
    )


def alone():
    instructions = pl.DataFrame({"id": ["i"], "expert": ["a"], "text": ["t"]})
    answers = pl.DataFrame({"id": ["i"], "answerer": ["a"], "text": ["me"], "n_tokens": [1]})
    empty = final_score.score(rated(one_battle())[2].clear(), by("final"))
    return final_score.crown(empty, instructions, answers, ["a"], "winner", 1)


def test_with_one_expert_its_own_answer_is_gold_without_a_battle():
    assert alone().rows() == [("i", "a", "t", "a", "me", 1, 0, None, None, None, True)]


def test_scored_holds_the_candidates_by_instruction_and_roster_with_their_answers():
    scores = pl.DataFrame(
        [
            ("i", "c", 2, 0.5, 0.25, 0.4),
            ("j", "b", 1, 1.0, 0.5, 0.7),
            ("i", "a", 3, 0.0, 0.75, 0.3),
        ],
        schema=["id", "candidate", "battles", "local", "expected", "score"],
        orient="row",
    )
    instructions = pl.DataFrame({"id": ["j", "i"], "expert": ["b", "c"], "text": ["add", "sort"]})
    answers = pl.DataFrame(
        [("i", "a", "x", 7), ("i", "c", "y", 8), ("j", "b", "z", 9), ("j", "a", "no battle", 1)],
        schema=["id", "answerer", "text", "n_tokens"],
        orient="row",
    )
    scored = final_score.crown(scores, instructions, answers, EXPERTS, "winner", 1)
    assert scored.rows() == [
        ("j", "b", "add", "b", "z", 9, 1, 1.0, 0.5, 0.7, True),
        ("i", "c", "sort", "a", "x", 7, 3, 0.0, 0.75, 0.3, False),
        ("i", "c", "sort", "c", "y", 8, 2, 0.5, 0.25, 0.4, True),
    ]


def test_scores_that_differ_by_a_rounding_error_are_equal_and_fewer_tokens_win():
    scores = pl.DataFrame(
        [("i", "a", 1, 0.5, 0.5, 0.1 + 0.2), ("i", "b", 1, 0.5, 0.5, 0.3)],
        schema=["id", "candidate", "battles", "local", "expected", "score"],
        orient="row",
    )
    instructions = pl.DataFrame({"id": ["i"], "expert": ["a"], "text": ["t"]})
    answers = pl.DataFrame(
        {"id": "i", "answerer": ["a", "b"], "text": ["long", "short"], "n_tokens": [9, 3]}
    )
    scored = final_score.crown(scores, instructions, answers, EXPERTS, "winner", 1)
    assert scored.filter("gold")["answer"].to_list() == ["short"]


def test_the_random_control_takes_any_candidate_by_its_instruction():
    ids = [f"i{n}" for n in range(60)]
    scores = pl.DataFrame(
        [(i, e, 1, 0.5, 0.5, 0.9 if e == "a" else 0.1) for i in ids for e in EXPERTS],
        schema=["id", "candidate", "battles", "local", "expected", "score"],
        orient="row",
    )
    instructions = pl.DataFrame({"id": ids, "expert": "a", "text": "t"})
    answers = pl.DataFrame(
        [(i, e, e, 1) for i in ids for e in EXPERTS],
        schema=["id", "answerer", "text", "n_tokens"],
        orient="row",
    )
    drawn, otherwise = (
        final_score.crown(scores, instructions, answers, EXPERTS, "random", seed).filter("gold")
        for seed in (1, 2)
    )
    assert len(drawn) == 60 and set(drawn["candidate"]) == set(EXPERTS)
    assert drawn["candidate"].to_list() != otherwise["candidate"].to_list()
    fewer = final_score.crown(
        scores.filter(pl.col("id") != "i0"), instructions[1:], answers, EXPERTS, "random", 1
    ).filter("gold")
    assert fewer["candidate"].to_list() == drawn["candidate"].to_list()[1:]


def test_preferences_hold_only_answers_that_lost_and_differ():
    scored = pl.DataFrame(
        {
            "id": ["i"] * 3,
            "author": "a",
            "instruction": "t",
            "candidate": EXPERTS,
            "answer": ["good", "good", "bad"],
            "score": [0.9, 0.5, 0.4],
            "gold": [True, False, False],
        }
    )
    passport = pl.DataFrame({"id": ["i"], "sampling": ["s"]})
    pairs = export.preferences(scored, passport)
    assert pairs["rejected_expert"].to_list() == ["c"]
    assert pairs["chosen"][0].to_list() == [{"role": "assistant", "content": "good"}]
    assert pairs["sampling"].to_list() == ["s"]
    assert export.sft(scored, passport)["margin"].to_list() == pytest.approx([0.4])


@pytest.mark.parametrize(
    ("answers", "rows", "pairs"), [(["", "x", "y"], 0, 0), (["x", "", "y"], 1, 1)]
)
def test_who_never_came_to_an_answer_is_neither_learnt_from_nor_compared(answers, rows, pairs):
    scored = pl.DataFrame(
        {"id": "i", "author": "a", "instruction": "t", "candidate": EXPERTS, "answer": answers}
    ).with_columns(score=pl.Series([0.9, 0.5, 0.4]), gold=pl.Series([True, False, False]))
    passport = pl.DataFrame({"id": ["i"], "stability": [1.0]})
    out = export.left_out(scored, passport, Export(min_margin=0.9))
    assert out["reason"].to_list() == ["margin" if rows else "empty"]
    out = export.left_out(scored, passport, Export())
    kept = scored.join(out, on="id", how="anti")
    assert len(export.sft(kept, passport)) == rows == 1 - len(out)
    assert len(export.preferences(kept, passport)) == pairs
