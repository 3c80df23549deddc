"""What a config's models are on the Hugging Face hub, and where this machine keeps them."""

import re
from pathlib import Path

from huggingface_hub import constants

CACHE = constants.HF_HUB_CACHE
ID = re.compile(r"[\w-][\w.-]*/[\w.-]+")


def on_hub(model: str) -> bool:
    """Whether `model` is a hub id: `owner/name`, and no folder here."""
    return bool(ID.fullmatch(model)) and not Path(model).exists()


def record(model: str, revision: str | None, weights: bool = True) -> str:
    """The file in the cache that says a snapshot was checked; it goes when the model goes."""
    repository = f"models--{model.replace('/', '--')}"
    name = f"{revision or 'main'}{'' if weights else '-tokenizer'}.json"
    return f"{repository}/checked/{name}"
