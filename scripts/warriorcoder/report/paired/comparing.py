"""The whole comparison of two sides: figures, flipped problems, gold answers, config and code."""

from dataclasses import asdict, dataclass

import polars as pl

from warriorcoder.core.tables import Kind
from warriorcoder.report.comparison import METRICS
from warriorcoder.report.paired import crowns, origins
from warriorcoder.report.paired.sides import Figure, Side, figures
from warriorcoder.report.paired.significance import LEVEL, Difference, compare
from warriorcoder.report.reproduction import VERDICTS
from warriorcoder.report.summary import title

FIGURES: dict[str, Kind] = {
    "a": pl.String,
    "b": pl.String,
    "benchmark": pl.String,
    "figure": pl.String,
    "dataset": pl.String,
    **dict.fromkeys(("n", "gained", "lost"), pl.Int64),
    **dict.fromkeys(("value_a", "value_b", "difference", "low", "high", "p"), pl.Float64),
    "smallest": pl.Float64,
    "test": pl.String,
    "verdict": pl.String,
    "notes": pl.List(pl.String),
}


@dataclass(frozen=True)
class Comparison:
    """Side `b` against side `a`.

    Attributes:
        differs: difference of config, code or files → stages, from `origins.differences`.
        figures: each figure with its test.
        gold: reason → instructions; None where a side is no roster.
        changed: the instructions whose gold answers differ.
    """

    a: Side
    b: Side
    differs: dict[str, list[str]]
    figures: list[tuple[Figure, Difference]]
    gold: pl.DataFrame | None
    changed: pl.DataFrame | None

    @classmethod
    def of(cls, a: Side, b: Side) -> "Comparison":
        """Compare two sides.

        Raises:
            NotComparable: the sides share no benchmark or no data set, or a file is broken.
        """
        tested = [
            (each, compare(each.a, each.b, each.benchmark, each.metric, each.k))
            for each in sorted(figures(a, b), key=_place)
        ]
        one, two = crowns.Gold.of(a), crowns.Gold.of(b)
        gold = changed = None
        if one and two:
            changed = crowns.changes(one, two, (a.name, b.name))
            gold = crowns.counts(one, two, changed)
        return cls(a, b, origins.differences(a, b), tested, gold, changed)

    def title(self, figure: Figure) -> str:
        """Return the title of a figure, with its benchmark where several have such a figure."""
        same = [
            each for each, _ in self.figures if (each.metric, each.k) == (figure.metric, figure.k)
        ]
        of = f" ({figure.benchmark})" if len(same) > 1 else ""
        return f"{title(f'{figure.metric} pass@{figure.k}')}{of}"

    def table(self) -> pl.DataFrame:
        """Return the figures, one a row (`FIGURES`)."""
        rows = [
            {"a": self.a.name, "b": self.b.name, "benchmark": figure.benchmark}
            | {"figure": self.title(figure), "dataset": figure.dataset}
            | {key: value for key, value in asdict(found).items() if key not in ("a", "b")}
            | {"value_a": found.a, "value_b": found.b, "notes": figure.notes}
            | {"verdict": VERDICTS[found.p < LEVEL]}
            for figure, found in self.figures
        ]
        return pl.DataFrame(rows, schema=FIGURES)

    def flips(self) -> pl.DataFrame:
        """Return the problems whose scores differ, one a row."""
        rows = [
            (self.title(each), problem, float(a), float(b))
            for each, _ in self.figures
            for problem, a, b in zip(each.problems, each.a, each.b, strict=True)
            if a != b
        ]
        schema = {"figure": pl.String, "problem": pl.String, "a": pl.Float64, "b": pl.Float64}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def as_dict(self) -> dict:
        """Return all of the comparison as JSON-like values."""
        return {
            "a": {"results": str(self.a.results), "model": self.a.model},
            "b": {"results": str(self.b.results), "model": self.b.model},
            "differs": self.differs,
            "figures": self.table().drop("a", "b").to_dicts(),
            "flipped": self.flips().to_dicts(),
            "gold": dict(self.gold.iter_rows()) if self.gold is not None else None,
            "gold_changed": self.changed.to_dicts() if self.changed is not None else None,
        }


def _place(figure: Figure) -> tuple:
    """Return the place of a figure in the order of the paper's tables, a total before its parts."""
    metric, order = figure.metric.partition("/")[0], list(METRICS)
    return order.index(metric) if metric in order else len(order), figure.metric, figure.k
