"""If these tests fail, judges read another prompt than the paper's."""

from data import shared

from warriorcoder.arena import battle_prompt
from warriorcoder.arena.verdicts import parse_verdict
from warriorcoder.models import system_prompt


def test_the_prompt_asks_for_the_mark_that_is_parsed():
    for mark in ("Tie", "C"):
        text = battle_prompt.render("question", "one", "two", mark)
        assert f'"[[{mark}]]" for a tie' in text
        assert parse_verdict(f"Both are right. [[{mark}]]", mark) == "Tie"
    assert "[[Tie]]" not in battle_prompt.render("question", "one", "two", "C")
    assert parse_verdict("[[Tie]]", "C") == parse_verdict("[[C]]", "Tie") == "invalid"


def test_the_prompt_is_table_7_to_the_letter():
    paper = shared("../paper").glob("001*.txt")
    text = " ".join(next(paper).read_text().split())
    assert " ".join(battle_prompt.RULES.split()) in text
    assert " ".join(system_prompt.SYSTEM.split()) in text


def test_a_votes_recipe_tells_another_prompt_by_its_hash():
    paper, other = battle_prompt.identity("Tie"), battle_prompt.identity("C")
    assert paper["version"] == "Table 7" and other["version"] != "Table 7"
    assert paper["sha256"] != other["sha256"]
