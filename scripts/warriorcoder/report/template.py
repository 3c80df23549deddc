"""The HTML of a page: readable on a phone, in the dark and without a network."""

import jinja2

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
  white-space: pre-wrap; overflow-wrap: anywhere;
}
th {
  border-bottom: 2px solid var(--head); font-weight: 600; font-size: 87%; vertical-align: bottom;
}
th button { all: unset; cursor: pointer; }
th button:focus-visible { outline: 2px solid var(--link); }
th[aria-sort=ascending] button::after { content: " ▲"; }
th[aria-sort=descending] button::after { content: " ▼"; }
td { border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; }
td.number, th.number { text-align: right; padding: .4em 0 .4em .9em; white-space: pre; }
p.note { color: var(--soft); max-width: 50em; }
</style>
</head>
<body>
<main>
<h1>{{ page.title }}</h1>
{% for table in page.tables %}
{% if table.title %}
<h2>{{ table.title }}</h2>
{% endif %}
<div class="table" tabindex="0" role="region" aria-label="{{ table.title or page.title }}">
<table>
<thead>
<tr>{% for name in table.frame.columns %}
<th scope="col"{{ ' class="number"' | safe if table.is_number(name) }}>
<button type="button">{{ name }}</button></th>
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
</main>
<script>
function value(row, place) {
  const text = row.cells[place].textContent.trim();
  if (!/^[-–0-9]/.test(text)) return text.toLowerCase();
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

ENVIRONMENT = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
PAGE = ENVIRONMENT.from_string(TEXT)
