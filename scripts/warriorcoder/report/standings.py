"""The ratings page: Elo and Bradley-Terry of each roster, and the facts behind gold answers."""

import numpy as np
import polars as pl
from matplotlib.figure import Figure

from warriorcoder.report import figures
from warriorcoder.report.pages import Page, Table

METHODS = {
    "elo_final": "Elo, one order",
    "elo_permuted": "Elo, mean over orders",
    "bradley_terry": "Bradley-Terry",
    "judge_aware": "judge-aware Bradley-Terry",
}
FACTS = {
    "battles": "battles",
    "unanimous": "battles with a\nunanimous vote",
    "overruled_unanimous": "unanimous winners\nthat Eq. 5 overruled",
    "gold_flip_share": "share of gold answers that\nanother battle order changes",
    "stability": "mean stability\nof a winner",
    "unstable_share": "share of winners with\nstability below 0.9",
    "left_out_empty": "winners without\na final answer",
    "left_out_margin": "instructions left out\nfor their margin",
    "left_out_stability": "instructions left out\nfor their stability",
}
CAPTION = (
    "Elo and Bradley-Terry of each roster's experts, best first. Wide Elo intervals mean that the "
    "order of the battles decides much. The paper rates by one order."
)
NOTES = [
    "Elo: K and start as configured, both players updated from the same old ratings. Intervals "
    "hold 95 % of the battle orders: where they are wide, the order decides much. Online Elo ends "
    "where Elo of one order does.",
    "Bradley-Terry: strengths that do not depend on any order, as scores that sum to 1; a tie is "
    "half a win. Its interval holds 95 % of the bootstrap samples, drawn by instruction: experts "
    "whose intervals overlap widely are not told apart. The judge-aware one is fitted to single "
    "votes, with each judge's reliability and leanings taken out (see Judges). Single votes are "
    "less sure than the majorities that Bradley-Terry counts, so its scores lie closer together: "
    "compare the order. An expert who changes place owes it to leanings or to unreliable judges.",
    "Overruled: with α = 0.7 a rating gap above 160 gives the answer that no judge voted for. "
    "Stability: how often a winner stays where the votes of its battles are drawn again, with "
    "replacement. An undivided vote can only repeat itself and counts as 1, so the mean is an "
    "upper bound.",
    "α: 0 lets the votes alone decide, 1 the ratings alone. Changed: share of winners that differ "
    "from those of the configured α. Where a row changes much, the choice of α is a result of its "
    "own.",
]


def of_expert(ratings: pl.DataFrame, method: str) -> dict[str, float]:
    """expert → rating under `method`."""
    return dict(ratings.filter(method=method).select("expert", "rating").iter_rows())


def page(ratings: pl.DataFrame, facts: dict[str, dict]) -> Page:
    """Return a table a roster (table `ratings`), and the formula's `facts` (roster → facts)."""
    sections = []
    for (roster,), rated in ratings.group_by("roster", maintain_order=True):
        rows = []
        ranked = rated.sort(pl.col("method") != "bradley_terry", -pl.col("rating"), "expert")
        for expert in ranked["expert"].unique(maintain_order=True):
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
    shares = [
        {"roster": roster} | {name: 100 * share for name, share in fact["gold_share"].items()}
        for roster, fact in facts.items()
        if "gold_share" in fact
    ]
    if shares:
        sections.append(
            Table(pl.DataFrame(shares, infer_schema_length=None), "Gold answers per expert (%)")
        )
    swept = {roster: fact["alphas"] for roster, fact in facts.items() if fact.get("alphas")}
    if swept:
        sections.append(Table(_sweep(swept), "Other weights α (Eq. 5)"))
    return Page("Ratings", sections, NOTES, [CAPTION])


def _sweep(swept: dict[str, list[dict]]) -> pl.DataFrame:
    """One α a row; per roster what would change."""
    steps = zip(*swept.values(), strict=True)
    return pl.DataFrame(
        [
            {"α": f"{each[0]['alpha']:.1f}"}
            | {
                f"{roster}:\n{title}": step[key] * times
                for roster, step in zip(swept, each, strict=True)
                for key, title, times in (
                    ("changed", "changed (%)", 100.0),
                    ("overruled_unanimous", "overruled", 1),
                )
            }
            for each in steps
        ]
    )


def draw(rated: pl.DataFrame) -> Figure:
    """Draw two panels of a roster: both Elo ratings; both Bradley-Terry's. Best expert on top."""
    order = rated.filter(method="bradley_terry").sort("rating", "expert")["expert"].to_list()
    place = {expert: n for n, expert in enumerate(order)}
    figure, (left, right) = figures.new(
        1, 2, width=7.6, height=1.8 + 0.45 * len(order), sharey=True
    )
    _points(left, rated.filter(method="elo_permuted"), place, 0.12, figures.BLUE, "s")
    _points(left, rated.filter(method="elo_final"), place, -0.12, figures.ORANGE, "o")
    _points(right, rated.filter(method="bradley_terry"), place, 0.12, figures.GREEN, "D")
    _points(right, rated.filter(method="judge_aware"), place, -0.12, figures.PURPLE, "^")
    left.set_yticks(range(len(order)), order)
    left.set(xlabel="Elo rating", ylim=(-0.6, len(order) - 0.4))
    right.set(xlabel="Bradley-Terry score (sums to 1)", xlim=(0, None))
    for axes in (left, right):
        axes.grid(axis="x", alpha=0.25)
        axes.tick_params(axis="y", length=0)
    figure.legend(loc="outside lower center", ncols=2)
    figures.name(
        figure,
        _title(rated.filter(method="bradley_terry").sort("rating", "expert")),
        "Elo ratings (left) and Bradley-Terry scores (right) of the experts with 95 % intervals.",
    )
    return figure


def _title(ranked: pl.DataFrame) -> str:
    if ranked.is_empty():
        return "No expert was rated"
    best = ranked.row(-1, named=True)
    near = ranked[:-1].filter(pl.col("high") >= (best["low"] or best["rating"]))
    told = f"{len(near)} of {len(ranked) - 1} other intervals overlap its own"
    return f"{best['expert']} leads by Bradley-Terry, and {told}"


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
    digits = 0 if row["method"].startswith("elo") else 3
    interval = (
        "" if row["low"] is None else f"\n[{row['low']:.{digits}f}, {row['high']:.{digits}f}]"
    )
    return f"{row['rating']:.{digits}f}{interval}"


def _short(value) -> str | None:
    return f"{value:.3f}" if isinstance(value, float) else None if value is None else f"{value:,}"
