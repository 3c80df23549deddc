"""A model's tokenizer, as the file that ships with its weights has it."""

from pathlib import Path

from transformers import AutoTokenizer, PreTrainedTokenizerBase, PreTrainedTokenizerFast

from warriorcoder.models.engines import EngineError

CODE = "def f(x):\n    return x + 1\n"


class TokenizerError(EngineError):
    """A tokenizer that cannot write code; the message names its folder."""


def load(folder: str) -> PreTrainedTokenizerBase:
    """The tokenizer of `folder`; its `tokenizer.json` decides where there is one.

    `AutoTokenizer` takes the class of the `model_type` instead, which brings its own way to split
    words: of deepseek-coder's code (a byte-level tokenizer in a `llama`) no space and no line end
    is left.

    Raises:
        TokenizerError: code is not the same once it was tokenized.
    """
    own = (Path(folder) / "tokenizer.json").exists()
    tokenizer = (PreTrainedTokenizerFast if own else AutoTokenizer).from_pretrained(folder)
    again = tokenizer.decode(tokenizer(CODE, add_special_tokens=False)["input_ids"])
    if again.strip() != CODE.strip():
        raise TokenizerError(
            f"{folder}: its tokenizer makes {again!r} of {CODE!r}; mend its tokenizer.json, or "
            "take another model"
        )
    return tokenizer
