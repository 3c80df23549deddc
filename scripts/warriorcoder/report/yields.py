"""The yield funnel: how many mined rows of each expert and sampling config reach each stage."""

import polars as pl
from matplotlib.figure import Figure

from warriorcoder.report import figures
from warriorcoder.report.pages import Page, Table

# What is left, and the stage (of table `funnel`) whose drops lead to it.
STAGES = {
    "mined": None,
    "filtered": "filter",
    "deduplicated": "dedup",
    "difficult": "difficulty",
    "decontaminated": "decontaminate",
    "selected": "compress",
}
SHOWN = 300  # characters of a dropped text
# Rows counted after a stage by the rule itself: they must agree with the subtraction.
COUNTED = {"deduplicated": "curated", "selected": "selected"}


def left(counts: pl.DataFrame) -> pl.DataFrame:
    """expert, sampling, stage, rows: what is left after each stage of `STAGES`, in their order.

    Args:
        counts: table `funnel` of the rules `curate` and `select`.

    Raises:
        ValueError: drops do not explain what a rule kept; names expert, sampling and stage.
    """
    rows = []
    for (expert, sampling), group in counts.group_by("expert", "sampling", maintain_order=True):
        per_stage = dict(group.group_by("stage").agg(pl.col("rows").sum()).iter_rows())
        left = per_stage.get("mined", 0)
        for stage, dropped_by in STAGES.items():
            left -= per_stage.get(dropped_by, 0)
            kept = per_stage.get(COUNTED[stage], 0) if stage in COUNTED else left
            if left != kept:
                raise ValueError(
                    f"funnel of {expert}/{sampling}: {left} rows should be {stage}, "
                    f"there are {kept}. The funnel tables are of different runs. Delete them and "
                    "run snakemake again."
                )
            rows.append((expert, sampling, stage, left))
    schema = {"expert": pl.String, "sampling": pl.String, "stage": pl.String, "rows": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def drops(counts: pl.DataFrame) -> pl.DataFrame:
    """stage, reason, and a column of dropped rows per expert; most frequent reasons first."""
    order = [stage for stage in STAGES.values() if stage]
    wide = (
        counts.pivot("expert", index=["stage", "reason"], values="rows", aggregate_function="sum")
        .filter(pl.col("stage").is_in(order))
        .fill_null(0)
    )
    return (
        wide.with_columns(
            at=pl.col("stage").replace_strict(order, range(len(order)), return_dtype=pl.Int64),
            all=pl.sum_horizontal(pl.exclude("stage", "reason")),
        )
        .sort("at", "all", "reason", descending=[False, True, False])
        .drop("at")
    )


def page(remaining: pl.DataFrame, dropped: pl.DataFrame, examples: pl.DataFrame) -> Page:
    """Return the funnel, the reasons, and `examples` (table `dropped`) as a page."""
    wide = remaining.pivot("stage", index=["expert", "sampling"], values="rows")
    total = wide.select(pl.lit("all").alias("expert"), pl.lit("").alias("sampling"), *_sums(wide))
    wide = pl.concat([wide, total]).with_columns(
        (100 * pl.col("selected") / pl.col("mined")).fill_nan(None).alias("yield (%)")
    )
    return Page(
        "Yield funnel",
        [
            Table(wide, "Rows left after each stage"),
            Table(dropped, "Rows dropped, by stage and reason"),
            Table(_shown(examples), "Dropped texts, drawn by the seed"),
        ],
        ["A row that a stage drops is counted once, under the first reason that it met."],
        [
            "Mined rows of each expert and sampling config that are left after each stage. A steep "
            "step shows the stage to examine."
        ],
    )


def _shown(examples: pl.DataFrame) -> pl.DataFrame:
    """Return the table `dropped` in the order of the stages, with the beginning of each text."""
    order = [stage for stage in STAGES.values() if stage]
    cut = pl.col("text").str.slice(0, SHOWN) + pl.when(pl.col("text").str.len_chars() > SHOWN).then(
        pl.lit(" …")
    ).otherwise(pl.lit(""))
    at = pl.col("stage").replace_strict(order, range(len(order)), return_dtype=pl.Int64)
    return (
        examples.filter(pl.col("stage").is_in(order))
        .sort(at, "reason", "expert", maintain_order=True)
        .select("stage", "reason", "expert", cut)
    )


def draw(remaining: pl.DataFrame) -> Figure:
    """Draw a panel an expert, a line a sampling config: share of the mined rows that is left."""
    experts = remaining["expert"].unique(maintain_order=True).to_list()
    samplings = remaining["sampling"].unique(maintain_order=True).to_list()
    colours = figures.shades(len(samplings))
    columns = min(len(experts), 3)
    rows = -(-len(experts) // columns)
    figure, panels = figures.new(
        rows,
        columns,
        width=2.9 * columns + 1.2,
        height=2.1 * rows + 0.8,
        sharey=True,
        squeeze=False,
    )
    stages = list(STAGES)
    for panel, expert in zip(panels.flat, experts, strict=False):
        for sampling, colour in zip(samplings, colours, strict=True):
            kept = remaining.filter(expert=expert, sampling=sampling)["rows"].to_list()
            if kept and kept[0]:
                shares = [100 * rows / kept[0] for rows in kept]
                panel.plot(shares, stages, color=colour, marker="o", markersize=3, label=sampling)
        mined = remaining.filter(expert=expert, stage="mined")["rows"].sum()
        chosen = remaining.filter(expert=expert, stage="selected")["rows"].sum()
        panel.set(
            title=f"{expert}: {chosen:,} of {mined:,}", xlim=(0, 104), xlabel="mined rows left (%)"
        )
        panel.grid(axis="x", alpha=0.25)
    panels[0, 0].invert_yaxis()
    for empty in panels.flat[len(experts) :]:
        empty.set_axis_off()
    handles, labels = panels.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=min(len(labels), 5) or 1)
    mined, chosen = (
        int(remaining.filter(stage=stage)["rows"].sum()) for stage in ("mined", "selected")
    )
    figures.name(
        figure,
        f"{chosen:,} of {mined:,} mined rows reach the arena",
        "Share of each expert's mined rows that is left after each stage, by sampling config.",
    )
    return figure


def _sums(wide: pl.DataFrame) -> list[pl.Expr]:
    return [pl.col(stage).sum() for stage in STAGES]
