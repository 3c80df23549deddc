"""The answer of a run on one page: headline figures beside the paper's, losses and warnings."""

from collections.abc import Mapping

import polars as pl

from warriorcoder.report import doubts, paper
from warriorcoder.report.pages import Page, Table
from warriorcoder.report.summary import title

REASONS = 8  # of lost rows; the yield funnel has all
PRINTED = [
    each
    for table in ("table1", "table2", "table3")
    for each in paper.PRINTED[table]
    if each.row == "trained"
]
NOTES = [
    "Ours: value and 95 % bootstrap interval over the problems. The paper's figures are of "
    "WarriorCoder 6.7B, and of another data set where the note names one. They then show the size "
    "of an effect and are not comparable.",
]


def page(
    summary: Mapping,
    rosters: Mapping[str, Mapping],
    dropped: pl.DataFrame,
    truth: Mapping | None = None,
    caution: str | None = None,
) -> Page:
    """Return the page that a reader sees first.

    Args:
        summary: from `summary.summarise`.
        rosters: name → {"experts", "gold"}.
        dropped: from `yields.drops`.
        truth: from `accuracy.assess`, or None where no answer can be executed.
        caution: the config's own warning.
    """
    scores = _scores(summary)
    tables = [Table(scores, "Benchmarks", numbers=frozenset(scores.columns[1:5]))]
    if truth:
        tables.append(Table(_gold(rosters, truth), "Gold answers that execution calls right"))
        tables.append(Table(_judges(truth), "Verdicts that execution calls right"))
    tables.append(Table(_lost(dropped), "Instructions lost, by the most frequent reasons"))
    tables.append(Table(_cost(summary), "Cost", digits=0))
    caption = [_lift(summary), _arena(summary, rosters, truth)]
    warned = [*filter(None, [caution]), *doubts.find(summary, rosters, truth)]
    return Page(f"{summary['name']}: the answer", tables, NOTES, caption, warned)


def _lift(summary: Mapping) -> str:
    scores, main = summary["pass_at_1"], summary["main_roster"]
    if "base" not in scores or main not in scores:
        return f"The config has no HumanEval figure of base and {main}."
    before, after = (100 * scores[name] for name in ("base", main))
    change = "changes" if before == after else "raises" if after > before else "lowers"
    return (
        f"Training on the winners of battles {change} HumanEval pass@1 from {before:.1f} % to "
        f"{after:.1f} % ({summary['pass_at_1_dataset']}, {scores['n']:,} problems)."
    )


def _arena(summary: Mapping, rosters: Mapping[str, Mapping], truth: Mapping | None) -> str:
    counts, main = summary["counts"], summary["main_roster"]
    said = (
        f"{counts['votes']:,} votes on {counts['battles']:,} battles chose a gold answer for each "
        f"of {counts['sft_rows'][main]:,} instructions."
    )
    if not truth or truth["gold_accuracy"].get(main) is None:
        return said
    shares = [main, *(name for name in rosters if rosters[name].get("gold") == "random")]
    told = [
        f"{100 * truth['gold_accuracy'][name]:.1f} % ({name})"
        for name in shares
        if truth["gold_accuracy"].get(name) is not None
    ]
    return f"{said} Execution calls right {' against '.join(told)} of those it can check."


def _scores(summary: Mapping) -> pl.DataFrame:
    """Return a row per figure of the main roster's model."""
    before = summary["benchmarks"].get("base", {})
    trained = summary["benchmarks"].get(summary["main_roster"], {})
    rows = []
    for key, figure in sorted(trained.items(), key=lambda item: _place(item[0])):
        printed = [each for each in PRINTED if _key(each) == _bare(key)]
        note = f"ours: {figure['dataset']}, n = {figure['n']}, {figure['setting']}"
        note += "".join(f"\npaper: {each.dataset}" for each in printed)
        gain = 100 * (figure["value"] - before[key]["value"]) if key in before else None
        rows.append(
            {
                "metric": title(key),
                "base (%)": _cell(before[key]) if key in before else None,
                "trained (%)": _cell(figure),
                "gain (points)": None if gain is None else f"{gain:+.1f}",
                "paper, trained (%)": f"{printed[0].value:.1f}" if printed else None,
                "note": note,
            }
        )
    columns = ["metric", "base (%)", "trained (%)", "gain (points)", "paper, trained (%)", "note"]
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String))


def _key(printed: paper.Printed) -> str:
    return f"{printed.metric.lower()} pass@{printed.k}"


def _bare(key: str) -> str:
    """Return a key of the summary without its data set and setting."""
    return key.partition(" (")[0].lower()


def _place(key: str) -> int:
    """Return the place of a figure in the order of the paper's tables, its total before parts."""
    order = [_key(each) for each in sorted(PRINTED, key=lambda each: "/" in each.metric)]
    return order.index(_bare(key)) if _bare(key) in order else len(order)


def _cell(figure: Mapping) -> str:
    low, high = figure["ci95"]
    return f"{100 * figure['value']:.1f}\n[{100 * low:.1f}, {100 * high:.1f}]"


def _gold(rosters: Mapping[str, Mapping], truth: Mapping) -> pl.DataFrame:
    rows = [
        (name, len(rosters[name]["experts"]), rosters[name].get("gold", "winner"), 100 * share)
        for name, share in truth["gold_accuracy"].items()
        if share is not None
    ]
    schema = {"roster": pl.String, "experts": pl.Int64, "answers": pl.String, "right (%)": float}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("right (%)", descending=True)


def _judges(truth: Mapping) -> pl.DataFrame:
    """Return the judges by their accuracy, between all of them and one that always ties."""
    judges = [(name, row["n"], row["accuracy"]) for name, row in truth["per_judge"].items()]
    ranked = sorted(judges, key=lambda row: (-(row[2] or 0), row[0]))
    rows = [("all", truth["n"], truth["accuracy"]), *ranked]
    rows.append(("a judge that always ties", truth["n"], truth["always_tie"]))
    schema = {"judge": pl.String, "votes": pl.Int64, "right (%)": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("right (%)") * 100)


def _lost(dropped: pl.DataFrame) -> pl.DataFrame:
    most = dropped.sort("all", descending=True, maintain_order=True).head(REASONS)
    reason = pl.col("reason").str.replace_all("_", " ")
    return most.select("stage", reason, pl.col("all").alias("instructions"))


def _cost(summary: Mapping) -> pl.DataFrame:
    columns = {
        "CPU seconds": "cpu_seconds",
        "model loads": "model_loads",
        "rows generated": "generated_rows",
        "rows from the cache": "reused_rows",
    }
    return pl.DataFrame({title: [summary[key]["total"]] for title, key in columns.items()})
