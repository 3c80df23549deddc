"""Table 5 as a figure: pass@1 of the base, of each roster's model and of the controls."""

from textwrap import fill

import numpy as np
import polars as pl
from matplotlib.figure import Figure

from warriorcoder.report import figures
from warriorcoder.report.comparison import METRICS

DRAWN = ("humaneval", "mbpp")


def draw(compared: pl.DataFrame) -> Figure:
    """Draw bars with 95 % intervals, a group per model, of `comparison.compare("table5", …)`.

    Each data set and setting of HumanEval and MBPP has a colour of its own. A diamond is the
    paper's figure for a roster of that size.
    """
    drawn = compared.filter(pl.col("metric").is_in(DRAWN), k=1)
    ours, printed = drawn.filter(source="ours"), drawn.filter(source="paper")
    models = ours["model"].unique(maintain_order=True).to_list()
    sets = ours.select("metric", "dataset", "setting").unique(maintain_order=True)
    sets = sets.sort(pl.col("metric").replace_strict(DRAWN, range(len(DRAWN))), maintain_order=True)
    figure, axes = figures.new(width=6.8, height=3.2)
    width = 0.8 / max(len(sets), 1)
    first: dict[str, tuple[float, tuple]] = {}  # metric → offset and colour of its first set
    for place, (metric, dataset, setting) in enumerate(sets.iter_rows()):
        rows = ours.filter(metric=metric, dataset=dataset, setting=setting)
        at = np.array([models.index(model) for model in rows["model"]], dtype=float)
        offset = (place - (len(sets) - 1) / 2) * width
        at += offset
        values, low, high = (rows[key].to_numpy() for key in ("value", "low", "high"))
        n = max(rows["n"].drop_nulls().to_list(), default=None)
        label = f"{METRICS[metric]}: {dataset}, n = {n}, {setting}"
        bars = axes.bar(
            at, values, width, yerr=[values - low, high - values], capsize=2.5, label=label
        )
        first.setdefault(metric, (offset, bars.patches[0].get_facecolor()))
    for metric, (offset, colour) in first.items():
        theirs = printed.filter(pl.col("model").is_in(models), metric=metric)
        if len(theirs):
            at = np.array([models.index(model) for model in theirs["model"]]) + offset
            label = f"{METRICS[metric]}: the paper's models"
            axes.plot(at, theirs["value"], "D", color=colour, markeredgecolor="black", label=label)
    axes.set_xticks(range(len(models)), [fill(model.replace("_", " "), 10) for model in models])
    axes.set(ylabel="pass@1 (%)", ylim=(0, 100))
    axes.grid(axis="y", alpha=0.25)
    axes.set_axisbelow(True)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1))
    figures.name(
        figure,
        _title(ours),
        "pass@1 of the base and of the model trained on each roster, with 95 % intervals.",
    )
    return figure


def _title(ours: pl.DataFrame) -> str:
    best = ours.filter(metric=DRAWN[0]).sort("value", "model")
    if best.is_empty():
        return f"No model has a {METRICS[DRAWN[0]]} score"
    model, value = best.select("model", "value").row(-1)
    return f"{model} has the highest {METRICS[DRAWN[0]]} score ({value:.1f} %)"
