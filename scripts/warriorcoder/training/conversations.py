"""Training rows: conversations as token ids with labels, and the order of the rows.

The chat template renders a row, which is tokenised in two pieces. The prompt ends with the opening
of the assistant's turn. The reply ends with the token that ends the turn (`Chat.reply_end`). So the
trained model reads the same prompt tokens at inference, and only the reply carries loss. A text
that spells a control token is made inert, because it would end its own turn. A reply that its
length limit cut is taught without that token. Rows are padded, never packed (METHOD 13).
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerBase, PreTrainedTokenizerFast

from warriorcoder.config.experts import Expert
from warriorcoder.core import seeds
from warriorcoder.models.chat import SENTINEL, Chat

# Templates that print today's date get this date, as in every stage that prompts a model.
TODAY = Expert.model_fields["template_date"].default
IGNORED = -100  # the label of a token without loss


class RowError(ValueError):
    """A conversation that cannot become a training row. The message names the row and the fix."""


class Rows(NamedTuple):
    """Tokenised conversations.

    `ids` and `labels` are aligned lists of token lists. A label is the token itself or -100.
    `cut` counts the rows that were too long, `dropped` the rows that had no room for a reply, and
    `unended` the rows without the end of a reply, because the answer itself is cut.
    """

    ids: list[list[int]]
    labels: list[list[int]]
    cut: int
    dropped: int
    unended: int


def chat_of(tokenizer) -> Chat:
    """Return the target's chat, which every row is rendered with."""
    return Chat(tokenizer, TODAY, "the target", key="training.chat_template")


def tokenize(
    tokenizer,
    conversations: list[list[dict]],
    max_length: int,
    *,
    cut: Sequence[bool] = (),
    first: int = 0,
) -> Rows:
    """Return token ids and labels of `conversations` (each ends with a reply), in order.

    Longer rows lose their end. A row whose prompt alone fills `max_length` is dropped.

    Args:
        tokenizer: the target's.
        conversations: lists of messages.
        max_length: the most tokens of a row.
        cut: for each conversation, True if its answer's length limit cut the reply.
        first: the number of the first conversation, for error messages.

    Raises:
        ChatError: the chat template is unusable, or writes no token behind a reply.
        RowError: a conversation ends with another role, or its prompt is not rendered alike with
            and without the reply.
    """
    chat = chat_of(tokenizer)
    end = chat.reply_end()
    closing = _closing(chat, end)
    prompts: list[str] = []
    replies: list[str] = []
    unended = list(cut) or [False] * len(conversations)
    for number, messages in enumerate(conversations, start=first):
        if not messages or messages[-1]["role"] != "assistant":
            raise RowError(f"row {number}: the last message must be the assistant's reply")
        messages = [message | {"content": chat.inert(message["content"])} for message in messages]
        before = chat.render(messages[:-1], generation=True)
        text = chat.render(messages, generation=False)
        if not text.startswith(before):
            raise RowError(
                f"row {number}: the chat template renders the prompt differently when the reply "
                "follows. Name another template in training.chat_template."
            )
        prompts.append(before)
        stop = text.rindex(end) + len(end)
        if unended[number - first]:
            stop = len(text[:stop].removesuffix(closing))
        replies.append(text[len(before) : stop])
    rows = Rows([], [], cut=0, dropped=0, unended=0)
    encoded = (_encode(tokenizer, prompts), _encode(continuing(tokenizer), replies), unended)
    for prompt, reply, without_end in zip(*encoded, strict=True):
        whole = len(prompt) + len(reply) <= max_length
        kept = len(prompt) < max_length
        if kept:
            rows.ids.append((prompt + reply)[:max_length])
            rows.labels.append(([IGNORED] * len(prompt) + reply)[:max_length])
        rows = rows._replace(
            cut=rows.cut + (not whole),
            dropped=rows.dropped + (not kept),
            unended=rows.unended + (kept and without_end),
        )
    return rows


@lru_cache(maxsize=1)
def continuing(tokenizer: PreTrainedTokenizerBase) -> PreTrainedTokenizerBase:
    """Return a tokenizer of text that goes on: the same, but it puts no space before a text.

    A tokenizer like SentencePiece's begins every text with a space, which would come between the
    opening of a turn and its reply.
    """
    if not isinstance(tokenizer, PreTrainedTokenizerFast):
        return tokenizer
    said = json.loads(tokenizer.backend_tokenizer.to_str())
    plain = said | {key: _unprefixed(said[key]) for key in ("normalizer", "pre_tokenizer")}
    if plain == said:
        return tokenizer
    return PreTrainedTokenizerFast(tokenizer_object=Tokenizer.from_str(json.dumps(plain)))


def order(
    lengths: Sequence[int] | np.ndarray, steps: int, global_batch: int, seed: int
) -> np.ndarray:
    """Return the row numbers of training, int [steps × global_batch].

    Every epoch is a new permutation, and batches run on across epochs. Inside a batch the longest
    rows come first. This changes no gradient, but forward passes pad less and the ranks get similar
    amounts of work.
    """
    wanted = steps * global_batch
    epochs = -(-wanted // len(lengths))
    rows = np.concatenate(
        [seeds.rng(seed, "epoch", epoch).permutation(len(lengths)) for epoch in range(epochs)]
    )[:wanted].reshape(steps, global_batch)
    by_length = np.argsort(-np.asarray(lengths)[rows], axis=1, kind="stable")
    return np.take_along_axis(rows, by_length, axis=1).ravel()


def _closing(chat: Chat, end: str) -> str:
    """Return the text that the template writes behind a reply, up to the end token."""
    turns = [{"role": "user", "content": "Hello."}, {"role": "assistant", "content": SENTINEL}]
    after = chat.render(turns, generation=False).rpartition(SENTINEL)[2]
    return after[: after.index(end) + len(end)]


def _encode(tokenizer, texts: list[str]) -> list[list[int]]:
    return tokenizer(texts, add_special_tokens=False)["input_ids"]


def _unprefixed(step: dict | None) -> dict | None:
    """Return a step of a tokenizer's normalizer or pre-tokenizer that adds no space in front."""
    if step is None or step["type"] == "Prepend":
        return None
    if step["type"] == "Sequence":
        key = next(key for key in ("normalizers", "pretokenizers") if key in step)
        return step | {key: [kept for each in step[key] if (kept := _unprefixed(each))]}
    off = {"prepend_scheme": "never", "add_prefix_space": False}
    return step | {key: value for key, value in off.items() if key in step}
