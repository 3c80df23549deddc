"""If these tests fail, an answer goes to another instruction, or one is missing unseen."""

import polars as pl
import pytest
from data import ROOT

from warriorcoder.arena.entered import EnteredError, enter, told_apart
from warriorcoder.arena.tables import ANSWERS
from warriorcoder.config.experts import Expert
from warriorcoder.models.reader import Reader

WEIGHTS = ROOT / "scripts/warriorcoder/miniature/weights/athene"
READER = Reader(Expert(name="athene", model=str(WEIGHTS)))
INSTRUCTIONS = pl.DataFrame({"id": ["b", "a", "c"], "text": ["two", "one", "two"]})


def given(*rows):
    frame = pl.DataFrame(rows, schema=["row", "instruction", "answer"], orient="row")
    return told_apart(frame, "given.jsonl")


def test_an_answer_belongs_to_the_instruction_with_its_text():
    rows = given((1, "one", "def f(): 1"), (2, "three", "?"), (3, "two", ""), (4, "two", ""))
    made = enter(READER, INSTRUCTIONS, rows, "given.jsonl")
    assert made.schema == ANSWERS.schema
    assert made["id"].to_list() == ["b", "a", "c"]
    assert made["text"].to_list() == made["raw"].to_list() == ["", "def f(): 1", ""]
    assert made["n_tokens"].to_list() == [0, len(READER.chat.ids("def f(): 1")), 0]
    assert set(made["answerer"]) == {"athene"} and set(made["finish_reason"]) == {"stop"}


def test_a_missing_answer_is_refused_with_its_instruction():
    with pytest.raises(EnteredError, match=r"given.jsonl: lacks .* 2 of 3 .* first is b \('two'"):
        enter(READER, INSTRUCTIONS, given((1, "one", "x")), "given.jsonl")


def test_two_answers_to_an_instruction_are_refused_with_their_rows():
    with pytest.raises(EnteredError, match=r"given.jsonl: rows 2 and 5 .*\('one'…\)"):
        given((1, "two", "x"), (2, "one", "x"), (4, "one", "x"), (5, "one", "y"))
