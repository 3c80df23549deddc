"""The history of a training: a row per optimizer step, which equal trainings share.

It lies in the folder of the checkpoint. Seconds and memory differ from run to run, so they lie
beside the log (`training.machine`).
"""

from math import isfinite
from pathlib import Path

import numpy as np
import polars as pl

from warriorcoder.core import tables
from warriorcoder.core.tables import INT, REAL, Table

FILE = "training.parquet"
STEPS = Table(
    "training",
    {
        "step": INT,
        "epoch": REAL,
        "loss": REAL,  # mean over the reply tokens of the global batch
        "validation_loss": REAL,  # the same over the rows held out
        "learning_rate": REAL,
        "gradient_norm": REAL,
        "tokens": INT,  # of the global batch, without padding
    },
)


def steps(log: list[dict], tokens: np.ndarray, epochs: float) -> pl.DataFrame:
    """Return the rows of a training from the trainer's log, by step.

    Args:
        log: what the trainer logged, one entry a step and one for each validation.
        tokens: the tokens of each step.
        epochs: passes over the rows in all steps.
    """
    losses = {entry["step"]: entry for entry in log if "loss" in entry}
    held_out = {entry["step"]: entry for entry in log if "validation_loss" in entry}
    rows = [
        {
            "step": step,
            "epoch": epochs * step / len(tokens),
            "loss": _finite(entry["loss"]),
            "validation_loss": _finite(held_out.get(step, {}).get("validation_loss")),
            "learning_rate": entry["learning_rate"],
            "gradient_norm": _finite(entry.get("grad_norm")),
            "tokens": int(tokens[step - 1]),
        }
        for step, entry in sorted(losses.items())
    ]
    return pl.DataFrame(rows, schema=STEPS.schema)


def _finite(value: float | None) -> float | None:
    """Return a number, or None for what a training that diverged has instead."""
    return value if value is not None and isfinite(value) else None


def write(frame: pl.DataFrame, folder: Path) -> None:
    """Write the rows of a training into the folder of its checkpoint."""
    tables.write(frame, STEPS, folder / FILE)
