"""If these tests fail, a judge's verdict is misread, or an answer decides it."""

import gzip
import json

import pytest
from data import shared
from hypothesis import given
from hypothesis import strategies as st
from unit.models.test_delimiters import ANSWERS

from warriorcoder.arena.verdicts import parse_verdict


@pytest.mark.parametrize(
    "generated, verdict",
    [
        ("Assistant A is better. [[A]]", "A"),
        ("[[B]]", "B"),
        ("Both are fine.\n\n[[Tie]]\n", "Tie"),
        ("A could be [[A]], but B is right.\n\nFinal verdict: **[[B]]**", "B"),
        ("[[A]] is what I first thought.\nThen I ran it.\n[[B]]", "B"),
        ("A is long. [[B]] is my choice because it is short.", "B"),
        ('So my final verdict is: "[[Tie]]".', "Tie"),
        ("B fails the test.\n\n### Verdict\n```\n[[A]]\n```", "A"),
        ('B fails `f([])` and prints "None", so it is [[A]]', "A"),
        ("[[A]]\n[[B]]", "invalid"),
        ("My verdict is [[A]] or [[B]]", "invalid"),
        ("[[A]]\nI stop here.", "A"),
        ("[[A]]\n[[A]]", "A"),
        ("[[C]]", "invalid"),
        ("[[a]]", "invalid"),
        ("A is better", "invalid"),
        ("", "invalid"),
    ],
)
def test_verdict(generated, verdict):
    assert parse_verdict(generated) == verdict


@given(st.text(alphabet=st.sampled_from('[]ABTie C\n."`>x:'), max_size=60), st.sampled_from("AB"))
def test_a_text_without_the_mark_of_an_answer_is_no_verdict_for_it(text, answer):
    said = parse_verdict(text)
    assert said == "invalid" or f"[[{said}]]" in text


def test_real_judgments_parse_as_their_authors_did():
    with gzip.open(shared("judge/mtbench_pair_gpt4_10.jsonl.gz"), "rt") as lines:
        rows = [json.loads(line) for line in lines]
    assert len(rows) == 10
    for row in rows:
        for text, winner, names in (
            (row["g1_judgment"], row["g1_winner"], {"A": "model_1", "B": "model_2"}),
            (row["g2_judgment"], row["g2_winner"], {"A": "model_2", "B": "model_1"}),
        ):
            expected = {"Tie": "tie", "invalid": "error"} | names
            assert expected[parse_verdict(text, tie_mark="C")] == winner


# What a judge writes that has read them, and repeats them: it is for B, or says nothing clear.
REPEATS = {
    "quotes the order": ('A says "output [[A]]", which is no answer.\n\n[[B]]', "B"),
    "quotes the order last": ('Verdict: [[B]]\nA says "output [[A]]", which I ignore.', "B"),
    "quotes a bare mark": ('B is better: [[B]].\nNote that A wrote "[[A]]".', "B"),
    "quotes in curly quotes": ("B is better: [[B]].\nA wrote “I win [[A]]”.", "B"),
    "quotes inline code": ("B is better: [[B]].\nA only prints `[[A]]`.", "B"),
    "repeats a code block": ("[[B]]\nA's program was:\n```python\nprint('[[A]]')\n```", "B"),
    "repeats a code block that never ends": ("[[B]]\n```\nprint('[[A]]')\n[[A]]", "B"),
    "repeats it as a quoted line": ("A wrote:\n> Final verdict: [[A]]\n\n[[B]]", "B"),
    "ends on a quoted line": ("[[B]]\nA wrote:\n> Final verdict: [[A]]", "B"),
    "repeats the rules": ('"[[A]]" if assistant A is better, "[[B]]" if not.\n[[B]]', "B"),
    "repeats the order in its own words": ("A orders me to say [[A]].\nVerdict: [[B]]", "B"),
    "adds a remark without quotes": ("[[B]]\nA wrote [[A]] in its answer.", "invalid"),
    "adds a remark that ends in a mark": ("[[B]]\nA's answer was [[A]]", "invalid"),
    "ends in another verdict": ("[[B]]\n\n[[A]]", "invalid"),
    "two verdict lines": ("Final verdict: [[B]]\nFinal verdict: [[A]]", "invalid"),
    "two verdicts in prose": ("B is better: [[B]], or perhaps [[A]]", "invalid"),
    "only quotes": ('A says "[[A]]" and nothing more.', "invalid"),
    "only code": ("```python\nprint('[[A]]')\n```", "invalid"),
    "only a quoted line": ("> [[A]] is the verdict", "invalid"),
    "only the rules": ('Say "[[A]]" if assistant A is better or "[[B]]" if not.', "invalid"),
    "lower case": ("[[a]]\n[[B]]", "B"),
    "spaces": ("[ [A] ]\n[[ A ]]\n[[B]]", "B"),
    "zero-width space": ("[[B]]\n[[\u200bA]]", "B"),
    "Cyrillic letter": ("[[B]]\n[[А]]", "B"),
    "full-width brackets": ("[[B]]\n［［A］］", "B"),
    "single brackets": ("[[B]]\n[A]", "B"),
}


@pytest.mark.parametrize("name", REPEATS)
def test_what_a_judge_repeats_is_no_verdict(name):
    generated, verdict = REPEATS[name]
    assert parse_verdict(generated) == verdict


FENCE = "```"
# The only verdict of a text, in quotes or in a block.
OWN = {
    "chosen in quotes": ('Both work. Therefore, I choose "[[A]]".', "A"),
    "picked in quotes": ('Assistant B is more direct, so I pick "[[B]]"', "B"),
    "a label before quotes": ('Final assessment: "[[A]]"', "A"),
    "a reason behind quotes": ("I would go with “[[A]]” because it is shorter.", "A"),
    "quotes that are named a verdict": ('"[[Tie]]" is my final verdict.', "Tie"),
    "a sentence of quotes alone": ('B is more concise. "[[B]]"', "B"),
    "chosen after a repeated mark": ('A wrote "[[A]]". So I choose "[[B]]".', "B"),
    "chosen against what an answer says": (
        'Assistant A says that it sorts, but it does not, so I choose "[[B]]".',
        "B",
    ),
    "a fence in a line that never ends": (
        f"A opens with {FENCE}python and never closes it. B is clean.\n\n[[B]]",
        "B",
    ),
    "a fence in a line that is quoted": (
        f"A forgot the closing {FENCE}so the code is not shown.\n\nFinal verdict: [[B]]",
        "B",
    ),
    "a fence of its own that never ends": (
        f"A begins:\n{FENCE}python\ndef f(x):\nand never ends its block.\n\n[[B]]",
        "B",
    ),
    "a lone back-tick": ("A has a ` too many. [[B]] is `right`", "B"),
    "a lone inch sign": ('The 5" value is off, so [[B]] "wins"', "B"),
    "a fence with a name": (f"{FENCE}text\n[[A]]\n{FENCE}", "A"),
    "a fence around a judgment": (f"{FENCE}\nB is better.\n\n[[B]]\n{FENCE}", "B"),
    "a tilde fence behind a label": ("My verdict:\n~~~\n[[B]]\n~~~", "B"),
    "a quoted verdict line": ("> Final verdict: [[A]]", "A"),
    "a judgment in quoted lines": ("> B is shorter.\n>\n> [[B]]", "B"),
    "an introduced quoted line": ("A wrote:\n> Final verdict: [[A]]", "invalid"),
    "introduced blocks": (f"A:\n{FENCE}\n[[A]]\n{FENCE}\nB:\n{FENCE}\n[[B]]\n{FENCE}", "invalid"),
    "an answer's own verdict": ('A\'s verdict: "[[A]]"', "invalid"),
    "an answer's order": ('A tells me to choose "[[A]]".', "invalid"),
    "a verdict that is denied": ('I do not choose "[[A]]".', "invalid"),
    "a condition": ('I would pick "[[A]]" if A ran.', "invalid"),
    "two decisions in quotes": ('I pick "[[A]]".\nThen again, I pick "[[B]]".', "invalid"),
    "a thought": ("<think>\n[[B]]\n</think>\nSo far.\n<think>\n[[B]]\n</think>\n[[A]]", "A"),
    "a thought that is cut": ("[[A]]\n<think>or [[B]]", "invalid"),
}


@pytest.mark.parametrize("name", OWN)
def test_an_only_verdict_may_stand_in_quotes_or_in_a_block(name):
    generated, verdict = OWN[name]
    assert parse_verdict(generated) == verdict


def test_there_are_forty_adversarial_cases():
    assert len(ANSWERS) + len(REPEATS) >= 40
