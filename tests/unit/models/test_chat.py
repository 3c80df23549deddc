"""Template derivation on the five styles that the miniature ships."""

from datetime import date

import pytest
from data import ROOT
from transformers import AutoTokenizer

from warriorcoder.models import system_prompt
from warriorcoder.models.chat import Chat, ChatError

WEIGHTS = ROOT / "scripts/warriorcoder/miniature/weights"
DAY = date(2024, 7, 26)


def chat(expert):
    return Chat(AutoTokenizer.from_pretrained(WEIGHTS / expert), DAY, expert)


# What a reader of each template would type by hand.
OPENINGS = {
    "athene": "<|im_start|>system\n{}<|im_end|>\n<|im_start|>user\n",
    "dscoder": "<s>{}\n\nUser:",
    "quen": "{}<|User|>",
    "quq": "<s>[INST] {}\n\n",
}
ENDS = {
    "athene": ({"<|im_end|>"}, ()),
    "dscoder": ({"</s>"}, ("\n\nAssistant:",)),
    "llamax": ({"<|eot_id|>"}, ()),
    "quen": ({"<|Assistant|>", "<|end|>"}, ()),
    "quq": ({"[/INST]", "</s>"}, ()),
}


@pytest.mark.parametrize("expert", OPENINGS)
def test_the_prefix_ends_where_the_user_begins(expert):
    one = chat(expert)
    text = one.tokenizer.decode(one.prefix(system_prompt.SYSTEM))
    assert text == OPENINGS[expert].format(system_prompt.SYSTEM)


def test_a_template_that_prints_today_prints_the_pinned_day():
    one = chat("llamax")
    text = one.tokenizer.decode(one.prefix(system_prompt.SYSTEM))
    assert "26 Jul 2024" in text
    assert text.endswith("<|start_header_id|>user<|end_header_id|>\n\n")


@pytest.mark.parametrize("expert", ENDS)
def test_the_user_turn_ends_at_the_templates_own_mark(expert):
    one = chat(expert)
    stops = one.user_stops(system_prompt.SYSTEM)
    tokens, texts = ENDS[expert]
    assert {one.tokenizer.decode([token]) for token in stops.ids} == tokens
    assert stops.texts == texts


@pytest.mark.parametrize("expert", ENDS)
def test_prefix_and_instruction_make_the_tokens_of_the_whole_conversation(expert):
    one = chat(expert)
    instruction = "Write a function that adds two numbers."
    prefix, whole = one.prefix(system_prompt.SYSTEM), one.prompt(instruction, system_prompt.SYSTEM)
    assert whole[: len(prefix)] == prefix
    assert one.tokenizer.decode(whole[len(prefix) :]).lstrip().startswith(instruction)


@pytest.mark.parametrize("expert", ENDS)
def test_a_conversation_opens_with_one_beginning_of_text_at_most(expert):
    one = chat(expert)
    ids = one.prompt("Hi.", system_prompt.SYSTEM)
    assert ids.count(one.tokenizer.bos_token_id) <= 1


def test_a_template_without_a_system_role_puts_its_text_before_the_users():
    one = chat("quen")
    one.tokenizer.chat_template = (
        "{% if messages[0].role == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
        "<|User|>{{ messages[0].content }}<|Assistant|>"
    )
    text = one.tokenizer.decode(one.prefix("Be kind."))
    assert text.rstrip() == "<|User|>Be kind."


def test_a_tokenizer_without_template_is_refused_with_the_key_to_set():
    tokenizer = AutoTokenizer.from_pretrained(WEIGHTS / "athene")
    tokenizer.chat_template = None
    with pytest.raises(ChatError, match="athene.*chat_template"):
        Chat(tokenizer, DAY, "athene")


def test_a_template_that_drops_the_message_is_refused():
    one = chat("athene")
    one.tokenizer.chat_template = "hello"
    with pytest.raises(ChatError, match="athene"):
        one.prefix("system")
