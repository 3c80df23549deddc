"""Trainings: their rows, epochs and losses, and what each took of the machine."""

import json
import re
from pathlib import Path

import polars as pl
from matplotlib.figure import Figure

from warriorcoder.core import tables
from warriorcoder.report import figures
from warriorcoder.report.pages import Page, Table
from warriorcoder.training import history

COUNTS = {
    "rows": "rows",
    "rows_cut": "cut",
    "rows_dropped": "dropped",
    "rows_unended": "without end token",
    "rows_held_out": "held out",
    "steps": "steps",
}
LOSSES = {
    "loss_first": "first loss",
    "loss_last": "last loss",
    "validation_first": "first loss held out",
    "validation_last": "last loss held out",
}
TRAININGS = (
    {"roster": pl.String}
    | dict.fromkeys(COUNTS, pl.Int64)
    | dict.fromkeys(("epochs", *LOSSES), pl.Float64)
)
TOOK = {
    "roster": pl.String,
    "gpus": pl.Int64,
    "gpu": pl.String,
    "seconds": pl.Float64,
    "tokens_per_second": pl.Float64,
    "waste": pl.Float64,  # share of the computed tokens that are padding or waiting
    "mfu": pl.Float64,
    "peak_bytes": pl.Int64,
    "gpu_hours": pl.Float64,
}
# Dense bf16 operations a second, from the makers' data sheets.
PEAK = {"B200": 2.25e15, "H200": 9.89e14, "H100": 9.89e14, "A100": 3.12e14, "L40S": 3.62e14}
PEAK |= {"A6000": 1.55e14, "4090": 1.65e14, "A10G": 7e13, "L4": 1.21e14}
CURVES = {"loss": "loss", "learning_rate": "learning rate", "gradient_norm": "gradient norm"}


def read(markers: list[str]) -> dict[str, tuple[dict, pl.DataFrame]]:
    """Return roster → (facts of its training, a row per step), in the order of the markers."""
    found = {}
    for folder in (Path(marker).parent for marker in markers):
        facts = json.loads((folder / "COMPLETED").read_text())
        found[folder.name] = (facts, tables.read(history.STEPS, folder / history.FILE))
    return found


def table(trainings: dict[str, tuple[dict, pl.DataFrame]]) -> pl.DataFrame:
    """Return the rows, epochs and losses of each training (`TRAININGS`)."""
    rows = []
    for roster, (facts, steps) in trainings.items():
        held_out = [*steps["validation_loss"].drop_nulls(), None]
        ends = {
            "validation_first": held_out[0],
            "validation_last": held_out[max(0, len(held_out) - 2)],
        }
        rows.append({name: (facts | ends | {"roster": roster})[name] for name in TRAININGS})
    return pl.DataFrame(rows, schema=TRAININGS)


def took(trainings: dict[str, tuple[dict, pl.DataFrame]], logs: str | Path) -> pl.DataFrame:
    """Return what each training took of the machine (`TOOK`), where its measurements are there."""
    rows = []
    for roster, (_, steps) in trainings.items():
        path = Path(logs) / "train_target" / f"{roster}.log.measured.json"
        if not path.exists():  # results that were copied without logs
            continue
        said = json.loads(path.read_text())
        seconds, tokens = sum(said["seconds"]), int(steps["tokens"].sum())
        words = re.split(r"[ -]", said["gpu"] or "")  # NVIDIA A100-SXM4-80GB
        peak = next((PEAK[word] for word in words if word in PEAK), None)
        able = peak and peak * said["gpus"] * seconds
        rows.append(
            {key: said[key] for key in ("gpus", "gpu", "waste", "peak_bytes")}
            | {"roster": roster, "seconds": seconds, "tokens_per_second": tokens / seconds}
            | {"mfu": 6 * said["parameters"] * tokens / able if able else None}
            | {"gpu_hours": said["gpus"] * seconds / 3600}
        )
    return pl.DataFrame(rows, schema=TOOK)


def draw(trainings: dict[str, tuple[dict, pl.DataFrame]]) -> Figure:
    """Draw loss, learning rate and gradient norm over the epochs, a line a roster."""
    figure, axes = figures.new(1, len(CURVES), width=10, height=3.4)
    for column, axis in zip(CURVES, axes, strict=True):
        for number, (roster, (_, steps)) in enumerate(trainings.items()):
            colour = figures.PALETTE[number % len(figures.PALETTE)]
            axis.plot(steps["epoch"], steps[column], color=colour, lw=1.2, label=roster)
            held_out = steps.drop_nulls("validation_loss")
            if column == "loss" and len(held_out):
                values = held_out["epoch"], held_out["validation_loss"]
                axis.plot(*values, "o--", color=colour, ms=3, lw=0.8)
        axis.set(xlabel="epoch", title=CURVES[column])
        axis.grid(alpha=0.25)
    axes[0].legend()
    return figure


def page(trained: pl.DataFrame, machine: pl.DataFrame) -> Page:
    """Return `table` and `took` for readers."""
    share = pl.col("waste", "mfu") * 100
    told = machine.with_columns(share, pl.col("peak_bytes") / 1e9)
    titles = {
        "gpus": "GPUs",
        "gpu": "GPU",
        "tokens_per_second": "tokens/s",
        "waste": "padding and waiting (%)",
        "mfu": "MFU (%)",
        "peak_bytes": "peak memory of a rank (GB)",
        "gpu_hours": "GPU-hours",
    }
    return Page(
        "Training",
        [
            Table(trained.rename(COUNTS | LOSSES), "Rows and losses", digits=3),
            Table(told.rename(titles), "Speed and memory"),
        ],
        [
            "Rows longer than training.max_length are cut. Rows whose prompt alone fills it are "
            "dropped. Rows whose answer is cut by its own limit have no end token. Epochs are the "
            "passes over the rows that the steps made.",
            "MFU counts 6 operations a parameter and token, without attention and without the "
            "second forward pass of activation checkpointing. It needs a GPU whose peak is known.",
        ],
    )
