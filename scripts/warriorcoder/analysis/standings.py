"""The ratings page: Elo of one order and of many, and Bradley-Terry, with intervals."""

import numpy as np
import polars as pl
from matplotlib.figure import Figure

from warriorcoder.analysis import figures
from warriorcoder.analysis.pages import Page, Table

METHODS = {
    "elo_final": "Elo, one order",
    "elo_permuted": "Elo, mean over orders",
    "bradley_terry": "Bradley-Terry",
}
FACTS = {
    "battles": "battles",
    "unanimous": "battles with a unanimous vote",
    "overruled_unanimous": "unanimous winners that Eq. 5 overruled",
    "gold_flip_share": "share of gold answers that another battle order changes",
    "left_out_margin": "instructions left out for their margin",
    "left_out_stability": "instructions left out for their stability",
}


def of_expert(ratings: pl.DataFrame, method: str) -> dict[str, float]:
    """expert → rating under `method`."""
    return dict(ratings.filter(method=method).select("expert", "rating").iter_rows())


def page(ratings: pl.DataFrame, facts: dict[str, dict]) -> Page:
    """One table a roster (table `ratings`), and what the formula did (`facts`: roster → facts)."""
    sections = []
    for (roster,), rated in ratings.group_by("roster", maintain_order=True):
        rows = []
        for expert in rated["expert"].unique(maintain_order=True):
            row = {"expert": expert}
            for method, title in METHODS.items():
                found = rated.filter(expert=expert, method=method)
                row[title] = _cell(found.row(0, named=True)) if len(found) else None
            rows.append(row)
        frame = pl.DataFrame(rows)
        sections.append(Table(frame, f"Roster {roster}", numbers=frozenset(METHODS.values())))
    told = pl.DataFrame(
        [
            {"roster": roster} | {title: _short(fact.get(key)) for key, title in FACTS.items()}
            for roster, fact in facts.items()
        ]
    )
    sections.append(Table(told, "What the formula did", numbers=frozenset(FACTS.values())))
    notes = [
        "Elo: K and start as configured, both players updated from the same old ratings. "
        "Intervals hold 95 % of the battle orders (Elo) or of 95 % of the bootstrap samples, drawn "
        "by instruction (Bradley-Terry, whose scores sum to 1). Online Elo ends where Elo of one "
        "order does."
    ]
    return Page("Ratings", sections, notes)


def draw(rated: pl.DataFrame) -> Figure:
    """Two panels for one roster: both Elo ratings; Bradley-Terry. Best expert on top."""
    order = rated.filter(method="bradley_terry").sort("rating", "expert")["expert"].to_list()
    place = {expert: n for n, expert in enumerate(order)}
    figure, (left, right) = figures.new(
        1, 2, width=7.6, height=1.5 + 0.45 * len(order), sharey=True
    )
    _points(left, rated.filter(method="elo_permuted"), place, 0.12, figures.BLUE, "s")
    _points(left, rated.filter(method="elo_final"), place, -0.12, figures.ORANGE, "o")
    _points(right, rated.filter(method="bradley_terry"), place, 0.0, figures.GREEN, "D")
    left.set_yticks(range(len(order)), order)
    left.set(xlabel="Elo rating", ylim=(-0.6, len(order) - 0.4))
    right.set(xlabel="Bradley-Terry score (sums to 1)", xlim=(0, None))
    for axes in (left, right):
        axes.grid(axis="x", alpha=0.25)
        axes.tick_params(axis="y", length=0)
    figure.legend(loc="outside upper center", ncols=3)
    return figure


def _points(axes, rows: pl.DataFrame, place: dict, shift: float, colour: str, mark: str) -> None:
    if rows.is_empty():
        return
    values = rows["rating"].to_numpy()
    low = rows["low"].fill_null(rows["rating"]).to_numpy()
    high = rows["high"].fill_null(rows["rating"]).to_numpy()
    spread = np.maximum([values - low, high - values], 0)
    at = [place[expert] + shift for expert in rows["expert"]]
    label = METHODS[rows["method"][0]]
    axes.errorbar(
        values, at, xerr=spread, fmt=mark, color=colour, markersize=5, capsize=2.5, label=label
    )


def _cell(row: dict) -> str:
    digits = 3 if row["method"] == "bradley_terry" else 0
    interval = (
        "" if row["low"] is None else f"\n[{row['low']:.{digits}f}, {row['high']:.{digits}f}]"
    )
    return f"{row['rating']:.{digits}f}{interval}"


def _short(value) -> str | None:
    return f"{value:.3f}" if isinstance(value, float) else None if value is None else f"{value:,}"
