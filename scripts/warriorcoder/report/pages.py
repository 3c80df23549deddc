"""CSV for programs, one self-contained HTML page for readers."""

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
from polars import selectors

from warriorcoder.core import tables
from warriorcoder.provenance import records
from warriorcoder.report import template


@dataclass(frozen=True)
class Table:
    """A frame to print: column names are the header (they may have several lines).

    Text columns named in `numbers` are set right like numbers; `digits` are those of floats.
    """

    frame: pl.DataFrame
    title: str = ""
    digits: int = 1
    numbers: frozenset[str] = frozenset()

    def is_number(self, name: str) -> bool:
        """Return True for a column of numbers."""
        return name in self.numbers or self.frame.schema[name].is_numeric()

    def cell(self, name: str, value) -> str:
        """Return the text of a cell."""
        if value is None:
            return "–"
        if isinstance(value, float):
            return f"{value:,.{self.digits}f}"
        return f"{value:,}" if isinstance(value, int) and value >= 10_000 else str(value)


@dataclass(frozen=True)
class Page:
    """One title, the caption and warnings under it, tables, and notes below them."""

    title: str
    tables: list[Table]
    notes: list[str] = field(default_factory=list)
    caption: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def html(self) -> str:
        """Render the page."""
        return template.whole(self)


def write_csv(frame: pl.DataFrame, path: str | Path) -> None:
    """Write `frame` as CSV, floats with six digits, lists joined by "; ", atomically."""
    frame = frame.with_columns(selectors.by_dtype(pl.List(pl.String)).list.join("; "))
    with tables.atomic(path) as temporary:
        frame.write_csv(temporary, float_precision=6)


def write_html(page: Page, path: str | Path, record: dict) -> None:
    """Write `page` as HTML with the `record` that made it, atomically."""
    with tables.atomic(path) as temporary:
        temporary.write_text(f"{page.html()}\n{records.comment(record)}", encoding="utf-8")


def write_start(page: Page, path: str | Path) -> None:
    """Write `page` as the description of the page that Snakemake makes, atomically."""
    with tables.atomic(path) as temporary:
        temporary.write_text(template.start(page), encoding="utf-8")
