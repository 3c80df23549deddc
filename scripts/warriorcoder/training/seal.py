"""Seal of a finished checkpoint: the digest that decided its weights, and its files.

Weights cost GPU-days, and Snakemake trains again whenever an input file is newer, even with equal
rows. So the file `SEAL` holds a digest of all that decided the weights. `train_target` skips
training when that digest is unchanged.
"""

import json
from importlib.metadata import version
from pathlib import Path

from warriorcoder.core.seeds import digest
from warriorcoder.provenance.digests import PACKAGE, code_digest, fingerprint
from warriorcoder.training import card, history
from warriorcoder.training.gold import rows_digest

SEAL = "trained.json"  # written before the folder gets its name
MARKER = "COMPLETED"  # the rule's output, which Snakemake deletes before it runs the rule
UNSEALED = (SEAL, MARKER, card.FILE, history.FILE)  # they decide no row that the model writes
CODE = "training/torchrun.py"  # with all that it reaches, training itself
PACKAGES = ("torch", "transformers", "trl", "accelerate", "deepspeed")
PLACES = ("base", "chat_template")  # of files whose content is in the record as well


def decided(record: dict, device: str, gold: str | Path, start: Path | None = None) -> str:
    """Return the digest of all that decides the weights by more than rounding.

    It covers the rule's record without the code around training, the code and packages of training
    itself, the rows of the gold file, and the checkpoint from which the training goes on.
    """
    training = {key: value for key, value in record["training"].items() if key not in PLACES}
    objective = record["objective"]
    inputs = [record["seed"], record["base"], record["template"], training, objective, device]
    return digest(
        inputs,
        code_digest(PACKAGE / CODE),
        [version(name) for name in (*PACKAGES, *(["peft"] if objective == "lora" else []))],
        rows_digest(gold, objective),
        identity(start) if start else None,
    )


def seal(folder: Path, decided: str, facts: dict) -> None:
    """Write the seal of `folder`: the digest `decided`, its files, and the facts of training."""
    said = {"decided": decided, "files": files(folder), "facts": facts}
    (folder / SEAL).write_text(json.dumps(said, indent=2, sort_keys=True) + "\n")


def finished(folder: Path, decided: str) -> dict | None:
    """Return the facts of training if `folder` is complete and `decided` made it, else None."""
    try:
        said = json.loads((folder / SEAL).read_text())
        whole = said["decided"] == decided and said["files"].items() <= files(folder).items()
        return said["facts"] if whole else None
    except (OSError, ValueError, LookupError, TypeError, AttributeError):  # not ours, or cut
        return None


def identity(folder: str | Path) -> str:
    """Return the digest of a checkpoint's files, which decide the rows that it writes."""
    return digest(files(Path(folder)))


def files(folder: Path) -> dict[str, str | None]:
    """Return the fingerprints of a checkpoint's files, but for those in `UNSEALED`."""
    paths = sorted(path for path in folder.iterdir() if path.name not in UNSEALED)
    return {path.name: fingerprint(str(path)) for path in paths}
