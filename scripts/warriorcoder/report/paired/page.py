"""Comparisons for readers: a page, and text for a terminal."""

from collections import defaultdict
from collections.abc import Iterator

import polars as pl

from warriorcoder.report.pages import Page, Table
from warriorcoder.report.paired.comparing import Comparison
from warriorcoder.report.paired.significance import EXACT, PERMUTED

NAMED = 12  # problems and instructions that a reader sees; the JSON has all
NOTES = [
    "Difference: the second side less the first, in points, on the same problems. Noise: p is 0.05 "
    "or more, so this number of problems cannot tell the two apart. Each p is of one figure. Of 20 "
    "figures without a difference, one is resolved by chance. Another training seed is in no test.",
    f"{EXACT}: for one sample a problem. It asks whether the problems that only one side passes "
    f"are split like coin flips, with Tango's score interval. {PERMUTED.capitalize()}: for shares "
    "of several samples. It flips the signs of the differences, with a bootstrap interval over "
    "the problems.",
    "The intervals are approximate. Where few problems flip, an interval without 0 can stand "
    "beside a p above 0.05. The verdict follows p.",
    "Smallest: the true difference that the test would find in 80 % of such comparisons, with as "
    "many flips as seen here. Gained problems score higher on the second side, lost ones lower.",
    "A gold answer changes because of votes, ratings or alpha if that one alone leads to the "
    "second side's winner, in this order. Votes are the mean x and ratings the mean X over a "
    "candidate's battles (Eq. 5), so other opponents change both.",
]


def page(title: str, comparisons: list[Comparison], caption: list[str]) -> Page:
    """Return the page of some comparisons."""
    tables = [table for each in comparisons for table in _tables(each)]
    return Page(title, tables, NOTES, caption)


def _tables(found: Comparison) -> Iterator[Table]:
    a, b = found.a.name, found.b.name
    head = f"{b} against {a}"
    figures = _figures(found, "\n")
    numbers = frozenset(figures.columns[1:-1])
    yield Table(figures, head, numbers=numbers)
    differs = [(line, ", ".join(stages)) for line, stages in found.differs.items()]
    if differs:
        schema = {f"config, code and files: {a} → {b}": pl.String, "stages": pl.String}
        yield Table(pl.DataFrame(differs, schema=schema, orient="row"), f"{head}: what differs")
    flipped = _flipped(found)
    if len(flipped):
        yield Table(flipped, f"{head}: problems that flipped")
    if found.gold is not None and found.changed is not None:
        yield Table(_gold(found.gold, found.changed), f"{head}: gold answers")


def _figures(found: Comparison, separator: str) -> pl.DataFrame:
    sides = [f"{side.name} (%)" for side in (found.a, found.b)]
    heads = ["figure", "problems", *sides, "difference (points)", "p", "gained", "lost"]
    rows = []
    for row in found.table().iter_rows(named=True):
        difference = [f"{100 * row['difference']:+.1f}"]
        if row["low"] is not None:
            difference.append(f"[{100 * row['low']:+.1f}, {100 * row['high']:+.1f}]")
        cells = [row["figure"], str(row["n"])]
        cells += [f"{100 * row[side]:.1f}" for side in ("value_a", "value_b")]
        cells += [separator.join(difference), _p(row["p"]), str(row["gained"]), str(row["lost"])]
        cells += [None if row["smallest"] is None else f"{100 * row['smallest']:.1f}"]
        verdict = f"{row['test']}: {row['verdict']}"
        rows.append([*cells, separator.join([verdict, *row["notes"]])])
    schema = dict.fromkeys([*heads, "smallest (points)", "test and verdict"], pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")


def _flipped(found: Comparison) -> pl.DataFrame:
    """Return the problems that flipped, one row for the figures with the same ones."""
    same: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (name,), flips in found.flips().group_by("figure", maintain_order=True):
        gained, lost = (
            _named(flips.filter(flag)["problem"].to_list())
            for flag in (pl.col("b") > pl.col("a"), pl.col("b") < pl.col("a"))
        )
        same[gained, lost].append(str(name))
    rows = [(", ".join(names), *flips) for flips, names in same.items()]
    columns = ["figure", f"higher with {found.b.name}", f"higher with {found.a.name}"]
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def _gold(counts: pl.DataFrame, changed: pl.DataFrame) -> pl.DataFrame:
    examples = changed.group_by("reason").agg("id")
    named = dict(examples.iter_rows())
    return counts.rename({"reason": "gold answers"}).with_columns(
        pl.Series("for example", [_named(named.get(r, []), 3) for r in counts["reason"]])
    )


def _named(names: list[str], most: int = NAMED) -> str:
    rest = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest


def _p(value: float) -> str:
    return f"{value:.3f}" if value >= 0.001 else f"{value:.0e}"


def text(found: Comparison) -> str:
    """Return a comparison for a terminal, without a trailing newline."""
    lines = [f"{found.b.name} against {found.a.name}", "", "what differs"]
    lines += [f"  {line} ({', '.join(stages)})" for line, stages in found.differs.items()] or [
        "  nothing in the records of the files"
    ]
    frame = _figures(found, " ").with_columns(pl.all().fill_null("–"))
    rows = [frame.columns, *frame.iter_rows()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines.append("")
    for row in rows:
        aligned = [
            cell.rjust(width) if 0 < place < len(row) - 1 else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  " + "  ".join(aligned).rstrip())
    for figure, gained, lost in _flipped(found).iter_rows():
        lines += ["", f"{figure}: problems that flipped"]
        lines += [f"  gained  {gained}"] if gained else []
        lines += [f"  lost    {lost}"] if lost else []
    if found.gold is not None and found.changed is not None:
        lines += ["", "gold answers"]
        for reason, count, examples in _gold(found.gold, found.changed).iter_rows():
            lines.append(f"  {count:7,}  {reason}" + (f" ({examples})" if examples else ""))
    return "\n".join(lines)
