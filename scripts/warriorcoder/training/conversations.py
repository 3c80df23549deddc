"""Training rows: conversations as token ids with labels, and the order of the rows.

The chat template renders a row, which is tokenised in two pieces. The prompt ends with the opening
of the assistant's turn. The reply ends with the token that ends the turn (`Chat.reply_end`). So the
trained model reads the same prompt tokens at inference, and only the reply carries loss. A text
that spells a control token is made inert, because it would end its own turn. Rows are padded, never
packed (METHOD 13).
"""

from typing import NamedTuple

import numpy as np

from warriorcoder.config.experts import Expert
from warriorcoder.core import seeds
from warriorcoder.models.chat import Chat

# Templates that print today's date get this date, as in every stage that prompts a model.
TODAY = Expert.model_fields["template_date"].default
IGNORED = -100  # the label of a token without loss


class RowError(ValueError):
    """A conversation that cannot become a training row. The message names the row and the fix."""


class Rows(NamedTuple):
    """Tokenised conversations.

    `ids` and `labels` are aligned lists of token lists. A label is the token itself or -100.
    `cut` counts the rows that were too long, `dropped` the rows that had no room for a reply.
    """

    ids: list[list[int]]
    labels: list[list[int]]
    cut: int
    dropped: int


def chat_of(tokenizer) -> Chat:
    """Return the target's chat, which every row is rendered with."""
    return Chat(tokenizer, TODAY, "the target", key="training.chat_template")


def tokenize(tokenizer, conversations: list[list[dict]], max_length: int) -> Rows:
    """Return token ids and labels of `conversations` (each ends with a reply), in order.

    Longer rows lose their end. A row whose prompt alone fills `max_length` is dropped.

    Raises:
        ChatError: the chat template is unusable, or writes no token behind a reply.
        RowError: a conversation ends with another role, or its prompt is not rendered alike with
            and without the reply.
    """
    chat = chat_of(tokenizer)
    end = chat.reply_end()
    prompts: list[str] = []
    replies: list[str] = []
    for number, messages in enumerate(conversations):
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
        replies.append(text[len(before) : text.rindex(end) + len(end)])
    ids, labels, cut = [], [], 0
    for prompt, reply in zip(_encode(tokenizer, prompts), _encode(tokenizer, replies), strict=True):
        cut += len(prompt) + len(reply) > max_length
        if len(prompt) < max_length:
            ids.append((prompt + reply)[:max_length])
            labels.append(([IGNORED] * len(prompt) + reply)[:max_length])
    return Rows(ids, labels, cut, len(conversations) - len(ids))


def order(lengths: list[int], steps: int, global_batch: int, seed: int) -> np.ndarray:
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


def _encode(tokenizer, texts: list[str]) -> list[list[int]]:
    return tokenizer(texts, add_special_tokens=False)["input_ids"]
