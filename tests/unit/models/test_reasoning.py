"""Final answers of reasoning models: what would otherwise battle, or be parsed, is a thought."""

from typing import get_args

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapes import SHAPES, tokenizer

from warriorcoder.arena import answers, votes
from warriorcoder.arena.tables import VOTES
from warriorcoder.arena.verdicts import parse_verdict
from warriorcoder.config.answers import Answers
from warriorcoder.config.arena import Voting
from warriorcoder.config.difficulty import Difficulty
from warriorcoder.config.experts import Engine, Expert, Family
from warriorcoder.curation import raters
from warriorcoder.curation.difficulty import parse_score
from warriorcoder.mining import mine
from warriorcoder.mining.tables import MINED
from warriorcoder.models import reasoning
from warriorcoder.models.engines import Completion
from warriorcoder.models.model import Model
from warriorcoder.models.reasoning import final

CODE = "```python\ndef add(a, b):\n    return a + b\n```"
TAGS = '```python\nre.sub("<think>.*?</think>", "", s)\ntag = """\n<think>x</think>\n"""\n```'
QWQ = f"So I need to add. Alternatively, subtract. Wait.\n\n**Final Answer**\n\n{CODE}\n"
GPT_OSS = (
    "<|channel|>analysis<|message|>Is it [[B]]? No.<|end|>"
    "<|start|>assistant<|channel|>final<|message|>Use a sum. [[A]]"
)


@pytest.mark.parametrize(
    ("family", "raw", "said"),
    [
        ("none", "<think>x</think>y", "<think>x</think>y"),
        ("think", f"<think>\nhm\n</think>\n\n{CODE}", CODE),
        ("think", f"hm\n</think>\n\n{CODE}", CODE),  # the prompt opened the thought
        ("think", "<think>\n\n</think>\n\nyes", "yes"),  # a hybrid that was told not to think
        ("think", "It is 4.", "It is 4."),  # it did not think at all
        ("think", "a</think>Close it with </think>.", "Close it with </think>."),
        ("think", "<think>hm</think>\n<answer>\nyes\n</answer>", "yes"),
        ("think", "hm</think>\nHere it is:\n<answer>\nyes\n</answer>", "yes"),
        ("think", "<think>hm", None),
        (
            "think",
            "<think>a [[B]]</think> So far.\n<think>b [[B]]</think>\nFinal verdict: [[A]]",
            "So far.\n\nFinal verdict: [[A]]",
        ),
        ("think", "<think>a [[B]]</think> So far.\n<think>b [[B]]", None),
        ("think", "hm</think>a<think>hm</think>b", "ab"),  # the prompt opened the first
        ("think", "<think>a <think>b</think> c</think>yes", "yes"),
        ("think", "<think>hm</think>```\nodd\n<think>hm</think>yes", "```\nodd\nyes"),
        ("think", 'say "yes"</think>yes', "yes"),
        ("think", "Close it with </think>.", "Close it with </think>."),
        ("think", "Use `<think>` and `</think>`.", "Use `<think>` and `</think>`."),
        ("think", f"<think>hm</think>{TAGS}", TAGS),
        ("seed", "<seed:think>a</seed:think>b<seed:think>c</seed:think>d", "bd"),
        ("magistral", "[THINK]hm[/THINK]yes", "yes"),
        ("seed", "<seed:think>hm</seed:think>yes", "yes"),
        (
            "command",
            "<|START_THINKING|>hm<|END_THINKING|><|START_RESPONSE|>yes<|END_RESPONSE|>",
            "yes",
        ),
        (
            "open-thoughts",
            "<|begin_of_thought|>hm<|end_of_thought|>\n\n"
            "<|begin_of_solution|>\nyes\n<|end_of_solution|>",
            "yes",
        ),
        ("final-answer", QWQ, f"\n\n{CODE}\n"),
        ("final-answer", f"hm\n### Final Solution:\n{CODE}", f"\n{CODE}"),
        ("final-answer", "hm\n**Final Answer:** It is 4.", "It is 4."),
        ("final-answer", "hm\n**Final Answer**: It is 4.", "It is 4."),
        ("final-answer", "**Final Answer**\nno\nWait.\n**Final Answer**\nyes", "\nyes"),
        ("final-answer", "yes\n**Final Answer**\n", "yes\n**Final Answer**\n"),
        ("final-answer", "My final answer is unclear.", "My final answer is unclear."),
        ("final-answer", f"Here:\n{CODE}", f"Here:\n{CODE}"),
        (
            "final-answer",  # a comment in code is no heading
            "Here:\n```python\n# Final answer\nprint(4)\n```\nDone.",
            "Here:\n```python\n# Final answer\nprint(4)\n```\nDone.",
        ),
        ("harmony", GPT_OSS, "Use a sum. [[A]]"),
        ("harmony", f"{GPT_OSS}<|return|>", "Use a sum. [[A]]"),
        ("harmony", "<|channel|>analysis<|message|>hm", None),
        ("harmony", "<|channel|>ana", None),
        (
            "harmony",
            "<|channel|>commentary to=python <|constrain|>json<|message|>{}<|call|>",
            None,
        ),
        ("harmony", "A server took the channels out.", "A server took the channels out."),
    ],
)
def test_only_what_follows_the_thought_is_said(family, raw, said):
    assert final(raw, family) == said


def test_a_thought_that_the_prompt_opened_must_be_closed():
    assert final("It is 4.", "think", opened=True) is None
    assert final("hm</think>It is 4.", "think", opened=True) == "It is 4."


def test_who_thinks_aloud_and_is_cut_off_has_said_nothing():
    assert final("So, maybe [[A]]? Or", "final-answer", ended=False) is None
    assert final("hm\n**Final Answer**\nIt is", "final-answer", ended=False) == "\nIt is"


def test_an_opened_thought_is_seen_in_the_generation_prompt():
    assert reasoning.opened("think", "<|im_end|>\n<|im_start|>assistant\n<think>\n")
    assert not reasoning.opened("think", "<|im_start|>assistant\n<think>\n\n</think>\n\n")
    assert not reasoning.opened("think", "<|im_start|>assistant\n")
    assert not reasoning.opened("none", "<think>\n")


def test_a_reply_keeps_all_that_was_generated_and_says_why_it_is_empty():
    cut = reasoning.heard(Completion("i", "<think>hm", "length", 3), "think", False)
    assert (cut.text, cut.raw, cut.finish_reason, cut.n_tokens) == ("", "<think>hm", "thought", 3)
    ended = reasoning.heard(Completion("i", "<think>hm", "stop", 3), "think", False)
    assert ended.finish_reason == "thought"
    late = reasoning.heard(Completion("i", "hm</think>It is", "length", 3), "think", True)
    assert (late.text, late.finish_reason) == ("It is", "length")


THOUGHT = st.text(alphabet="[]ABTie1234567890 \n#*", max_size=60)


@given(THOUGHT, st.sampled_from([name for name in reasoning.MARKS]))
def test_no_mark_in_a_thought_is_a_verdict_or_a_score(thought, family):
    marks = reasoning.MARKS[family]
    raw = f"{marks.opens}[[A]] [[1]]{thought}"
    assert final(raw, family) is None
    closed = f"{raw}{marks.closes}I cannot tell."
    assert parse_verdict(final(closed, family)) == "invalid"
    assert parse_score(final(closed, family)) is None
    assert parse_verdict(final(f"{closed}\n[[B]]", family)) == "B"


def test_every_family_tells_answers_and_thoughts_apart():
    assert {*get_args(Family)} == {"none", "final-answer", "harmony", *reasoning.MARKS}


@given(st.text(max_size=200), st.booleans())
def test_models_that_do_not_reason_are_taken_at_their_word(raw, ended):
    assert final(raw, "none", ended=ended) == raw


@given(st.text(alphabet="final Answer*#:\n`<|channel|>message", max_size=200))
def test_a_final_answer_is_a_part_of_what_was_generated(raw):
    for family in get_args(Family):
        said = final(raw, family)
        assert said is None or said in raw


@pytest.fixture
def thinker(tmp_path, monkeypatch):
    """A real template and tokenizer of a reasoning family; what the engine makes is given."""
    folder = tmp_path / "thinker"
    tokenizer(SHAPES["qwq"]).save_pretrained(folder)
    spec = Expert(name="thinker", model=str(folder), reasoning="think")

    def says(*texts):
        made = [Completion(str(n), text, reason, 9) for n, (text, reason) in enumerate(texts)]
        monkeypatch.setattr(Model, "generate", lambda self, requests, sampling: made)
        return Model(spec, Engine(kind="vllm"), tmp_path / "rows.sqlite")

    return says


HOW = {"temperature": 0.0, "top_p": 1.0, "max_tokens": 9}
ASKED = pl.DataFrame({"id": ["i", "j", "k"], "text": ["one", "two", "three"]})


def test_final_answers_battle_and_the_raw_text_is_kept(thinker):
    said = [(f"hm\n</think>\n\n{CODE}<|im_end|>", "stop"), ("hm", "length"), ("x</think>y", "stop")]
    made = answers.answer(thinker(*said), ASKED, Answers(**HOW), run_seed=0)
    assert made["text"].to_list() == [CODE, "", "y"]
    assert made["raw"].to_list() == [text for text, _ in said]
    assert made["finish_reason"].to_list() == ["stop", "thought", "stop"]


def test_a_verdict_in_a_thought_is_none(thinker):
    said = [("[[A]] or [[B]]?</think>\n[[A]]", "stop"), ("So [[B]]", "length"), ("x", "stop")]
    battles = ASKED.select("id", attacker=pl.lit("a"), defender=pl.lit("b"))
    given = pl.concat(ASKED.with_columns(answerer=pl.lit(who)) for who in "ab")
    cast = votes.judge(thinker(*said), battles, ASKED, given, Voting(max_tokens=9), run_seed=0)
    assert cast["verdict"].to_list() == ["A", "invalid", "invalid"]
    assert cast["finish_reason"].to_list() == ["stop", "thought", "thought"]
    assert cast.columns == list(VOTES.schema)


def test_a_rating_in_a_thought_is_none(thinker):
    said = [("[[9]]?</think>[[4]]", "stop"), ("[[9]]", "length"), ("[[9]]</think>no", "stop")]
    rated = raters.rate(thinker(*said), ASKED, Difficulty(**HOW), run_seed=0)
    assert rated["score"].to_list() == [4, None, None]


def test_a_mark_of_thoughts_in_a_users_turn_is_debris(thinker):
    said = [("Sort a list.", "stop"), ("Sort it.<think>hm", "stop"), ("x", "length")]
    mined = mine.mine(thinker(*said), "s", rows=range(3), run_seed=0, **HOW)
    assert mined["leaked"].to_list() == [False, True, False]


def test_a_part_without_rows_is_a_table_without_rows(thinker):
    assert mine.mine(thinker(), "s", rows=range(0), run_seed=0, **HOW).schema == MINED.schema
