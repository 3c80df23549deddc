"""The Reproduction page: each figure of the paper beside ours, with a verdict on the difference."""

from collections.abc import Mapping
from functools import reduce

import polars as pl

from warriorcoder.core.tables import Kind
from warriorcoder.curation.difficulty_prompt import GRADES
from warriorcoder.report import comparison, paper
from warriorcoder.report.judges import wilson
from warriorcoder.report.pages import Page, Table

COLUMNS: dict[str, Kind] = {
    "where": pl.String,
    "model": pl.String,
    "figure": pl.String,
    "dataset": pl.String,  # of the paper's figure
    "paper": pl.String,
    "ours": pl.Float64,  # percent
    "low": pl.Float64,
    "high": pl.Float64,
    "difference": pl.Float64,  # ours less the paper's, in points; null where not comparable
    "verdict": pl.String,  # VERDICTS, or a reason against comparing
    "choices": pl.List(pl.String),  # the decoding, readings, and keys whose values differ
}
SETTINGS = ("setting", "paper", "ours")
VERDICTS = ("noise", "resolved")
OTHER = "not run: another model"
ROUNDING = 0.05  # of a printed figure
BASE = "base"  # no setting of the method decides its figures
# Sections of the config that decide a figure; all of them decide a trained model's.
DECIDE = {
    "Table 4": ("mining", "difficulty", "compression"),
    "Figure 3": ("mining", "difficulty", "compression"),
    "Figure 5": ("mining",),
}
READINGS = {
    "Table 4": "categories by keyword patterns; the paper does not say how",
    "Figure 3": "ROUGE-L F1, nearest text of analysis.overlap_corpus; the paper names no set",
    "Figure 5": "median of the difficulty judges; the paper prints no prompt",
}
NOTES = [
    "Difference: ours less the paper's, in points. Noise: the paper's figure lies within our 95 % "
    "interval, so this run cannot tell them apart. Resolved: it lies outside. The interval is over "
    "problems (benchmarks) or instructions (shares). The paper prints no interval, and another "
    "training seed is in neither.",
    "Not comparable: the reason stands in the cell, and no difference is formed.",
    "Where the paper is silent, README's section Fidelity lists our choices. docs/paper-notes.md "
    "shows which printed figures do not hold together.",
]


def reproduce(
    run: Mapping,
    compared: Mapping[str, pl.DataFrame],
    categories: pl.DataFrame,
    overlaps: pl.DataFrame | None,
    difficulties: pl.DataFrame,
) -> pl.DataFrame:
    """Return one row per figure of the paper's Tables 1-5 and Figures 3-5 (`COLUMNS`).

    Args:
        run: the record of the rule: settings, rosters, models, and the flag world.
        compared: table → `comparison.compare`'s rows.
        categories: `categories.shares`' rows.
        overlaps: `overlap.rouge_l`'s rows; None without a corpus.
        difficulties: `difficulties.histogram`'s rows.
    """
    rows: list[dict] = []
    for table in paper.PRINTED:
        rows += [_benchmark(run, table, each, compared[table]) for each in paper.PRINTED[table]]
    total = int(categories["rows"].sum())
    for name, count, value in categories.select("category", "rows", "paper").iter_rows():
        row = _row(run, "Table 4", "", name, f"{value:.1f}") | _share(count, total)
        rows.append(_judged(row, value, value, _of_data(run)))
    rows += [_statement(run, key, overlaps, difficulties) for key in paper.STATEMENTS]
    for table, models in paper.OTHERS.items():
        for model, values in models.items():
            for (metric, k), value in zip(paper.METRICS[table], values, strict=True):
                if value is not None:
                    figure = f"{_metric(metric)} pass@{k}"
                    row = _row(run, _where(table), model, figure, f"{value:.1f}")
                    rows.append(row | {"verdict": OTHER, "choices": []})
    wanted = [{name: row.get(name) for name in COLUMNS} for row in rows]
    return pl.DataFrame(wanted, schema=COLUMNS, orient="row")


def page(reproduced: pl.DataFrame, run: Mapping) -> Page:
    """Return `reproduce`'s rows for readers, and the settings of `run` that differ."""
    main = reproduced.filter(pl.col("verdict") != OTHER)
    counts = [f"{verdict}: {len(main.filter(verdict=verdict))}" for verdict in VERDICTS]
    against = len(main.filter(~pl.col("verdict").is_in(VERDICTS)))
    summary = f"Of {len(main)} figures {', '.join(counts)}, without a verdict: {against}."
    shown = main.select(
        "where",
        "model",
        "figure",
        pl.concat_str("paper", pl.concat_str(pl.lit("\n"), "dataset"), ignore_nulls=True).alias(
            "paper (%)"
        ),
        pl.col("ours").alias("ours (%)"),
        pl.when(pl.col("low").is_not_null())
        .then(pl.format("[{}, {}]", pl.col("low").round(1), pl.col("high").round(1)))
        .alias("95 % interval"),
        "difference",
        "verdict",
        pl.col("choices").list.join("\n").alias("our choices"),
    )
    settings = [(path, *values) for path, values in differing(run).items()]
    differ = pl.DataFrame(settings, schema=dict.fromkeys(SETTINGS, pl.String), orient="row")
    tables = [
        Table(shown, "The method's figures"),
        Table(differ, "Settings that differ from the paper's"),
    ]
    for table in paper.OTHERS:
        heads = [f"{_metric(metric)} pass@{k}" for metric, k in paper.METRICS[table]]
        rows = [(name, *values) for name, values in paper.OTHERS[table].items()]
        frame = pl.DataFrame(rows, schema=["model", *heads], orient="row")
        tables.append(
            Table(frame, f"{_where(table)}: the paper's other models, which do not run here")
        )
    return Page("Reproduction: the paper's figures and ours", tables, NOTES, [summary])


def _benchmark(run: Mapping, table: str, printed: paper.Printed, compared: pl.DataFrame) -> dict:
    rosters, row = run["rosters"], printed.row
    model = _model(row, rosters)
    ours = compared.filter(source="ours", model=model or "", metric=printed.metric, k=printed.k)
    figure = f"{_metric(printed.metric)} pass@{printed.k}"
    label = BASE if row == "base" else "WarriorCoder" if row == "trained" else f"{row} expert(s)"
    made = _row(run, _where(table), label, figure, f"{printed.value:.1f}")
    made["dataset"] = printed.dataset
    fitting = [each for each in ours.iter_rows(named=True) if _same_set(printed.dataset, each)]
    found = next(iter([*fitting, *ours.iter_rows(named=True)]), None)
    if not found:
        absent = "its benchmark" if model else f"a roster of {row}"
        return made | {"verdict": f"not run: the config lacks {absent}"}
    made |= {key: found[key] for key in ("low", "high")} | {"ours": found["value"]}
    made["choices"] = [found["setting"], *made["choices"]]
    obstacle = _of_models(run, [] if model == "base" else rosters[str(model)]["experts"], row)
    if not obstacle and printed.dataset == paper.NONE:
        obstacle = "not comparable: the printed figure fits no version's problems"
    if not obstacle and not fitting:
        obstacle = f"not comparable: ours is on {found['dataset']}, {found['n']}"
    return _judged(made, printed.value, printed.value, obstacle)


def _statement(run: Mapping, key: str, overlaps, difficulties: pl.DataFrame) -> dict:
    said = paper.STATEMENTS[key]
    row = _row(run, said.figure, "", said.about, said.says)
    if key in ("below", "above"):
        if overlaps is None:
            return row | {"verdict": "not run: the config names no analysis.overlap_corpus"}
        score = pl.col("rouge_l")
        within = score < 0.3 if key == "below" else score > 0.6
        row |= _share(len(overlaps.filter(within)), len(overlaps))
    elif key in ("good", "excellent"):
        low, high = GRADES["paper"][key]
        d = pl.col("difficulty")
        rated = difficulties.drop_nulls("difficulty")
        grade = rated.filter(d >= low, d < high + 1)
        row |= _share(int(grade["rows"].sum()), int(rated["rows"].sum()))
    if said.low is None or said.high is None:
        return row | {"verdict": "no figure to compare with"}
    return _judged(row, said.low, said.high, _of_data(run))


def _judged(row: dict, low: float, high: float, obstacle: str | None) -> dict:
    """Return a row with the verdict on the paper's figure, which lies between two bounds."""
    if obstacle or row.get("ours") is None:
        return row | {"verdict": obstacle or "not run: no row"}
    away = min(max(row["ours"], low), high)
    noise = row["low"] - ROUNDING <= high and row["high"] + ROUNDING >= low
    return row | {"difference": row["ours"] - away, "verdict": VERDICTS[not noise]}


def _row(run: Mapping, where: str, model: str, figure: str, printed: str) -> dict:
    reading = [READINGS[where]] if where in READINGS else []
    sections = () if model == BASE else DECIDE.get(where)
    keys = [k for k in differing(run) if sections is None or k.split(".")[0] in sections]
    choices = [*reading, *keys]
    return {"where": where, "model": model, "figure": figure, "paper": printed, "choices": choices}


def differing(run: Mapping) -> dict[str, tuple[str, str]]:
    """Return the settings that are not the paper's: config key → (paper, ours)."""
    ours = {
        path: reduce(lambda part, key: part[key], path.split("."), run) for path in paper.SETTINGS
    }
    return {
        path: (str(printed), str(ours[path]))
        for path, printed in paper.SETTINGS.items()
        if ours[path] != printed
    }


def _share(count: int, total: int) -> dict:
    low, high = wilson(count, total)
    return {"ours": 100 * count / total, "low": 100 * low, "high": 100 * high} if total else {}


def _of_data(run: Mapping) -> str | None:
    return _of_models(run, list(run["experts"]), "trained", target=False)


def _of_models(run: Mapping, experts: list[str], row: str, target: bool = True) -> str | None:
    """Return why the models behind a figure forbid a comparison, or None."""
    if run["world"]:
        return "not comparable: the miniature's models"
    if target and run["target"] != paper.TARGET:
        return f"not comparable: the target is {run['target']}"
    models = [run["experts"][name] for name in experts]
    if other := [model for model in models if model not in paper.EXPERTS]:
        return f"not comparable: not the paper's experts ({', '.join(other)})"
    if row == "trained" and len(set(models)) < len(paper.EXPERTS):
        return f"not comparable: {len(set(models))} of the paper's experts"
    if entered := [name for name in experts if name in run["entered"]]:
        return f"not comparable: texts of {', '.join(entered)} are from files"
    return None


def _model(row: str, rosters: Mapping[str, Mapping]) -> str | None:
    """Return our model of a row of the paper: base, main roster, or the roster of that size."""
    if row in ("base", "trained"):
        return "base" if row == "base" else comparison.main_roster(rosters)
    sizes = {str(len(r["experts"])): n for n, r in rosters.items() if not comparison.is_control(r)}
    return sizes.get(row)


def _same_set(printed: str, ours: Mapping) -> bool:
    name, _, n = printed.rpartition(", ")
    return bool(name) and ours["n"] == int(n) and ours["dataset"].startswith(name)


def _where(table: str) -> str:
    return f"Table {table.removeprefix('table')}"


def _metric(metric: str) -> str:
    return comparison.METRICS.get(metric, metric.removeprefix("ds1000/"))
