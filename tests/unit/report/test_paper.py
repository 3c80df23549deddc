"""If these tests fail, docs/paper-notes.md accuses the paper of something that is not so."""

import math
import re

import pytest
from data import ROOT

from warriorcoder.report import paper

NOTES = (ROOT / "docs/paper-notes.md").read_text()
CODE = paper.OTHERS["table1"] | {
    "DeepSeekCoder-Base (6.7B)": tuple(p.value for p in paper.PRINTED["table1"] if p.row == "base"),
    "WarriorCoder (6.7B)": tuple(p.value for p in paper.PRINTED["table1"] if p.row == "trained"),
}
LIBRARIES = [n for n, _ in paper.LIBRARIES.values()]


def count(value: float, n: int) -> int | None:
    """The k for which k/n in percent rounds to `value`, half up."""
    return next((k for k in range(n + 1) if math.floor(1000 * k / n + 0.5) / 10 == value), None)


def section(title: str) -> str:
    return next(part for part in NOTES.split("\n## ") if part.startswith(title))


def table(title: str) -> list[list[str]]:
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_table_of_mbpp_pairs_is_what_the_figures_allow():
    pairs = {name: row[2:] for name, row in CODE.items() if row[2] and row[3]}
    rows = {name: (mbpp, plus, fits) for name, mbpp, plus, fits in table("Table 1")}
    assert rows.keys() == pairs.keys()
    for name, values in pairs.items():
        fits = {n: [count(value, n) for value in values] for n in (378, 399, 500)}
        said = ", ".join(f"{n} ({k[0]}, {k[1]})" for n, k in fits.items() if None not in k)
        assert rows[name] == (*map(str, values), said)


def test_single_figures_of_table_1_fit_what_the_page_says():
    wave = {row[2] for name, row in CODE.items() if name.startswith("Wave")}
    assert [count(value, 500) for value in (63.6, 47.2, 51.0)] == [318, 236, 255]
    assert wave == {63.6, 47.2, 51.0}
    assert not any(count(value, n) for value in wave for n in (378, 399))
    unfit = {row[0] for row in CODE.values() if count(row[0], 164) is None}
    assert unfit == {51.9, 48.1, 50.5}
    assert all(row[1] is None or count(row[1], 164) for row in CODE.values())


def test_the_table_of_table_5_is_what_the_figures_allow():
    sizes = ((164,), (164,), (378, 399), (378, 399))
    for number, *cells in table("Table 5"):
        printed = [p.value for p in paper.PRINTED["table5"] if p.row == number]
        for cell, value, ns in zip(cells, printed, sizes, strict=True):
            fits = ", ".join(f"{k}/{n}" for n in ns if (k := count(value, n)))
            assert cell == f"{value}: {fits or 'none'}"


@pytest.mark.parametrize("title", ["Table 1", "Table 3", "Table 5"])
def test_every_quotient_is_right(title):
    found = re.findall(r"(\d+)/(\d+) = (\d+\.\d)", section(title))
    assert found or title == "Table 1"
    for k, n, value in found:
        assert count(float(value), int(n)) == int(k), (k, n, value)
    gains = re.findall(r"(\d+\.\d) − (\d+\.\d) = (\d+\.\d)", section(title))
    assert all(round(float(a) - float(b), 1) == float(c) for a, b, c in gains)


def test_table_3_adds_up_and_only_its_last_row_has_whole_counts():
    *cells, overall = (p.value for p in paper.PRINTED["table3"])
    counts = [count(value, n) for value, n in zip(cells, LIBRARIES, strict=True)]
    rows = table("Table 3")
    assert rows[0][1:] == [*map(str, LIBRARIES), str(sum(LIBRARIES)), ""]
    assert rows[1][1:] == [*map(str, counts), str(sum(counts)), str(overall)]
    assert sum(counts) == 10 * overall
    for *values, printed in paper.OTHERS["table3"].values():
        assert None in [count(value, n) for value, n in zip(values, LIBRARIES, strict=True)]
        mean = sum(v * n for v, n in zip(values, LIBRARIES, strict=True)) / sum(LIBRARIES)
        assert mean == pytest.approx(printed, abs=0.06)


def test_tables_2_and_4_and_the_amounts():
    crux = [p.value for p in paper.PRINTED["table2"]]
    assert [count(value, 800) for value in crux] == [343, 532, 363, 530]
    grid = [count(value / 10, 800) is not None for value in range(1001)]
    assert sum(grid) / len(grid) == pytest.approx(0.8, abs=0.002)
    assert sum(share for share, _ in paper.CATEGORIES.values()) == pytest.approx(100)
    rows = paper.SETTINGS["training.steps"] * paper.SETTINGS["training.global_batch"]
    assert rows == 229_376 and round(rows / 70_000, 1) == 3.3
    assert [round(rows / (14_000 * n), 1) for n in (1, 2)] == [16.4, 8.2]
    for n, share in ((378, 0.38), (164, 0.16)):
        fits = [count(value / 10, n) is not None for value in range(1001)]
        assert sum(fits) / len(fits) == pytest.approx(share, abs=0.005)


def test_the_rating_overrules_all_judges_from_159_points():
    alpha = paper.SETTINGS["rating.alpha"]

    def wins(lead: float) -> bool:
        expected = 1 / (1 + 10 ** (-lead / 400))
        return alpha * expected > alpha * (1 - expected) + (1 - alpha)

    assert not wins(159) and wins(160)
    assert round(400 * math.log10(2.5)) == 159
