"""CSV for programs, one self-contained HTML page for readers."""

from dataclasses import dataclass, field
from pathlib import Path

import jinja2
import polars as pl
from polars import selectors

from warriorcoder.core import tables
from warriorcoder.provenance import records

PAGE = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
    """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{{ page.title }}</title>
<style>
body { font: 15px/1.45 system-ui, sans-serif; color: #1b1b1b; margin: 2em; max-width: 75em; }
table { border-collapse: collapse; margin: 1em 0 2em; }
th, td { padding: .35em .8em; text-align: left; vertical-align: top; white-space: pre-line; }
th { border-bottom: 2px solid #444; font-weight: 600; font-size: 87%; vertical-align: bottom; }
td { border-bottom: 1px solid #ddd; font-variant-numeric: tabular-nums; }
td.number, th.number { text-align: right; }
td.number { white-space: pre; }
p.note { color: #555; max-width: 50em; }
</style>
</head>
<body>
<h1>{{ page.title }}</h1>
{% for table in page.tables %}
{% if table.title %}
<h2>{{ table.title }}</h2>
{% endif %}
<table>
<thead>
<tr>{% for name in table.frame.columns %}
<th{{ ' class="number"' | safe if table.is_number(name) }}>{{ name }}</th>
{% endfor %}</tr>
</thead>
<tbody>
{% for row in table.frame.iter_rows(named=True) %}
<tr>{% for name, value in row.items() %}
<td{{ ' class="number"' | safe if table.is_number(name) }}>{{ table.cell(name, value) }}</td>
{% endfor %}</tr>
{% endfor %}
</tbody>
</table>
{% endfor %}
{% for note in page.notes %}
<p class="note">{{ note }}</p>
{% endfor %}
</body>
</html>
"""
)


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
        return f"{value:.{self.digits}f}" if isinstance(value, float) else str(value)


@dataclass(frozen=True)
class Page:
    """One title, its tables, and notes below them."""

    title: str
    tables: list[Table]
    notes: list[str] = field(default_factory=list)

    def html(self) -> str:
        """Render the page."""
        return PAGE.render(page=self)


def write_csv(frame: pl.DataFrame, path: str | Path) -> None:
    """Write `frame` as CSV, floats with six digits, lists joined by "; ", atomically."""
    frame = frame.with_columns(selectors.by_dtype(pl.List(pl.String)).list.join("; "))
    with tables.atomic(path) as temporary:
        frame.write_csv(temporary, float_precision=6)


def write_html(page: Page, path: str | Path, record: dict) -> None:
    """Write `page` as HTML with the `record` that made it, atomically."""
    with tables.atomic(path) as temporary:
        temporary.write_text(f"{page.html()}\n{records.comment(record)}", encoding="utf-8")
