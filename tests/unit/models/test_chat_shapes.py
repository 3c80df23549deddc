"""Prefix, prompts and stops of the shapes that real chat templates have (tests/shapes.py)."""

from datetime import date

import pytest
from shapes import SHAPES, Shape, tokenizer

from warriorcoder.models import reasoning, system_prompt
from warriorcoder.models.chat import Chat, ChatError

DAY = date(2024, 7, 26)
ASKED = "Write a function that adds two numbers."


@pytest.fixture(params=SHAPES.values(), ids=lambda shape: shape.name)
def shape(request) -> Shape:
    return request.param


@pytest.fixture
def chat(shape) -> Chat:
    return Chat(tokenizer(shape), DAY, shape.name)


def read(chat: Chat, ids) -> str:
    """Text of ids; a decoder of pieces eats a text's first space."""
    return chat.tokenizer.decode(ids)


def test_the_prefix_ends_where_the_user_begins(shape, chat):
    text = read(chat, chat.prefix(system_prompt.SYSTEM))
    assert text == shape.opening.format(system_prompt.SYSTEM)


def test_prefix_and_instruction_make_the_tokens_of_the_whole_conversation(shape, chat):
    prefix, whole = chat.prefix(system_prompt.SYSTEM), chat.prompt(ASKED, system_prompt.SYSTEM)
    assert whole[: len(prefix)] == prefix
    assert read(chat, whole[len(prefix) :]).strip().startswith(ASKED)


def test_turns_end_at_the_templates_own_marks(shape, chat):
    for stops, (tokens, texts) in (
        (chat.user_stops(system_prompt.SYSTEM), shape.ends),
        (chat.reply_stops(), shape.closes),
    ):
        assert set(chat.tokenizer.convert_ids_to_tokens(stops.ids)) == tokens
        assert stops.texts == texts


def test_the_user_stops_stand_right_after_the_users_text(shape, chat):
    whole = chat.prompt(ASKED, system_prompt.SYSTEM)
    after = read(chat, whole).rpartition(ASKED)[2]
    stops = chat.user_stops(system_prompt.SYSTEM)
    marks = [*stops.texts, *chat.tokenizer.convert_ids_to_tokens(stops.ids)]
    assert any(after.startswith(mark) for mark in marks)


def test_a_conversation_opens_with_one_beginning_of_text(shape, chat):
    ids = chat.prompt("Hello.", system_prompt.SYSTEM)
    in_template = "bos_token" in chat.tokenizer.chat_template
    assert ids.count(chat.tokenizer.bos_token_id) == (1 if in_template else 0)


def test_the_system_prompt_is_read_wherever_the_family_has_its_place(shape, chat):
    assert chat.takes_system == shape.takes_system
    assert system_prompt.SYSTEM in read(chat, chat.prompt(ASKED, system_prompt.SYSTEM))


def test_no_date_but_the_pinned_one(shape, chat):
    later = Chat(chat.tokenizer, date(2031, 2, 3), shape.name)
    text = read(later, later.prompt("Hello."))
    for form in ("%d %b %Y", "%Y-%m-%d", "%B %d, %Y"):
        assert date.today().strftime(form) not in text
    dated = later.prompt("Hello.") != chat.prompt("Hello.")
    assert dated == (shape.name in ("llama", "mistral", "gpt-oss", "granite"))


def test_a_generation_prompt_that_opens_a_thought_is_seen(shape, chat):
    opens = reasoning.opened("think", chat.opening(system_prompt.SYSTEM))
    assert opens == (shape.name in ("qwq", "deepseek-r1"))


def test_what_the_prompt_puts_before_the_reply_is_left_out_of_the_prefix(shape, chat):
    header = chat.opening(system_prompt.SYSTEM).strip()
    assert header not in read(chat, chat.prefix(system_prompt.SYSTEM))


def test_named_templates_are_used_by_their_default():
    one, named = tokenizer(SHAPES["hermes"]), tokenizer(SHAPES["hermes"])
    named.chat_template = {"default": one.chat_template, "tool_use": "tools"}
    assert Chat(named, DAY).prefix("S") == Chat(one, DAY).prefix("S")


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("{{ raise_exception('never') }}", r"turns user \(TemplateError: never\)"),
        ("{{ messages[0]['content'][0]['text'] }}", "0 times, not once"),  # wants a list
        ("{{ messages[0].content + 1 }}", "fails on the turns user .TypeError"),
        ("{% for m in messages %}{{ m.content }}{{ m.content }}{% endfor %}", "2 times, not once"),
        ("hello", "0 times, not once"),
        ("{% for m in messages %}", "fails on the turns user .TemplateSyntaxError"),
    ],
)
def test_a_template_that_cannot_be_used_names_the_expert_and_the_key(template, says):
    one = Chat(tokenizer(SHAPES["qwen"], template), DAY, "kwen")
    with pytest.raises(ChatError, match=f"^kwen: .*{says}.* key chat_template[.]$"):
        one.prefix(system_prompt.SYSTEM)
