"""If these tests fail, a text moves the cursor of a terminal, or a closed pipe is an error."""

import ast
import unicodedata

import pytest
from data import ROOT
from hypothesis import given
from hypothesis import strategies as st

from warriorcoder.cli import terminal

PRINTERS = {"terminal.py", "progress.py"}  # a terminal's own line


@given(st.text())
def test_no_control_character_is_printed_and_no_other_is_changed(text):
    shown = terminal.visible(text)
    assert not {c for c in shown if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")} - {*"\t\n"}
    harmless = "".join(c for c in text if c.isprintable() or c in "\t\n")
    assert terminal.visible(harmless) == harmless
    assert not {"\n", "\t"} & set(terminal.word(text))


@pytest.mark.parametrize(
    "text, shown",
    [
        ("\x1b[2J\rred", "\\x1b[2J\\rred"),
        ("\u202eabc\u2069", "\\u202eabc\\u2069"),
        ("\x9b31m", "\\x9b31m"),
        ("half \ud83d", "half \\ud83d"),
        ("naïve → \u00a0\u3000👩\u200d💻", "naïve → \u00a0\u3000👩\u200d💻"),
    ],
)
def test_an_escape_names_its_character(text, shown, capsys):
    terminal.say(text)
    assert capsys.readouterr().out == f"{shown}\n"


@pytest.mark.parametrize(
    "file", sorted((ROOT / "scripts/warriorcoder/cli").rglob("*.py")), ids=lambda file: file.name
)
def test_every_command_prints_through_the_terminal(file):
    called = {node.id for node in ast.walk(ast.parse(file.read_text())) if hasattr(node, "id")}
    assert "print" not in called or file.name in PRINTERS
