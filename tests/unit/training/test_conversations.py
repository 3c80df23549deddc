"""Training teaches a model the end of a reply at which inference stops, for every chat template."""

from datetime import date

import pytest
from shapes import SHAPES, tokenizer
from tokenizers import AddedToken

from warriorcoder.models.chat import Chat
from warriorcoder.training import conversations

ROW = [
    {"role": "user", "content": "Add two numbers."},
    {"role": "assistant", "content": "a + b"},
]
WORDS = (
    "{% for m in messages %}{{ m.role }}: {{ m.content }}\nEND\n"
    "{% if m.role == 'assistant' %}<|endoftext|>{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)
BREAKS = (
    "{% for m in messages %}{{ m.role }}: {{ m.content }}\n\n<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)


def taught(one) -> list[int]:
    """The tokens of `ROW` that carry loss."""
    rows = conversations.tokenize(one, [ROW], max_length=500)
    return [label for label in rows.labels[0] if label != conversations.IGNORED]


def stops(one):
    return Chat(one, date(2024, 7, 26)).reply_stops()


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_the_token_that_training_teaches_stops_inference(shape):
    one = tokenizer(shape)
    end = conversations.chat_of(one).reply_end()
    assert end in shape.closes[0]
    assert one.convert_tokens_to_ids(end) in stops(one).ids


def test_only_the_last_token_of_a_row_stops_inference():
    one = tokenizer(SHAPES["qwen"])
    *reply, end = taught(one)
    assert end in stops(one).ids and not set(reply) & set(stops(one).ids)


def test_words_before_the_token_are_learnt_and_stop_inference():
    one = tokenizer(SHAPES["qwen"], WORDS)
    learnt = taught(one)
    assert one.convert_ids_to_tokens(learnt[-1]) == "<|endoftext|>"
    assert stops(one).texts == ("\nEND",) and "\nEND" in one.decode(learnt)


def test_words_end_where_a_token_that_is_not_special_begins():
    one = tokenizer(
        SHAPES["hermes"], WORDS.replace("\nEND\n", "END").replace("endoftext", "im_end")
    )
    assert one.convert_ids_to_tokens(taught(one)[-1]) == "<|im_end|>"
    assert stops(one).texts == ("END",)


def test_an_added_token_of_line_breaks_ends_no_turn():
    one = tokenizer(SHAPES["qwen"], BREAKS)
    one.add_tokens(AddedToken("\n\n", normalized=False))
    assert one.convert_ids_to_tokens(taught(one)[-1]) == "<|im_end|>"
    assert taught(one)[-1] in stops(one).ids and not stops(one).texts
