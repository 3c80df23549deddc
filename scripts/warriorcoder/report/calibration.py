"""Published figures beside ours, before anything is mined: does this pipeline measure as others do?

A published figure fits if it lies within the 95 % interval of ours. Both must have the same data
set, prompt style and decoding. All others are not comparable.
"""

from collections.abc import Iterable, Mapping
from itertools import groupby

import polars as pl

from warriorcoder.core.tables import Kind
from warriorcoder.report.comparison import METRICS
from warriorcoder.report.measured import remarks
from warriorcoder.report.pages import Page, Table

WITHIN, OUTSIDE = "within", "outside"
NOT_COMPARABLE, NOT_MEASURED, UNPUBLISHED = "not comparable", "not measured", "nothing published"
FIGURES: dict[str, Kind] = {
    "model": pl.String,
    "metric": pl.String,
    "k": pl.Int64,
    "status": pl.String,
    "published": pl.Float64,  # percent, as value, low, high
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "n": pl.Int64,
    "version": pl.String,  # ours, as style and setting
    "style": pl.String,
    "setting": pl.String,
    "cut": pl.Float64,  # share of answers that the limit of tokens ended
    "remarks": pl.List(pl.String),  # conditions of our figure
    "why": pl.List(pl.String),  # of a figure that is not comparable, or is outside
    "source": pl.String,
}
NAMES = METRICS | {"ds1000": "DS-1000"}
CONDITIONS = {"version": "data set", "style": "prompts", "setting": "decoding"}
NOTE = (
    "A published figure fits if it lies within our 95 % bootstrap interval over the problems. The "
    "interval covers the choice of other problems, but both figures have the same problems. So a "
    "published figure outside of it has another cause than chance, and one inside may still hide a "
    "small difference. Causes come from what the run knows of its own answers."
)


def endings(result: dict, samples: pl.DataFrame) -> dict[tuple[str, int], dict[str, float]]:
    """Return the shares of answers that ended badly, by (metric, k) of a `results.json`.

    Args:
        result: the content of the file.
        samples: the table `samples` that it scores.

    Returns:
        `cut`: the limit of tokens ended the answer. `cut_failed`: it also failed. `timeout`,
        `error`: the program's status.
    """
    keys = ["task_id", "decoding", "sample"]
    statuses = pl.DataFrame(
        [
            {"task_id": task["task_id"], **each}
            for task in result["per_task"]
            for each in task["statuses"]
        ],
        infer_schema_length=None,
    )
    ended = samples.select(*keys, cut=pl.col("finish_reason").is_in(["length", "thought"]))
    joined = statuses.join(ended, on=keys, how="left", validate="1:1")
    found = {}
    for metric, scores in result["metrics"].items():
        for name in scores:
            k = int(name.removeprefix("pass@"))
            [number] = [i for i, d in enumerate(result["decodings"]) if k in d["report"]]
            own = joined.filter(pl.col("decoding") == number, pl.col(metric).is_not_null())
            status = pl.col(metric)
            shares = own.select(
                cut=pl.col("cut").mean(),
                cut_failed=(pl.col("cut") & (status != "pass")).mean(),
                timeout=(status == "timeout").mean(),
                error=(status == "error").mean(),
            )
            found[metric, k] = shares.row(0, named=True)
    return found


def compare(
    results: pl.DataFrame,
    ended: Mapping[tuple[str, str, str, int], dict[str, float]],
    published: Mapping[str, list[dict]],
    scored: Mapping[str, dict],
) -> pl.DataFrame:
    """Return every published figure beside ours, and our figures without one (`FIGURES`).

    Args:
        results: as from `measured.read_results`.
        ended: (model, benchmark, metric, k) → shares as from `endings`.
        published: model → its figures, as in the config.
        scored: model → {"style", "dtype"}, in the order to print.
    """
    rows, used = [], set()
    for model, how in scored.items():
        ours = [
            figure | how | {"version": figure["dataset"]}
            for figure in results.filter(model=model).iter_rows(named=True)
        ]
        for known in published.get(model, []):
            figure = _closest(ours, known)
            shares = ended[_key(figure)] if figure else {}
            rows.append(_row(model, known, figure, shares))
            used |= {_key(figure)} if figure else set()
        rows += [
            _row(model, None, figure, ended[_key(figure)])
            for figure in ours
            if _key(figure) not in used
        ]
    return pl.DataFrame(rows, schema=FIGURES, orient="row")


def page(compared: pl.DataFrame) -> Page:
    """Return `compare`'s figures as tables: comparable, not comparable, nothing published."""
    titles = {
        "Comparable": [WITHIN, OUTSIDE],
        "Not comparable": [NOT_COMPARABLE, NOT_MEASURED],
        "Nothing published": [UNPUBLISHED],
    }
    shown = [
        Table(_shown(rows), title, numbers=frozenset({"published", "ours", "difference", "cut"}))
        for title, statuses in titles.items()
        if len(rows := compared.filter(pl.col("status").is_in(statuses)))
    ]
    return Page("Calibration: pass@k (%) before training", shown, [summary(compared), NOTE])


def summary(compared: pl.DataFrame) -> str:
    """Return the numbers of figures within, outside and not comparable, as a sentence."""
    counts = dict(compared["status"].value_counts().iter_rows())
    fits, misses = counts.get(WITHIN, 0), counts.get(OUTSIDE, 0)
    others = counts.get(NOT_COMPARABLE, 0) + counts.get(NOT_MEASURED, 0)
    if not fits + misses + others:
        return "The config lists no published figure to compare with."
    return (
        f"{fits} of {fits + misses} comparable published figures lie within our intervals. "
        f"Not comparable: {others}."
    )


def text(compared: pl.DataFrame) -> str:
    """Return the comparison for a terminal, a line a figure and a line a reason."""
    lines = [f"calibration: {summary(compared)}"]
    for model, rows in groupby(compared.iter_rows(named=True), key=lambda row: row["model"]):
        lines.append(f"  {model}")
        for row in rows:
            known = "" if row["published"] is None else f"published {row['published']:5.1f}"
            line = f"    {_name(row):<22} {known:<16} {_ours(row):<24} {row['status']}"
            lines += [line, *(f"      {reason}" for reason in row["why"])]
    return "\n".join(lines)


def _closest(ours: list[dict], known: dict) -> dict | None:
    """Return our figure of a metric with the fewest conditions that differ."""
    same = [
        figure
        for figure in ours
        if (figure["metric"].lower(), figure["k"]) == (known["metric"].lower(), known["k"])
    ]
    return min(same, key=lambda figure: len(_differences(figure, known)), default=None)


def _differences(figure: dict, known: dict) -> list[str]:
    return [
        f"{label}: published with {known[key]}, ours with {figure[key]}"
        for key, label in CONDITIONS.items()
        if figure[key] != known[key]
    ]


def _row(model: str, known: dict | None, figure: dict | None, shares: dict) -> dict:
    """Return a row of `FIGURES` from a published figure, our figure, or both."""
    row = {"model": model, "why": [], "remarks": [], "status": UNPUBLISHED}
    if figure:
        percent = {key: 100 * figure[key] for key in ("value", "low", "high")}
        row |= {key: figure[key] for key in ("metric", "k", "n", *CONDITIONS)} | percent
        row |= {"cut": shares["cut"], "remarks": remarks(figure)}
    if known:
        row |= {key: known[key] for key in ("metric", "k", "source")}
        row["published"] = known["value"]
        row |= dict(zip(("status", "why"), _verdict(known, figure, row, shares), strict=True))
    return {name: row.get(name) for name in FIGURES}


def _verdict(known: dict, figure: dict | None, row: dict, shares: dict) -> tuple[str, list[str]]:
    if figure is None:
        return NOT_MEASURED, [
            f"no benchmark of the config reports {known['metric']} pass@{known['k']}"
        ]
    if different := _differences(figure, known):
        return NOT_COMPARABLE, different
    if row["low"] <= known["value"] <= row["high"]:
        return WITHIN, []
    return OUTSIDE, list(_causes(known, figure, shares, known["value"] - row["value"]))


def _causes(known: dict, figure: dict, shares: dict, missing: float) -> Iterable[str]:
    """Yield likely causes of a difference, of `missing` percent points where ours is lower."""
    losses = {
        "cut_failed": f"were cut at {figure['max_tokens']} tokens and failed",
        "timeout": "timed out",
        "error": "ended in an error, which another prompt or extraction may avoid",
    }
    worst = sorted(losses, key=lambda name: -shares[name])
    for name in worst if missing > 0 else ():
        if share := 100 * shares[name]:
            enough = ", enough for the whole difference" if share >= missing else ""
            yield f"{share:.1f} % of the answers {losses[name]}{enough if known['k'] == 1 else ''}"
    if figure["references_failed"]:
        yield (
            f"{figure['references_failed']} reference solutions failed: the data set or its "
            "environment is not the published one"
        )
    if (theirs := known["dtype"]) != figure["dtype"]:
        yield f"precision: published with {theirs or 'unknown'}, ours with {figure['dtype']}"
    if missing < 0:
        yield "ours is higher: the prompt, the extraction or the weights differ from the source's"


def _key(figure: dict) -> tuple[str, str, str, int]:
    return figure["model"], figure["benchmark"], figure["metric"], figure["k"]


def _name(row: dict) -> str:
    metric = NAMES.get(row["metric"], row["metric"].replace("ds1000/", "DS-1000 "))
    return f"{metric} pass@{row['k']}"


def _ours(row: dict) -> str:
    if row["value"] is None:
        return ""
    return f"ours {row['value']:5.1f} [{row['low']:.1f}, {row['high']:.1f}]"


def _shown(rows: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "model": row["model"],
                "figure": _name(row),
                "published": row["published"],
                "ours": None if row["value"] is None else _ours(row).removeprefix("ours").strip(),
                "difference": None
                if row["published"] is None
                or row["value"] is None
                or row["status"] not in (WITHIN, OUTSIDE)
                else f"{row['value'] - row['published']:+.1f}",
                "status": row["status"],
                "why": "\n".join(row["why"]) or None,
                "ours measured on": None
                if row["value"] is None
                else f"{row['version']}, n = {row['n']}\n{row['style']} prompts, {row['setting']}",
                "cut": None if row["cut"] is None else f"{100 * row['cut']:.1f} %",
                "remarks": "\n".join(row["remarks"]) or None,
                "source": row["source"],
            }
            for row in rows.iter_rows(named=True)
        ],
        infer_schema_length=None,
    )
