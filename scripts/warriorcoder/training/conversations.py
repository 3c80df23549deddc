"""What the target learns from: conversations as token ids with labels, and the order of the rows.

A row is the chat template's own rendering, in two pieces that are tokenised apart: the prompt, up
to and including what opens the assistant's turn, and the reply, up to and including the token that
ends the turn. So the prompt is, token by token, what the trained model will read at inference, and
only the reply carries loss. A text that spells a control token is made inert, or it would end its
own turn. Rows are padded, never packed (METHOD 13).
"""

from typing import NamedTuple

import numpy as np

from warriorcoder.config.experts import Expert
from warriorcoder.core import seeds
from warriorcoder.models.chat import Chat

# What templates that print today's date get instead, here as in every stage that prompts a model.
TODAY = Expert.model_fields["template_date"].default
IGNORED = -100  # the label of a token without loss
SENTINEL = "Sentinel7Text"


class RowError(ValueError):
    """A template or a conversation that cannot be learnt from; names the row and the fix."""


class Rows(NamedTuple):
    """Tokenised conversations.

    `ids` and `labels` are aligned lists of token lists; a label is the token itself or -100.
    `cut` counts rows that were longer than allowed, `dropped` those of which no reply was left.
    """

    ids: list[list[int]]
    labels: list[list[int]]
    cut: int
    dropped: int


def turn_end(tokenizer) -> str:
    """The text of the token that ends an assistant's turn in the tokenizer's chat template.

    Raises:
        RowError: the template puts no single token behind a reply, so a model could not stop.
    """
    turns = [{"role": "user", "content": "?"}, {"role": "assistant", "content": SENTINEL}]
    tail = _render(tokenizer, turns, generation=False).rpartition(SENTINEL)[2]
    for token in tokenizer.encode(tail, add_special_tokens=False):
        if token in tokenizer.added_tokens_decoder:
            return tokenizer.added_tokens_decoder[token].content
    raise RowError(
        f"the chat template ends a reply with {tail!r}, where no token says stop; "
        "give training.chat_template one whose assistant turn ends with a token of its own"
    )


def tokenize(tokenizer, conversations: list[list[dict]], max_length: int) -> Rows:
    """Token ids and labels of `conversations` (each ends with the assistant's reply), in order.

    Longer rows lose their end; a row whose prompt alone fills `max_length` is dropped.

    Raises:
        RowError: a conversation ends with another role, or its prompt is not rendered alike with
            and without the reply.
    """
    end, inert = turn_end(tokenizer), Chat(tokenizer, TODAY, "the target").inert
    prompts, replies = [], []
    for number, messages in enumerate(conversations):
        if not messages or messages[-1]["role"] != "assistant":
            raise RowError(f"row {number}: the last message must be the assistant's reply")
        messages = [message | {"content": inert(message["content"])} for message in messages]
        prompt = _render(tokenizer, messages[:-1], generation=True)
        text = _render(tokenizer, messages, generation=False)
        if not text.startswith(prompt):
            raise RowError(
                f"row {number}: the chat template renders the prompt differently once the reply "
                "follows; give training.chat_template one that does not"
            )
        prompts.append(prompt)
        replies.append(text[len(prompt) : text.rindex(end) + len(end)])
    ids, labels, cut = [], [], 0
    for prompt, reply in zip(_encode(tokenizer, prompts), _encode(tokenizer, replies), strict=True):
        cut += len(prompt) + len(reply) > max_length
        if len(prompt) < max_length:
            ids.append((prompt + reply)[:max_length])
            labels.append(([IGNORED] * len(prompt) + reply)[:max_length])
    return Rows(ids, labels, cut, len(conversations) - len(ids))


def order(lengths: list[int], steps: int, global_batch: int, seed: int) -> np.ndarray:
    """Row numbers [steps × global_batch] as they are learnt from: steps win over epochs.

    Every epoch is a permutation of its own, and batches run on across epochs. Inside a batch the
    longest rows come first: this changes no gradient, but forward passes pad less and ranks get
    like amounts of work.
    """
    wanted = steps * global_batch
    epochs = -(-wanted // len(lengths))
    rows = np.concatenate(
        [seeds.rng(seed, "epoch", epoch).permutation(len(lengths)) for epoch in range(epochs)]
    )[:wanted].reshape(steps, global_batch)
    by_length = np.argsort(-np.asarray(lengths)[rows], axis=1, kind="stable")
    return np.take_along_axis(rows, by_length, axis=1).ravel()


def _render(tokenizer, messages: list[dict], generation: bool) -> str:
    return tokenizer.apply_chat_template(
        messages,
        tokenize=False,
        add_generation_prompt=generation,
        date_string=TODAY.strftime("%d %b %Y"),
        strftime_now=TODAY.strftime,
    )


def _encode(tokenizer, texts: list[str]) -> list[list[int]]:
    return tokenizer(texts, add_special_tokens=False)["input_ids"]
