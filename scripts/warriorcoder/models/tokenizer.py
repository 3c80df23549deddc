"""A model's tokenizer, read from the file beside its weights."""

from collections.abc import Sequence
from pathlib import Path

from transformers import AutoTokenizer, PreTrainedTokenizerBase, PreTrainedTokenizerFast

from warriorcoder.models.engines import EngineError

CODE = "def f(x):\n    return x + 1\n"


class TokenizerError(EngineError):
    """A tokenizer that changes code. The message names its folder."""


def load(folder: str) -> PreTrainedTokenizerBase:
    """Return the tokenizer of `folder`, from its `tokenizer.json` if there is one.

    `AutoTokenizer` would take the class of the `model_type`, which splits words in its own way. It
    removes all spaces and line ends from the code of deepseek-coder, a `llama` with a byte-level
    tokenizer.

    Raises:
        TokenizerError: code changes when it is tokenized and decoded.
    """
    own = (Path(folder) / "tokenizer.json").exists()
    tokenizer = (PreTrainedTokenizerFast if own else AutoTokenizer).from_pretrained(folder)
    again = str(tokenizer.decode(tokenizer(CODE, add_special_tokens=False)["input_ids"]))
    if again.strip() != CODE.strip():
        raise TokenizerError(
            f"{folder}: its tokenizer makes {again!r} of {CODE!r}. Fix its tokenizer.json, or "
            "choose another model."
        )
    return tokenizer


def as_text(tokenizer: PreTrainedTokenizerBase, ids: Sequence) -> str | None:
    """Return the text that the tokenizer encodes as `ids`, None if neither text gives them.

    A tokenizer may put a BOS token before a text. The text for such a tokenizer goes without it.
    """
    ids = list(ids)
    for rest in (ids, ids[1:]):
        text = str(tokenizer.decode(rest, clean_up_tokenization_spaces=False))
        if tokenizer(text)["input_ids"] == ids:
            return text
    return None
