"""A finished checkpoint: what decided its weights, and whether they are all there.

Weights cost GPU-days, and Snakemake trains whenever a file before was made again, were its rows the
same. So the folder says itself, in `SEAL`, what it was trained from, and its rule asks it first.
"""

import json
from importlib.metadata import version
from pathlib import Path

import pyarrow.parquet as pq

from warriorcoder.core.seeds import digest
from warriorcoder.provenance.digests import PACKAGE, code_digest, fingerprint

SEAL = "trained.json"  # written before the folder gets its name
MARKER = "COMPLETED"  # the rule's output, which Snakemake deletes before it runs the rule
CODE = "training/torchrun.py"  # with all that it reaches, training itself
PACKAGES = ("torch", "transformers", "trl", "accelerate", "deepspeed")
PLACES = ("base", "chat_template")  # of files whose content is in the record as well


class GoldError(RuntimeError):
    """A file without conversations to learn from."""


def conversations(gold: str | Path) -> list[list[dict]]:
    """The conversations in the column `messages` of a Parquet file."""
    try:
        return pq.read_table(gold, columns=["messages"])["messages"].to_pylist()
    except (OSError, KeyError, ValueError) as error:
        raise GoldError(
            f"{gold}: no conversations in a column 'messages' ({error}); delete it and run again"
        ) from None


def decided(record: dict, device: str, gold: str | Path) -> str:
    """Digest of all that decides the weights: of the rule's record, but for the code around
    training; of training's own code and packages; of the rows, whatever else their file says.
    """
    training = {key: value for key, value in record["training"].items() if key not in PLACES}
    inputs = [record["seed"], record["base"], record["template"], training, device]
    return digest(
        inputs,
        code_digest(PACKAGE / CODE),
        [version(name) for name in PACKAGES],
        conversations(gold),
    )


def seal(folder: Path, decided: str, facts: dict) -> None:
    """Say in `folder` what decided its files, which ones they are, and how training went."""
    said = {"decided": decided, "files": files(folder), "facts": facts}
    (folder / SEAL).write_text(json.dumps(said, indent=2, sort_keys=True) + "\n")


def finished(folder: Path, decided: str) -> dict | None:
    """How training went, where `folder` holds the whole files of one that `decided` decided."""
    try:
        said = json.loads((folder / SEAL).read_text())
        whole = said["decided"] == decided and said["files"].items() <= files(folder).items()
        return said["facts"] if whole else None
    except (OSError, ValueError, LookupError, TypeError, AttributeError):  # not ours, or cut
        return None


def identity(folder: str | Path) -> str:
    """Digest of a checkpoint's files: what a row that it writes hangs on."""
    return digest(files(Path(folder)))


def files(folder: Path) -> dict[str, str | None]:
    """Fingerprints of a checkpoint's files, but for those that only say what made it."""
    paths = sorted(path for path in folder.iterdir() if path.name not in (SEAL, MARKER))
    return {path.name: fingerprint(str(path)) for path in paths}
