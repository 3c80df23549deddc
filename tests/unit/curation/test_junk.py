"""If these tests fail, paid judges read junk, or good instructions are lost."""

import gzip
import json
import os
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from data import ROOT

from warriorcoder.config.curation import Curation
from warriorcoder.curation.junk import answered, junk, junk_reason

SPEC = Curation(min_chars=20, max_chars=2000, min_ascii_share=0.9, jaccard=0.7)
GOOD = "Write a Python function named vowels(text) that counts the vowels in text."
DEBUG = """The function below should return the largest value. Fix the bug.
```python
def largest(values):
    return min(values)
```"""
SHARED = Path(os.environ.get("WARRIORCODER_DATA", ROOT / "../shared/data"))


def reason(text, finish_reason="stop", leaked=False):
    return junk_reason(text, finish_reason, leaked, SPEC)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        DEBUG,
        "Here is a solution I tried, but it fails on empty lists:\n```python\n"
        "def f(x):\n    return x[0]\n```\nWhat is wrong?",
        "Complete the class. Of course, it must handle empty input.\n```python\n"
        "class Stack:\n    def pop(self):\n        ...\n```",
        "Design a database. User: id, name and email address. Write the SQL for it.",
        "Why does `a <| b` not work in Python, and what does x | y | z do with sets?",
        "Write a command line assistant that keeps a list of tasks in a file.",
        "Why is my price not struck out? <p><s>19 EUR</s> 9 EUR</p> is what I wrote.",
        "Fix this page:\n```html\n<p>old</s>\n<s>new</s>\n```",
        "What does the tag `</s>` do, and why does </s> not close my <del>?",
        "Write a regex that removes `<think>` and <think>…</think> from a text.",
        "Explain what this does.\n```python\nfor i in range(3):\n    print(i)\n```",
    ],
)
def test_a_legitimate_instruction_is_kept(text):
    assert reason(text) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Write code.", "too_short"),
        ("   \n ", "too_short"),
        (GOOD * 40, "too_long"),
        ("请编写一个函数来计算字符串中元音的数量,并返回结果给用户看看。", "not_english"),
        (GOOD + "<|im_start|>", "special_token"),
        (GOOD + " [/INST]", "special_token"),
        (GOOD + "<｜Assistant｜>", "special_token"),
        (GOOD + "</s>", "special_token"),
        (GOOD + " </s>\nSure, here it is.", "special_token"),
        (GOOD + "</s> Sure, here it is.", "special_token"),
        (GOOD + "<end_of_turn>\n<start_of_turn>model\nSure", "special_token"),
        ("<think>\nOkay, the user wants a function that sorts.", "special_token"),
        (GOOD + "\n</think>\nHere it is.", "special_token"),
        (GOOD + "<eos>", "special_token"),
        (GOOD + "[SYSTEM_PROMPT]You are kind.[/SYSTEM_PROMPT]", "special_token"),
        (GOOD + " \ufffd\ufffd", "special_token"),
        (GOOD + "\nAssistant: Sure.", "template_debris"),
        (GOOD + "\n\nassistant\n\nSure.", "template_debris"),
        ("user\n\n" + GOOD, "template_debris"),
        ("User: " + GOOD, "template_debris"),
        (GOOD + "\n### Response:", "template_debris"),
        (GOOD + "\nuser", "template_debris"),
        (
            GOOD + "\nSure! Here is the code:\n```python\ndef vowels(text):\n    return 0\n```",
            "answered",
        ),
        (
            GOOD + "\n```python\ndef vowels(text):\n    return 0\n```\n"
            "Here's how you can call it: vowels('a')",
            "answered",
        ),
    ],
)
def test_junk_is_named(text, why):
    assert reason(text) == why


def test_truncation_and_leaks_are_junk_whatever_the_text_says():
    assert reason(GOOD, finish_reason="length") == "truncated"
    assert reason(GOOD, leaked=True) == "special_token"


def test_limits_belong_to_the_kept_side():
    assert reason("a" * SPEC.min_chars) is None
    assert reason("a" * (SPEC.min_chars - 1)) == "too_short"
    assert reason("a" * SPEC.max_chars) is None
    assert reason("a" * (SPEC.max_chars + 1)) == "too_long"
    assert reason("a" * 18 + "é" * 2) is None  # 18 of 20 characters are ASCII: 0.9
    assert reason("a" * 17 + "é" * 3) == "not_english"


def test_code_alone_or_prose_alone_is_not_answered():
    fence = "```python\ndef f():\n    return 1\n```"
    assert not answered(fence)
    assert not answered("Sure, here is a solution without any code.")
    assert not answered("Sure, here it is: ```x = 1```")  # no block of its own
    assert answered("Sure, here it is:\n" + fence)


def test_every_row_gets_its_own_reason():
    mined = pl.DataFrame(
        {
            "text": [GOOD, "x", GOOD],
            "finish_reason": ["stop", "stop", "length"],
            "leaked": [False, False, False],
        }
    )
    assert junk(mined, SPEC).to_list() == [None, "too_short", "truncated"]


def test_real_user_prompts_are_rarely_taken_for_answers_or_debris():
    path = SHARED / "instructions/arena_hard_v0.1_questions.jsonl.gz"
    if not path.exists():
        pytest.skip(f"no reference data at {path}")
    with gzip.open(path, "rt") as lines:
        texts = [json.loads(line)["prompt"] for line in lines]
    spec = SPEC.model_copy(update={"max_chars": 100_000})
    reasons = Counter(junk_reason(text, "stop", False, spec) for text in texts)
    assert reasons[None] >= 0.95 * len(texts)
    assert reasons["answered"] + reasons["special_token"] + reasons["template_debris"] <= 5
