"""Figure 4: how often each expert wins against each other one, as attacker and as defender."""

import numpy as np
import polars as pl
from matplotlib.figure import Figure

from warriorcoder.arena.tally import tally
from warriorcoder.report import figures


def win_rates(votes: pl.DataFrame) -> pl.DataFrame:
    """attacker, defender, battles, win_rate: the attacker's mean result (Eq. 4's s; ties half)."""
    return (
        tally(votes)
        .group_by("attacker", "defender")
        .agg(battles=pl.len().cast(pl.Int64), win_rate=pl.col("result").mean())
        .sort("attacker", "defender")
    )


def draw(rates: pl.DataFrame, experts: list[str]) -> Figure:
    """Draw a heat map, rows attack and columns defend, in the order of `experts`."""
    n = len(experts)
    place = {expert: number for number, expert in enumerate(experts)}
    grid = np.full((n, n), np.nan)
    battles = np.zeros((n, n), int)
    for attacker, defender, count, rate in rates.iter_rows():
        grid[place[attacker], place[defender]] = 100 * rate
        battles[place[attacker], place[defender]] = count
    figure, axes = figures.new(width=2.6 + 0.95 * n, height=1.5 + 0.75 * n)
    axes.spines[:].set_visible(False)
    image = axes.imshow(grid, cmap="PuOr", vmin=0, vmax=100, aspect="auto")
    for row, column in np.ndindex(n, n):
        if np.isfinite(grid[row, column]):
            text = f"{grid[row, column]:.1f}\nn = {battles[row, column]:,}"
            shade = "black" if 22 < grid[row, column] < 78 else "white"
            axes.text(column, row, text, ha="center", va="center", color=shade, fontsize=8.5)
    axes.set_xticks(range(n), experts, rotation=20, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(n), experts)
    axes.tick_params(length=0)
    axes.set(xlabel="defender", ylabel="attacker")
    figure.colorbar(image, ax=axes, label="attacker wins (%), ties count half", shrink=0.9)
    won = rates.group_by("attacker").agg(
        share=(pl.col("win_rate") * pl.col("battles")).sum() / pl.col("battles").sum()
    )
    title = "No battle was fought"
    if len(won):
        best, share = won.sort("share", "attacker").row(-1)
        title = f"{best} wins its attacks most often ({100 * share:.1f} %)"
    figures.name(figure, title, "Wins of each attacker (row) against each defender (column).")
    return figure
