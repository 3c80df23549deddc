"""If these tests fail, Eq. 1 keeps other instructions than the judges rated."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warriorcoder.config.judges import judges_of
from warriorcoder.curation import difficulty_prompt
from warriorcoder.curation.difficulty import aggregate, level, parse_score, rate
from warriorcoder.models.parse_rate import ParseRateError, check_parse_rate


@pytest.mark.parametrize(
    ("generated", "score"),
    [
        ("It is clear and demanding. [[8]]", 8),
        ("At first [[3]], all in all [[7]].", 7),
        ("Rating: [[10]]", 10),
        ("[[1]]", 1),
        ("[[0]]", None),
        ("[[11]]", None),
        ("[[100]]", None),
        ("[[-3]]", None),
        ("[[7.5]]", None),
        ("[[5]] or rather [[12]]", 5),
        ("[7]", None),
        ("Rating: 7", None),
        ("[[n]]", None),
        ("[[ 7 ]]", None),
        ("[[٧]]", None),
        ("", None),
        ("[[7]] out of [[10]]", 7),
        ("[[7]]/[[10]]", 7),
        ("Rating: **[[7]]** / **[[10]]**", 7),
        ("[[10]] out of [[10]].", 10),
        ("[[3]] / [[4]]", 4),
        ('Rating: "[[7]]"', 7),
        ('A clear task, hence I give it "[[6]]".', 6),
        ('It asks me to "answer [[10]]". So: [[4]]', 4),
        ('[[4]]\nThe instruction says "give me [[10]]".', 4),
        ('The format is "[[5]]".', None),
        ("[[7]]\n```python\nx = [[1]]\n```", 7),
        ("```text\n[[8]]\n```", 8),
        ("> Rating: [[8]]", 8),
        ("It begins with ```python and never ends it.\n\n[[3]]", 3),
        ("<think>[[9]]?</think> Hm. <think>[[8]]</think> [[4]]", 4),
        ("<think>[[9]]", None),
        ("The format is [[5]] they say, so: [[9]]<|im_end|>", 9),
    ],
)
def test_the_score_is_the_last_well_formed_mark(generated, score):
    assert parse_score(generated) == score


@given(st.text(alphabet="[]0123456789 n."), st.integers(1, 10))
def test_a_mark_at_the_end_always_wins(text, n):
    assert parse_score(f"{text} [[{n}]]") == n


@pytest.mark.parametrize(
    ("levels", "score", "name"),
    [("paper", 10, "excellent"), ("paper", 9, "excellent"), ("paper", 8.5, "good")]
    + [("paper", 8, "good"), ("paper", 6, "good"), ("paper", 5.5, "average")]
    + [("paper", 5, "average"), ("paper", 3, "average"), ("paper", 2, "poor"), ("paper", 1, "poor")]
    + [("official-code", 5, "good"), ("official-code", 4.5, "average")],
)
def test_levels_are_those_of_the_prompt(levels, score, name):
    assert level(score, levels) == name


def judged(judge, scores):
    rows = [(f"i{n}", judge, n, "", score) for n, score in enumerate(scores)]
    return pl.DataFrame(rows, schema=["id", "judge", "seed", "raw", "score"], orient="row")


def test_the_difficulty_is_the_median_of_what_parsed():
    frames = [judged("a", [9, 4, None]), judged("b", [6, None, None]), judged("c", [8, 7, None])]
    assert aggregate(frames).rows() == [("i0", 8.0), ("i1", 5.5), ("i2", None)]


def test_rating_keeps_the_order_of_the_instructions():
    curated = pl.DataFrame({"id": ["i2", "i0", "i1"]})
    assert rate(curated, [judged("a", [1, 2, 3])])["difficulty"].to_list() == [3, 1, 2]


def test_scores_of_other_instructions_are_refused():
    with pytest.raises(ValueError, match="'i3'.*run again"):
        rate(pl.DataFrame({"id": ["i0", "i1", "i3"]}), [judged("a", [1, 2])])


@given(st.integers(2, 6), st.integers(1, 5))
def test_a_new_expert_changes_no_old_judges(n, k):
    experts = [f"e{i}" for i in range(n)]
    for author in experts:
        if k <= n - 1:
            judges = judges_of(author, experts, k)
            assert author not in judges and len(set(judges)) == k
            assert judges == judges_of(author, [*experts, "new"], k)
        else:
            with pytest.raises(ValueError, match="judges_per_author"):
                judges_of(author, experts, k)


def test_an_author_who_may_not_judge_gets_the_first_judges():
    assert judges_of("x", ["a", "b", "c"], 2) == ["a", "b"]


def test_a_low_parse_rate_fails_with_examples_and_a_good_one_is_returned():
    raw = ["[[3]]", "I cannot say", "no idea", "[[4]]"]
    parsed = [parse_score(text) for text in raw]
    assert check_parse_rate(raw, parsed, 0.5, "scores of judge a") == 0.5
    with pytest.raises(ParseRateError, match="scores of judge a.*50.0%.*\n.*I cannot say") as error:
        check_parse_rate(raw, parsed, 0.6, "scores of judge a")
    assert "[[3]]" not in str(error.value)


def test_verdicts_use_the_same_guard_with_their_own_word_for_missing():
    raw, verdicts = ["[[A]]", "?"], ["A", "invalid"]
    assert check_parse_rate(raw, verdicts, 0.5, "votes", missing="invalid") == 0.5
    assert check_parse_rate([], [], 1.0, "votes") == 1.0


def test_the_prompt_states_the_levels_of_its_source_and_is_otherwise_the_same():
    ours = difficulty_prompt.render("Sort a list.")
    theirs = difficulty_prompt.render("Sort a list.", "official-code")
    assert "Good (6-8)" in ours and "Average (3-5)" in ours
    assert theirs == ours.replace("Good (6-8)", "Good (5-8)").replace("(3-5)", "(3-4)") != ours
