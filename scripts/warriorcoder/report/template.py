"""The HTML of a page: readable on a phone, in the dark and without a network."""

import jinja2
from markupsafe import Markup

BODY = """\
<h1>{{ page.title }}</h1>
{% for text in page.caption %}
<p>{{ text }}</p>
{% endfor %}
{% if page.warnings %}
<section class="warnings" aria-label="Warnings">
<h2>Warnings of the run</h2>
<ul>
{% for text in page.warnings %}
<li>{{ text }}</li>
{% endfor %}
</ul>
</section>
{% endif %}
{% for table in page.tables %}
{% if table.title %}
<h2>{{ table.title }}</h2>
{% endif %}
<div class="table" tabindex="0" role="region" aria-label="{{ table.title or page.title }}">
<table>
<thead>
<tr>{% for name in table.frame.columns %}
<th scope="col"{{ ' class="number"' | safe if table.is_number(name) }}>
{% if sortable %}<button type="button">{{ name }}</button>{% else %}{{ name }}{% endif %}</th>
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
</div>
{% endfor %}
{% for note in page.notes %}
<p class="note">{{ note }}</p>
{% endfor %}
"""

TEXT = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ page.title }}</title>
<style>
:root {
  color-scheme: light dark;
  --ink: light-dark(#1b1b1b, #e8e8e8); --soft: light-dark(#555, #b0b0b0);
  --line: light-dark(#d4d4d4, #3c3c3c); --head: light-dark(#444, #999);
  --paper: light-dark(#fff, #161616); --link: light-dark(#0b57a4, #8ab8f0);
  --warn: light-dark(#b45309, #f0b35a);
}
body {
  font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  margin: 1.5em auto; padding: 0 1em; max-width: 80em;
}
h1 { font-size: 1.5em; line-height: 1.25; }
h2 { font-size: 1.15em; margin: 2em 0 0; }
a { color: var(--link); }
.table { overflow-x: auto; margin: .75em 0 1.5em; }
table { border-collapse: collapse; }
th, td {
  padding: .4em .9em .4em 0; text-align: left; vertical-align: top; min-width: 3em;
  white-space: pre-wrap; overflow-wrap: break-word;
}
td:not(.number) { max-width: 40em; }
th {
  border-bottom: 2px solid var(--head); font-weight: 600; font-size: 87%; vertical-align: bottom;
}
th button { all: unset; cursor: pointer; }
th button:focus-visible { outline: 2px solid var(--link); }
th[aria-sort=ascending] button::after { content: " ▲"; }
th[aria-sort=descending] button::after { content: " ▼"; }
td { border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; }
td.number, th.number { text-align: right; white-space: pre; }
@media (max-width: 700px) {
  table { width: max-content; }
  td:not(.number) { max-width: 16em; }
}
main > p { max-width: 50em; }
.warnings { border-left: 4px solid var(--warn); padding: .1em 1em; max-width: 50em; }
.warnings h2 { margin-top: .5em; }
p.note { color: var(--soft); max-width: 50em; }
</style>
</head>
<body>
<main>
{{ body }}</main>
<script>
function value(row, place) {
  const text = row.cells[place].textContent.trim();
  if (!/^[-+–0-9]/.test(text)) return text.toLowerCase();
  const number = parseFloat(text.replace(/,/g, ""));
  return isNaN(number) ? -Infinity : number;
}
function compare(a, b) {
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}
for (const head of document.querySelectorAll("th")) {
  head.firstElementChild.addEventListener("click", () => {
    const table = head.closest("table"), place = head.cellIndex;
    const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    const rows = [...table.tBodies[0].rows];
    rows.sort((a, b) => sign * compare(value(a, place), value(b, place)));
    table.tBodies[0].append(...rows);
    for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
  });
}
</script>
</body>
</html>
"""

# The description of Snakemake's page: reStructuredText, which Snakemake renders as a template.
START = """\
.. raw:: html

   {{ body | indent(3) }}

`Battles <battles/index.html>`__ shows each instruction with its answers and the words of its
judges. The link works while this page lies beside the folder ``battles``.

*1 Results* sets our figures beside the paper's. *2 Arena* shows the ratings and the quality of the
judges. *3 Data* shows the mined rows and the rows left after each stage. *4 Cost* shows time,
memory and what was run. ``report/summary.json`` holds the headline figures under stable keys.

Each expert writes instructions from the empty user turn of its own chat template. New, hard and
clean instructions go to the arena, where the author and other experts answer and all others vote.
The answer with the best score, Elo and votes together, trains the target model. Benchmarks test the
trained model beside its base.
"""

ENVIRONMENT = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)


def whole(page) -> str:
    """Return a page as HTML."""
    return _render(TEXT, page, _body(page, sortable=True))


def start(page) -> str:
    """Return a page as the description of Snakemake's page. No script sorts its tables there."""
    return _render(START, page, _body(page, sortable=False).replace("{", "&#123;"))


def _body(page, sortable: bool) -> str:
    return ENVIRONMENT.from_string(BODY).render(page=page, sortable=sortable)


def _render(template: str, page, body: str) -> str:
    return ENVIRONMENT.from_string(template).render(page=page, body=Markup(body))
