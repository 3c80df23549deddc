"""If these tests fail, k-center selects what is no programming request, or requests are lost."""

import gzip
import json

import pytest
from data import shared

from warriorcoder.config.curation import Curation
from warriorcoder.core.inputs import FileError
from warriorcoder.curation import language, request
from warriorcoder.curation.funnel import KEYS
from warriorcoder.curation.junk import junk_reason

SPEC = Curation(min_chars=12, max_chars=4000, min_ascii_share=0.9, jaccard=0.7, requests_only=True)


def reason(text):
    return junk_reason(text, "stop", False, SPEC)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Who trained you, and what is your training cutoff?", "about_the_model"),
        ("Hello! Are you a large language model?", "about_the_model"),
        ("Please fix the following program.", "nothing_given"),
        ("I have a problem with this script!", "nothing_given"),
        ("Écris une fonction Python qui trie une liste de mots.", "other_language"),
        ("请编写一个函数来计算字符串中元音的数量,并返回结果给用户看看。", "other_language"),
        ("Sure! Below is a class that holds the tasks in a list.", "answer"),
        ("function add(a, b) {\n  return a + b;\n}", "answer"),
        ("SELECT name FROM users WHERE age > 30 ORDER BY name", "answer"),
        ("As an AI language model, I do not have a body.", "assistant_voice"),
        ("Hello! How can I help you with your code today?", "assistant_voice"),
        ("sort sort sort sort sort sort sort sort sort sort sort sort", "repeated_text"),
        ("It prints the sum of both.\n" * 9, "repeated_text"),
        ("Write a program that reads a file and counts the", "unfinished"),
        ("Create a class that has the methods push, pop, peek,", "unfinished"),
        ("Sort these.\n\nHuman: and now?\nAI: they are sorted.", "several_turns"),
        ("Write a sort [/INST] Sure, here", "special_token"),
        ("<|user|>\nWrite a sort", "special_token"),
        ("Write a function:\nassistant\nSure, here it is.", "template_debris"),
    ],
)
def test_what_is_no_request_has_its_reason(text, why):
    assert reason(text) == why


@pytest.mark.parametrize(
    "text",
    [
        "Write a chatbot in Python that answers the question 'What is your name?'",
        "Who are you calling when you use super() in Python, and in which order?",
        "Please fix the following program.\nprint 'hello'",
        "Explain the code below: for x in range(3): print(x)",
        "Translate 'où est la bibliothèque, mon cher ami' to English in a Python program.",
        "Write a Python program that prints the words «Привет, мир, как дела сегодня».",
        "Sure, here is my code, but why does it print nothing?\n```python\nprint\n```",
        "def area(r):\n    # TODO: return the area of a circle\n    pass",
        "Fix my table. It shows:\n| a | b |\n|---|---|\n| 1 | 2 |",
        "Write a function to mask a password 😀 and return the text with *** in it.",
        "Explain what `[INST]` and <|im_end|> do in a prompt template.",
        "Parse this dialogue into a list of turns:\nUser: hi\nBot: hello\nUser: bye",
        "Prove that ∀ n ∈ ℕ: Σ i = n(n+1)/2, and write it as a loop in Python.",
        "What role does the variable called head play in this list?",
    ],
)
def test_a_request_is_kept(text):
    assert reason(text) is None


def test_the_known_junk_goes_and_the_known_requests_stay():
    junk = [json.loads(line) for line in shared("../cases/junk.jsonl").read_text().splitlines()]
    kept = {row["kind"] for row in junk if not reason(row["text"])}
    assert kept == {"not about programming"}  # by form it is a request
    legitimate = shared("../cases/legitimate.jsonl").read_text().splitlines()
    assert [reason(json.loads(line)["text"]) for line in legitimate] == [None] * len(legitimate)


def test_honest_coding_requests_survive():
    with gzip.open(shared("instructions/gpteacher_codegen_instruct.json.gz"), "rt") as file:
        rows = [f"{r['instruction']}\n{r.get('input') or ''}".strip() for r in json.load(file)]
    dropped = [text for text in rows[::4] if request.unasked_reason(text, "en")]
    assert len(dropped) <= len(rows[::4]) / 1000, dropped


def test_another_language_may_be_the_wanted_one():
    text = "Schreibe bitte eine Python-Funktion, die prüft, ob eine Zahl eine Primzahl ist."
    assert request.unasked_reason(text, "de") is None
    assert (
        request.unasked_reason("Write a function that reverses a list.", "de") == "other_language"
    )
    with pytest.raises(FileError, match="curation.language: 'xx' is none of"):
        language.speaks(text, "xx")


@pytest.mark.parametrize("unit", ["! ", "a, ", "Q:\n", ":\nx\n", "```\n", "[INST] ", "\n \n", "“"])
def test_a_long_text_takes_time_in_proportion_to_its_length(unit):
    """Without a clock: a quadratic search over 400,000 characters would not end."""
    reason_of = request.unasked_reason(unit * (400_000 // len(unit)), "en")
    assert reason_of is None or reason_of in KEYS
    request.unshown(unit * (400_000 // len(unit)))
