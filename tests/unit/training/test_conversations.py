"""Training teaches a model the end of a reply at which inference stops, for every chat template."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapes import SHAPES, tokenizer
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers
from transformers import PreTrainedTokenizerFast as FastTokenizer
from unit.training.target import GOLD, TEMPLATE, byte_tokenizer

from warriorcoder.models.chat import Chat, ChatError
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


def test_loss_covers_the_reply_and_its_end_and_nothing_else():
    tokenizer = byte_tokenizer()
    rows = conversations.tokenize(tokenizer, GOLD, max_length=500)
    for messages, ids, labels in zip(GOLD, rows.ids, rows.labels, strict=True):
        learnt = [token for token, label in zip(ids, labels, strict=True) if label != -100]
        assert learnt == [label for label in labels if label != -100]
        assert tokenizer.decode(learnt) == "\n" + messages[1]["content"] + "\n<|EOT|>"
        assert labels[-len(learnt) :] == learnt, "the reply is the end of the row"


def test_prompt_tokens_are_those_of_inference():
    tokenizer = byte_tokenizer()
    rows = conversations.tokenize(tokenizer, GOLD, max_length=500)
    asked = Chat(tokenizer, conversations.TODAY)
    for messages, ids, labels in zip(GOLD, rows.ids, rows.labels, strict=True):
        prompt = asked.prompt(messages[0]["content"])
        assert tuple(ids[: len(prompt)]) == prompt
        assert labels.count(-100) == len(prompt)


def test_a_control_token_that_is_spelled_out_is_none():
    turns = [{"role": role, "content": "Why <|EOT|>?"} for role in ("user", "assistant")]
    rows = conversations.tokenize(byte_tokenizer(), [turns], max_length=500)
    assert [ids.count(3) for ids in rows.ids] == [labels.count(3) for labels in rows.labels] == [1]
    assert byte_tokenizer().decode(rows.ids[0]).count("Why < |EOT|>?") == 2


def test_long_rows_are_cut_and_counted_and_prompts_without_room_dropped():
    tokenizer = byte_tokenizer()
    whole = conversations.tokenize(tokenizer, GOLD, max_length=500)
    lengths = [len(ids) for ids in whole.ids]
    prompts = [labels.count(-100) for labels in whole.labels]
    limit = int(np.median(prompts))
    rows = conversations.tokenize(tokenizer, GOLD, max_length=limit)
    assert rows.cut == sum(length > limit for length in lengths)
    assert rows.dropped == sum(prompt >= limit for prompt in prompts) > 0
    assert {len(ids) for ids in rows.ids} == {limit}
    assert all(labels[-1] != -100 for labels in rows.labels)


def test_template_that_never_says_stop_is_refused():
    tokenizer = byte_tokenizer()
    tokenizer.chat_template = TEMPLATE.replace("<|EOT|>", "")
    with pytest.raises(ChatError, match="the target: .*no token.*training.chat_template"):
        conversations.tokenize(tokenizer, GOLD, max_length=500)


def test_conversation_without_reply_names_its_row():
    with pytest.raises(conversations.RowError, match="row 1"):
        conversations.tokenize(byte_tokenizer(), [GOLD[0], GOLD[1][:1]], max_length=500)


@given(
    lengths=st.lists(st.integers(1, 9), min_size=1, max_size=20),
    steps=st.integers(1, 8),
    batch=st.integers(1, 8),
    seed=st.integers(0, 99),
)
def test_every_epoch_sees_every_row_once_whatever_the_lengths(lengths, steps, batch, seed):
    batches = conversations.order(lengths, steps, batch, seed).reshape(steps, batch)
    equal = conversations.order([1] * len(lengths), steps, batch, seed).reshape(steps, batch)
    assert np.array_equal(np.sort(batches, axis=1), np.sort(equal, axis=1))
    assert (np.diff(np.asarray(lengths)[batches], axis=1) <= 0).all()
    seen = np.bincount(equal.ravel(), minlength=len(lengths))
    assert seen.max() - seen.min() <= 1
    assert sorted(equal.ravel()[: len(lengths)]) == sorted(set(equal.ravel()[: len(lengths)]))
