"""Tables 1, 2, 3 and 5: our pass@k beside the paper's, each under the data set it belongs to."""

from collections.abc import Mapping

import polars as pl

from warriorcoder.core.tables import Kind
from warriorcoder.report import paper
from warriorcoder.report.measured import COLUMN, FIGURES, remarks
from warriorcoder.report.pages import Page, Table

TITLES = {
    "table1": "Table 1: code generation, pass@1 (%)",
    "table2": "Table 2: code reasoning, CRUXEval pass@k (%)",
    "table3": "Table 3: libraries, DS-1000 pass@1 (%)",
    "table5": "Table 5: number of experts, pass@1 (%)",
}
METRICS = {
    "humaneval": "HumanEval",
    "humaneval+": "HumanEval+",
    "mbpp": "MBPP",
    "mbpp+": "MBPP+",
    "cruxeval-input": "CRUXEval-I",
    "cruxeval-output": "CRUXEval-O",
    "ds1000": "Overall",
}
KINDS = {
    "table1": ("humaneval", "mbpp"),
    "table2": ("cruxeval-input", "cruxeval-output"),
    "table3": ("ds1000",),
    "table5": ("humaneval", "mbpp"),
}
NOTE = (
    "Ours: value and 95 % bootstrap interval over the problems. Each row names its data set, the "
    "number of problems and the decoding. The base continues bare prompts, trained "
    "models answer in their chat template, and other models do as their row says. An epoch is one "
    "pass over a roster's training rows. Paper: DeepSeekCoder-Base-6.7B (base) and WarriorCoder "
    "6.7B, under the data set that the printed figures fit. Figures of different data sets are not "
    "comparable and never share a row."
)
BASE = {"base": "completion"}  # prompt style
ABOUT = ("metric", "source", "data set", "decoding")
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def main_roster(rosters: Mapping[str, Mapping]) -> str:
    """Return the roster that stands for the method: most experts, and no control."""
    return max(
        rosters, key=lambda name: (not is_control(rosters[name]), len(rosters[name]["experts"]))
    )


def is_control(roster: Mapping) -> bool:
    """Return True if a roster is trained in another way than the paper's models."""
    usual = {"gold": "winner", "method": "sft"}
    other = any(roster.get(key, value) != value for key, value in usual.items())
    return bool(other or roster.get("steps") or roster.get("epochs"))


def compare(
    table: str,
    results: pl.DataFrame,
    rosters: Mapping[str, Mapping],
    styles: Mapping[str, str] = BASE,
) -> pl.DataFrame:
    """Return our figures and the paper's of `table`, one a row, in percent.

    Args:
        table: `table1`, `table2`, `table3` or `table5`.
        results: as from `measured.read_results`.
        rosters: name → {"experts": […], "gold": "winner" | "random"}, "steps" or "epochs" of a
            roster that sets the length of its training, and "method" of one without SFT.
        styles: row → prompt style of `base` and of other models that need no training.

    Returns:
        model, experts, gold, style, source (ours | paper), and the other columns of
        `measured.FIGURES`, of which the paper's have metric, k, dataset, value. Models stand in
        the order of the table.
    """
    spelt = {printed.metric.lower(): printed.metric for printed in paper.PRINTED[table]}
    results = results.with_columns(pl.col("metric").str.to_lowercase().replace(spelt))
    rows = []
    for model, printed_row in _models(table, rosters, styles).items():
        roster = rosters.get(model)
        about = {
            "model": model,
            "style": styles.get(model, "chat"),
            "experts": len(roster["experts"]) if roster else 0,
            "gold": roster.get("gold", "winner") if roster else "none",
        }
        mine = results.filter(
            pl.col("model") == model, _kind(pl.col("metric")).is_in(KINDS[table])
        ).with_columns(pl.col("value", "low", "high") * 100)
        rows += [about | {"source": "ours"} | row for row in mine.iter_rows(named=True)]
        rows += [
            about
            | {"source": "paper", "metric": p.metric, "k": p.k, "setting": ""}
            | {"value": p.value, "dataset": p.dataset, "notes": []}
            for p in paper.PRINTED[table]
            if p.row == printed_row
        ]
    first = {"model": pl.String, "experts": pl.Int64, "gold": pl.String, "style": pl.String}
    first |= {"source": pl.String}
    schema: dict[str, Kind] = {**first, **FIGURES}
    wanted = [{name: row.get(name) for name in schema} for row in rows]
    return pl.DataFrame(wanted, schema=schema, orient="row")


def page(
    table: str,
    compared: pl.DataFrame,
    epochs: Mapping[str, float],
    methods: Mapping[str, str] | None = None,
) -> Page:
    """Return `compare`'s figures with a row per (metric, k, source, data set, decoding).

    Models are the columns. `epochs` maps a model to the passes of its training over its rows,
    `methods` to a training method that is not SFT.
    """
    order = [printed.metric for printed in paper.PRINTED[table]]

    def place(figure: dict) -> tuple:
        metric = figure["metric"]
        at = order.index(metric) if metric in order else len(order)
        return at, metric, figure["k"], figure["source"], figure["dataset"], figure["setting"]

    keys = ["source", *COLUMN]
    said = dict.fromkeys(text for texts in compared["notes"] for text in texts)
    marks = {text: str(n).translate(SUPERSCRIPTS) for n, text in enumerate(said, 1)}
    models = compared.select("model", "experts", "gold", "style").unique(maintain_order=True)
    rows = []
    for figure in sorted(compared.select(keys).unique().iter_rows(named=True), key=place):
        found = compared.filter(pl.col(name).eq(figure[name]) for name in keys)
        row = _about(figure, found)
        for model, experts, gold, style in models.iter_rows():
            label = _label(model, experts, gold, epochs.get(model), style)
            label += f", {methods[model]}" if methods and model in methods else ""
            row[label] = _cell(found.filter(model=model), marks)
        rows.append(row)
    frame = pl.DataFrame(rows, infer_schema_length=None)
    numbers = frozenset(frame.columns[len(ABOUT) :])
    notes = [f"{mark} {text}" for text, mark in marks.items()]
    return Page(TITLES[table], [Table(frame, numbers=numbers)], [*notes, NOTE, paper.NOTES[table]])


def _models(
    table: str, rosters: Mapping[str, Mapping], styles: Mapping[str, str]
) -> dict[str, str]:
    """Model → row of the paper's table ("" where it has none), in the order to print."""
    if table != "table5":
        others = dict.fromkeys(styles, "")
        return others | {"base": "base", main_roster(rosters): "trained"}
    by_size = sorted(rosters, key=lambda name: (is_control(rosters[name]), _size(rosters, name)))
    return {"base": ""} | {
        name: "" if is_control(rosters[name]) else str(_size(rosters, name)) for name in by_size
    }


def _size(rosters: Mapping[str, Mapping], name: str) -> int:
    return len(rosters[name]["experts"])


def _kind(metric: pl.Expr) -> pl.Expr:
    return metric.str.replace(r"[+/].*$", "")


def _label(model: str, experts: int, gold: str, epochs: float | None, style: str) -> str:
    if model == "base":
        return model
    if not experts:
        return f"{model}\n{style} prompts"
    told = [f"{experts} {'expert' if experts == 1 else 'experts'}"]
    told += [f"{gold} answers"] if gold != "winner" else []
    told += [f"{epochs:.3g} epochs"] if epochs is not None else []
    return f"{model}\n{', '.join(told)}"


def _about(figure: dict, found: pl.DataFrame) -> dict[str, str | None]:
    metric = METRICS.get(figure["metric"], figure["metric"].removeprefix("ds1000/"))
    known = found["n"].drop_nulls().to_list()
    size = f", n = {max(known)}" if known else ""
    about = f"{metric} pass@{figure['k']}", figure["source"], f"{figure['dataset']}{size}"
    return dict(zip(ABOUT, (*about, figure["setting"] or None), strict=True))


def _cell(found: pl.DataFrame, marks: Mapping[str, str]) -> str | None:
    if found.is_empty():
        return None
    row = found.row(0, named=True)
    value = " ".join([f"{row['value']:.1f}", *(marks[text] for text in row["notes"])])
    interval = [f"[{row['low']:.1f}, {row['high']:.1f}]"] if row["low"] is not None else []
    return "\n".join([value, *interval, *remarks(row)])
