"""Training teaches a model the end of a reply at which inference stops, for every chat template."""

from datetime import date

import pytest
from shapes import SHAPES, tokenizer
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers
from transformers import PreTrainedTokenizerFast as FastTokenizer

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


CUT = [ROW[0], {"role": "assistant", "content": "def f(x):\n    return"}]
TAUGHT = {name: shape for name, shape in SHAPES.items() if name != "deepseek-r1"}  # it is refused


@pytest.mark.parametrize("shape", TAUGHT.values(), ids=TAUGHT)
def test_a_reply_that_its_limit_cut_is_taught_without_an_end(shape):
    one = tokenizer(shape)
    end = one.convert_tokens_to_ids(conversations.chat_of(one).reply_end())
    whole, cut = (
        conversations.tokenize(one, [ROW, CUT], max_length=500, cut=cut)
        for cut in ([], [False, True])
    )
    assert (whole.unended, cut.unended) == (0, 1)
    assert cut.ids[0] == whole.ids[0] and cut.labels[0] == whole.labels[0]
    assert whole.ids[1][: len(cut.ids[1])] == cut.ids[1]
    assert end in whole.labels[1] and end not in cut.labels[1]
    learnt = [label for label in cut.labels[1] if label != conversations.IGNORED]
    assert one.decode(learnt).endswith(CUT[1]["content"])


def test_words_before_the_token_are_not_taught_behind_a_cut():
    one = tokenizer(SHAPES["qwen"], WORDS)
    rows = conversations.tokenize(one, [CUT], max_length=500, cut=[True])
    assert one.decode(rows.ids[0]).endswith("return")


MARK = "▁"
SENTENCEPIECE = {
    "always": (None, pre_tokenizers.Metaspace(prepend_scheme="always", split=False)),
    "first": (None, pre_tokenizers.Metaspace(prepend_scheme="first")),
    "legacy": (
        normalizers.Sequence([normalizers.Prepend(MARK), normalizers.Replace(" ", MARK)]),
        None,
    ),
    "alone": (normalizers.Prepend(MARK), None),
    "several": (
        None,
        pre_tokenizers.Sequence([pre_tokenizers.Metaspace(), pre_tokenizers.Digits()]),
    ),
}
TURNS = (
    "{% for m in messages %}<{{ m.role }}>{{ m.content }}<end>{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)


def like_sentencepiece(normalizer, pre_tokenizer) -> FastTokenizer:
    """Each letter is a token, so that a stray space shows."""
    letters = [MARK, *map(chr, range(32, 127))]
    backend = Tokenizer(models.BPE(vocab={each: n for n, each in enumerate(letters)}, merges=[]))
    backend.normalizer, backend.pre_tokenizer = normalizer, pre_tokenizer
    backend.add_special_tokens(["<end>", "<user>"])
    one = FastTokenizer(tokenizer_object=backend, eos_token="<end>")
    one.chat_template = TURNS
    return one


@pytest.mark.parametrize("steps", SENTENCEPIECE.values(), ids=SENTENCEPIECE)
def test_no_space_comes_between_the_opening_of_a_turn_and_its_reply(steps):
    """The row has the tokens of its whole text, as a model that answers this prompt writes it."""
    one = like_sentencepiece(*steps)
    assert one.convert_ids_to_tokens(one("a")["input_ids"]) == [MARK, "a"], "it does put one"
    rows = conversations.tokenize(one, [ROW], max_length=500)
    text = conversations.chat_of(one).render(ROW, generation=False)
    assert rows.ids == [one(text, add_special_tokens=False)["input_ids"]]
    assert one.convert_ids_to_tokens(taught(one)[0]) == "a"


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_tokenizer_that_puts_no_space_is_used_as_it_is(shape):
    one = tokenizer(shape)
    assert (conversations.continuing(one) is one) == (shape.kind != "pieces")
