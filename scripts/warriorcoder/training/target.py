"""The target before its training: its tokenizer, its chat template and its positions."""

from transformers import PreTrainedTokenizerBase

from warriorcoder.config.training import Training
from warriorcoder.core import inputs
from warriorcoder.core.paths import find
from warriorcoder.download import snapshots
from warriorcoder.models import shapes
from warriorcoder.models import tokenizer as tokenizers
from warriorcoder.training import conversations

CODE = "x = x + 1\n"


class TargetError(RuntimeError):
    """A target that cannot be trained as the config says. The message names the key and the fix."""


def load_tokenizer(spec: Training) -> PreTrainedTokenizerBase:
    """Return the target's tokenizer. It ends a text as the target's template ends a turn.

    Raises:
        TargetError: it has no chat template.
        ChatError: no token ends a reply of its template.
    """
    tokenizer = tokenizers.load(snapshots.folder(spec.base, spec.revision))
    if spec.chat_template:
        tokenizer.chat_template = inputs.text(find(spec.chat_template))
    if not tokenizer.chat_template:
        raise TargetError(
            f"{spec.base}: its tokenizer has no chat template. "
            "Name a file with one in training.chat_template."
        )
    tokenizer.eos_token = conversations.chat_of(tokenizer).reply_end()
    return tokenizer


def refuse_length(spec: Training) -> None:
    """Refuse rows with more tokens than the target has positions.

    Raises:
        TargetError: `max_length` is too large.
    """
    shape = shapes.of(spec.base, spec.revision)
    if shape and (excess := spec.excess(shape.context)):
        raise TargetError(excess)


def examples(spec: Training) -> list[list[dict]]:
    """Return two conversations: one longer than `max_length` tokens, and a short one."""
    return [
        [
            {"role": "user", "content": "Add 1 to x."},
            {"role": "assistant", "content": CODE * count},
        ]
        for count in (spec.max_length, 1)
    ]


def example_gold(spec: Training) -> dict[str, list]:
    """Return the columns of a gold file of `examples`, which each objective can read."""
    talks = examples(spec)
    replies = [talk[-1:] for talk in talks]
    return {
        "messages": talks,
        "prompt": [talk[:-1] for talk in talks],
        "chosen": replies,
        "rejected": replies[::-1],
    }


def examine(spec: Training) -> PreTrainedTokenizerBase:
    """Return the target's tokenizer, after rows were made as training makes them.

    Raises:
        TargetError, ChatError, RowError, EngineError, FetchError: training would refuse the target.
    """
    tokenizer = load_tokenizer(spec)
    conversations.tokenize(tokenizer, examples(spec)[1:], spec.max_length)
    return tokenizer
