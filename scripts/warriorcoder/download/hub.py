"""What a config's models are on the Hugging Face hub, and where this machine keeps them."""

import re
from importlib.util import find_spec
from pathlib import Path

from huggingface_hub import constants

from warriorcoder.core.paths import find

CACHE = constants.HF_HUB_CACHE
ID = re.compile(r"[\w-][\w.-]*/[\w.-]+")


def on_hub(model: str) -> bool:
    """Whether `model` is a hub id: `owner/name`, and no folder here."""
    return bool(ID.fullmatch(model)) and not Path(find(model)).exists()


def record(model: str, revision: str | None, weights: bool = True) -> str:
    """The file in the cache that says a snapshot was checked; it goes when the model goes."""
    repository = f"models--{model.replace('/', '--')}"
    name = f"{revision or 'main'}{'' if weights else '-tokenizer'}.json"
    return f"{repository}/checked/{name}"


class PackageMissing(FileNotFoundError):
    """A package that this environment does not have."""


def locate(embedder: str) -> str:
    """The folder or hub id that `embedder` names.

    `package:NAME/FOLDER` is a folder inside the installed package NAME, which is not imported.

    Raises:
        FileNotFoundError: the package (`PackageMissing`) or its folder is not there.
    """
    scheme, _, rest = embedder.partition(":")
    name, _, folder = rest.partition("/")
    if scheme != "package" or not name:
        return embedder
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise PackageMissing(
            f"compression.embedder: package {name!r} is not installed; "
            f"pip install {name.replace('_', '-')}"
        )
    path = Path(spec.submodule_search_locations[0]) / folder
    if not path.is_dir():
        raise FileNotFoundError(f"compression.embedder: package {name!r} has no folder {folder!r}")
    return str(path)
