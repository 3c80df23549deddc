"""Table 5 as a figure: pass@1 of the base, of each roster's model and of the controls."""

import numpy as np
import polars as pl
from matplotlib.figure import Figure

from warriorcoder.analysis import figures

METRICS = {"humaneval": "HumanEval format", "mbpp": "MBPP format"}


def draw(compared: pl.DataFrame) -> Figure:
    """Bars with 95 % intervals, one group per model, from `comparison.compare("table5", …)`."""
    ours = compared.filter(source="ours", k=1)
    models = ours["model"].unique(maintain_order=True).to_list()
    drawn = [metric for metric in METRICS if metric in ours["metric"]]
    figure, axes = figures.new(width=6.8, height=3.2)
    width = 0.8 / max(len(drawn), 1)
    for place, metric in enumerate(drawn):
        found = {row["model"]: row for row in ours.filter(metric=metric).iter_rows(named=True)}
        rows = [found[model] for model in models if model in found]
        at = np.array([models.index(row["model"]) for row in rows]) + (place - 0.5) * width
        values, low, high = (
            np.array([row[key] for row in rows]) for key in ("value", "low", "high")
        )
        label = f"{METRICS[metric]} (n = {rows[0]['n']})"
        axes.bar(at, values, width, yerr=[values - low, high - values], capsize=2.5, label=label)
    axes.set_xticks(range(len(models)), [model.replace("_", " ") for model in models])
    axes.set(ylabel="pass@1 (%)", ylim=(0, 100))
    axes.grid(axis="y", alpha=0.25)
    axes.set_axisbelow(True)
    axes.legend(loc="upper left", ncols=2)
    return figure
