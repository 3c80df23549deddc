"""Figure 5 and appendix A: how hard the mined instructions are, and examples of each level."""

import polars as pl
from matplotlib.figure import Figure

from warriorcoder.config.difficulty import Difficulty
from warriorcoder.core import seeds
from warriorcoder.curation.difficulty import aggregate, level
from warriorcoder.curation.difficulty_prompt import GRADES
from warriorcoder.report import figures, paper
from warriorcoder.report.pages import Page, Table

COLOURS = {
    "poor": figures.VERMILION,
    "average": figures.ORANGE,
    "good": figures.SKY,
    "excellent": figures.BLUE,
}


def scores(ratings: pl.DataFrame, spec: Difficulty) -> pl.DataFrame:
    """Return columns id, difficulty (median of the parsed scores, null without any), level."""
    names = pl.col("difficulty").map_elements(
        lambda d: level(d, spec.levels), return_dtype=pl.String
    )
    return aggregate([ratings]).with_columns(level=names)


def histogram(scored: pl.DataFrame) -> pl.DataFrame:
    """expert, difficulty, level, rows: how many instructions of an author got a score."""
    return (
        scored.with_columns(expert=pl.col("id").str.split(":").list.first())
        .group_by("expert", "difficulty", "level")
        .agg(rows=pl.len().cast(pl.Int64))
        .select("expert", "difficulty", "level", "rows")
        .sort("expert", "difficulty")
    )


def draw(counted: pl.DataFrame, spec: Difficulty) -> Figure:
    """Draw bars over the scores 1-10, coloured by level. The dashed line is Eq. 1's threshold."""
    rated = counted.drop_nulls("difficulty")
    total = max(int(rated["rows"].sum()), 1)
    unrated = int(counted["rows"].sum()) - int(rated["rows"].sum())
    figure, axes = figures.new(width=6.4, height=3.6)
    for name, colour in COLOURS.items():
        rows = (
            rated.filter(level=name)
            .group_by(pl.col("difficulty").floor())
            .agg(pl.col("rows").sum())
            .sort("difficulty")
        )
        low, high = GRADES[spec.levels][name]
        share = 100 * int(rows["rows"].sum()) / total
        label = f"{name} ({low}-{high}): {share:.1f} %"
        said = paper.STATEMENTS.get(name)
        if said and said.about == f"difficulty {low}-{high} ({name})":
            label += f"\npaper: {said.says}"
        axes.bar(
            rows["difficulty"].to_list(),
            (100 * rows["rows"] / total).to_list(),
            width=0.86,
            color=colour,
            label=label,
        )
    axes.axvline(spec.threshold - 0.5, color=figures.BLACK, linestyle="--", linewidth=1)
    axes.annotate(
        f" kept: d ≥ {spec.threshold:g}",
        (spec.threshold - 0.5, 1),
        (0, -4),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        va="top",
        fontsize=8.5,
    )
    axes.set_xticks(range(1, 11))
    axes.set(
        xlim=(0.4, 10.6),
        xlabel="difficulty",
        ylabel="instructions (%)",
        title=f"{total:,} rated instructions" + (f", {unrated:,} without a score" * bool(unrated)),
    )
    axes.margins(y=0.15)
    figure.legend(loc="outside right center")
    hard = 100 * int(rated.filter(pl.col("difficulty") >= spec.threshold)["rows"].sum()) / total
    figures.name(
        figure,
        f"{hard:.1f} % of the rated instructions are hard enough for the arena",
        "Share of the instructions at each difficulty from 1 to 10, coloured by level.",
    )
    return figure


def examples(
    scored: pl.DataFrame, curated: pl.DataFrame, per_level: int, seed: int
) -> pl.DataFrame:
    """level, difficulty, expert, id, text: a seeded draw of `per_level` instructions a level."""
    rows = scored.drop_nulls("level").join(curated.select("id", "expert", "text"), on="id")
    drawn = rows.with_columns(
        draw=pl.col("id").map_elements(
            lambda id: seeds.digest("example", seed, id), return_dtype=pl.String
        ),
        order=pl.col("level").replace_strict({name: n for n, name in enumerate(COLOURS)}),
    )
    return (
        drawn.sort("order", "draw", descending=[True, False])
        .group_by("level", maintain_order=True)
        .head(per_level)
        .select("level", "difficulty", "expert", "id", "text")
    )


def examples_page(drawn: pl.DataFrame, spec: Difficulty) -> Page:
    """Appendix A as a page."""
    return Page(
        "Appendix A: mined instructions by difficulty",
        [Table(drawn.drop("id"))],
        [f"A seeded draw; texts as mined. From difficulty {spec.threshold} up they go on (Eq. 1)."],
    )
