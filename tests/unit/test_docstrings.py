"""If these tests fail, a docstring is a riddle: it opens with a question word."""

import ast
import re
from pathlib import Path

import pytest
from data import ROOT

OPENING = re.compile(r"(What|Which|How|Where|Whether|Who|Whose|That|Those)\b")
PROGRAMS = ROOT / "tests/hostile/programs"  # several in a file, which is no Python
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def riddles(source: str) -> list[str]:
    """Return the first lines of docstrings that open with a word of `OPENING`."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, DOCUMENTED)]
    texts = [ast.get_docstring(node) or "" for node in nodes]
    return [text.partition("\n")[0] for text in texts if OPENING.match(text)]


@pytest.mark.parametrize("folder", ["scripts", "tests"])
def test_no_docstring_opens_with_a_question_word(folder):
    found = {
        str(path.relative_to(ROOT)): riddles(path.read_text())
        for path in sorted(Path(ROOT, folder).rglob("*.py"))
        if PROGRAMS not in path.parents
    }
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize("word", ["What", "Whether", "Those", "That's"])
def test_a_question_word_is_found_in_every_kind_of_docstring(word):
    planted = (
        f'"""{word} a."""\nclass A:\n    """{word} b."""\n    def f():\n        """{word} c."""\n'
    )
    assert riddles(planted) == [f"{word} {each}." for each in "abc"]
    assert riddles(planted.replace(word, "Whatever")) == []
