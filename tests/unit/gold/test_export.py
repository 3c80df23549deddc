"""If these tests fail, training sets hold rows that they should not, or lack some.

Their real files are in tests/workflow/test_exported.py.
"""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warriorcoder.config.gold import Export
from warriorcoder.gold import export, final_score

EXPERTS = ["a", "b", "c"]
LEVELS = st.sampled_from([0.1, 0.3, 0.5, 0.7])


def scored_of(rows) -> pl.DataFrame:
    """rows: (id, candidate, score, gold)."""
    schema = {"id": pl.String, "candidate": pl.String, "score": pl.Float64, "gold": pl.Boolean}
    told = {"author": pl.lit("a"), "instruction": pl.lit("t"), "answer": pl.col("candidate")}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(**told)


@st.composite
def arenas(draw):
    """Scores of up to five instructions, one answer each drawn as gold, and stabilities."""
    rows, stable = [], []
    for id in ("i", "j", "k", "l", "m")[: draw(st.integers(1, 5))]:
        fought = EXPERTS[: draw(st.integers(1, 3))]
        chosen = draw(st.sampled_from(fought))
        alone = len(fought) == 1
        rows += [(id, e, None if alone else draw(LEVELS), e == chosen) for e in fought]
        stable += [] if alone else [(id, draw(LEVELS))]
    schema = {"id": pl.String, "stability": pl.Float64}
    return scored_of(rows), pl.DataFrame(stable, schema=schema, orient="row")


@given(arenas(), st.none() | LEVELS, st.none() | LEVELS)
def test_what_is_left_out_is_closer_or_less_stable_than_asked_for(arena, min_margin, min_stability):
    scored, stability = arena
    stable, expected = dict(stability.rows()), {}
    for id in scored["id"].unique():
        scores = sorted(scored.filter(id=id)["score"].drop_nulls(), reverse=True)
        if len(scores) < 2:
            continue  # nobody fought: there is nothing to be uncertain of
        if min_margin is not None and round(scores[0] - scores[1], 12) < min_margin:
            expected[id] = "margin"
        elif min_stability is not None and stable[id] < min_stability:
            expected[id] = "stability"
    out = export.left_out(
        scored, stability, Export(min_margin=min_margin, min_stability=min_stability)
    )
    assert dict(out.rows()) == expected


@given(arenas())
def test_nothing_is_left_out_unless_asked_for(arena):
    assert export.left_out(*arena, Export()).is_empty()
    assert export.left_out(*arena, Export(min_margin=0, min_stability=0)).is_empty()


def test_a_control_keeps_the_instructions_of_its_model():
    """The margin is of the scores, not of the answer that the control drew."""
    stability = pl.DataFrame({"id": ["i", "j"], "stability": [1.0, 1.0]})
    rows = [("i", "a", 0.9), ("i", "b", 0.1), ("j", "a", 0.5), ("j", "b", 0.45)]
    for drawn in EXPERTS[:2]:
        scored = scored_of([(*row, row[1] == drawn) for row in rows])
        assert export.left_out(scored, stability, Export(min_margin=0.1)).rows() == [
            ("j", "margin")
        ]


@pytest.mark.parametrize(
    "scores, tokens, best",
    [
        ({"a": 0.6, "b": 0.7, "c": 0.65}, {"a": 1, "b": 9, "c": 1}, "b"),
        ({"a": 0.6, "b": 0.6, "c": 0.6}, {"a": 5, "b": 4, "c": 5}, "b"),
        ({"a": 0.6, "b": 0.6, "c": 0.6}, {"a": 5, "b": 5, "c": 5}, "a"),
        ({"a": 0.5, "b": 0.6, "c": 0.6}, {"a": 1, "b": 5, "c": 5}, "b"),
        ({"a": 0.1 + 0.2, "b": 0.3, "c": 0.2}, {"a": 5, "b": 4, "c": 1}, "b"),
    ],
)
def test_ties_go_to_fewer_tokens_then_roster_order(scores, tokens, best):
    rows = [("i", e, 1, 0.5, 0.5, scores[e]) for e in reversed(EXPERTS)]
    schema = ["id", "candidate", "battles", "local", "expected", "score"]
    answers = pl.DataFrame(
        [("i", e, e, tokens[e]) for e in EXPERTS],
        schema=["id", "answerer", "text", "n_tokens"],
        orient="row",
    )
    scored = final_score.crown(
        pl.DataFrame(rows, schema=schema, orient="row"),
        pl.DataFrame({"id": ["i"], "expert": ["c"], "text": ["t"]}),
        answers,
        EXPERTS,
        "winner",
        1,
    )
    assert scored.filter("gold")["candidate"].to_list() == [best]
