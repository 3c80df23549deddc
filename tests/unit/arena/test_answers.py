import polars as pl
import pytest

from warriorcoder.arena import answers

INSTRUCTIONS = pl.DataFrame({"id": ["a:2", "a:1", "a:3"], "text": ["two", "one", "three"]})
BATTLES = pl.DataFrame(
    [("a:1", "a", "b"), ("a:1", "c", "b"), ("a:2", "a", "c"), ("a:3", "b", "a")],
    schema=["id", "attacker", "defender"],
    orient="row",
)


@pytest.mark.parametrize(
    ("answerer", "alone", "due"),
    [
        ("a", False, ["a:2", "a:1", "a:3"]),
        ("b", False, ["a:1", "a:3"]),
        ("c", False, ["a:2", "a:1"]),
        ("d", False, []),
        ("d", True, ["a:2", "a:1", "a:3"]),
    ],
)
def test_an_expert_answers_the_instructions_of_its_battles_once_in_their_order(
    answerer, alone, due
):
    assert answers.due(INSTRUCTIONS, BATTLES, answerer, alone=alone)["id"].to_list() == due
