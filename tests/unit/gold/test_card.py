"""If these tests fail, the card of a data set says what its rows do not hold."""

import polars as pl
import pytest

from warriorcoder.gold import card, columns, export, licences, shown
from warriorcoder.gold.tables import SCORED

BATTLE = {"attacker": "a", "defender": "b", "t_attacker": 3, "t_defender": 0, "votes": 3}
UNASKED = {"attacker": "a", "defender": "c", "t_attacker": 0, "t_defender": 0, "votes": 0}
SIDES = [("a", "b"), ("b", "a"), ("a", "c"), ("b", "c")]


def pairs(*battles):
    rows = [{"chosen_expert": a, "rejected_expert": b, "battles": list(battles)} for a, b in SIDES]
    return pl.DataFrame(rows)


def test_pairs_are_backed_where_their_answers_met_and_most_votes_agree():
    assert shown.backed(pairs(BATTLE, UNASKED)) == {"met": 0.5, "agree": 0.25}
    back = {"attacker": "b", "defender": "a", "t_attacker": 4, "t_defender": 0, "votes": 4}
    assert shown.backed(pairs(BATTLE, back)) == {"met": 0.5, "agree": 0.25}
    assert shown.backed(pairs(UNASKED)) == {"met": 0.0, "agree": 0.0}
    assert shown.backed(pairs().clear()) == {"met": 0.0, "agree": 0.0}


def test_an_example_cannot_leave_its_fence():
    said = [{"role": "user", "content": "````\n# no heading"}]
    lines = shown.example(
        pl.DataFrame([{"id": "i", "winner": "w", "prompt": said, "completion": said}])
    )
    assert lines.count("`" * 7) == 2 and lines.count("`" * 7 + "text") == 2


def test_a_long_text_is_cut_in_an_example():
    said = [{"role": "user", "content": "x" * 5000}]
    lines = shown.example(
        pl.DataFrame([{"id": "i", "winner": "w", "prompt": said, "completion": said}])
    )
    assert max(map(len, lines)) == shown.LONGEST + 1


@pytest.mark.parametrize(
    ("model", "name", "link"),
    [
        ("Qwen/QwQ-32B-Preview", "apache-2.0", "/Qwen/QwQ-32B-Preview/blob/main/LICENSE"),
        ("some/model", "see its page", "https://huggingface.co/some/model"),
        ("scripts/a/folder", "of its owner", "–"),
    ],
)
def test_a_licence_is_named_or_its_page_is(model, name, link):
    found = licences.of(model)
    assert found.name == name and found.link.endswith(link)


def test_each_config_shows_columns_that_its_file_has_and_the_card_explains():
    passport = {*columns.PASSPORT}
    files = {"sft.parquet": {*columns.SFT} | passport, "scored.parquet": {*SCORED.schema}}
    files["preferences.parquet"] = {*columns.PREFERENCES} | passport
    for file, names in columns.CONFIGS.values():
        assert set(names) <= files[file]
    assert set(export.SCORES) <= set(SCORED.schema)
    assert set(card.WHAT) == set(card.GOLD)
