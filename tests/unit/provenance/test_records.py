import re
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import polars as pl
import pytest

from warriorcoder.core import tables
from warriorcoder.curation.tables import FUNNEL
from warriorcoder.provenance import records
from warriorcoder.report import figures, pages

RECORD = {"code": "a1", "seed": 1, "note": "--> <b> é", "rating": {"k": 40.0, "alpha": 0.7}}
COUNTS = pl.DataFrame({"expert": "a", "sampling": "s", "stage": "x", "reason": "y", "rows": [1]})
WRITERS = {
    "table.parquet": lambda path: tables.write(COUNTS, FUNNEL, path, RECORD),
    "facts.json": lambda path: tables.write_json({"n": 1}, path, RECORD),
    "COMPLETED": lambda path: tables.write_json({"n": 1}, path, RECORD),
    "page.html": lambda path: pages.write_html(pages.Page("Title", []), path, RECORD),
    "figure.svg": lambda path: figures.save(plt.figure(), path, RECORD),
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_keeps_the_record_that_made_it(tmp_path, name):
    WRITERS[name](tmp_path / name)
    assert name.endswith(records.CARRIERS)
    assert records.read(tmp_path / name) == RECORD
    assert records.misfit(tmp_path / name, RECORD) == []
    other = RECORD | {"rating": {"k": 32.0, "alpha": 0.7}}
    assert records.misfit(tmp_path / name, other) == ["rating.k: 40.0 → 32.0"]


def test_a_figure_with_a_record_is_whole_xml(tmp_path):
    WRITERS["figure.svg"](tmp_path / "figure.svg")
    assert ElementTree.parse(tmp_path / "figure.svg").getroot().tag.endswith("svg")


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_that_keeps_none_or_is_cut_fits_nothing(tmp_path, name):
    path = tmp_path / name
    WRITERS[name](path)
    whole = path.read_bytes()
    for content in (whole[: len(whole) // 2], b"", b"[1]\n", b"<svg></svg>\n"):
        path.write_bytes(content)
        assert records.misfit(path, RECORD) == ["it holds no record"]


def test_differences_name_keys_and_members_of_lists():
    before = {"code": "a", "benchmarks": [{"name": "x", "n": 1}, {"name": "y", "n": 1}], "old": 1}
    now = {"code": "b", "benchmarks": [{"name": "x", "n": 2}, {"name": "z", "n": 1}]}
    told = records.differences(before, now)
    assert told[:2] == ["code", "benchmarks.x.n: 1 → 2"]
    assert [re.split(": ", line)[0] for line in told[2:]] == ["benchmarks.z", "benchmarks.y", "old"]
    assert records.differences(now, now) == []
    assert records.differences({"a": 1, "b": 2}, {"b": 2, "a": 1}) == []


def test_an_order_is_a_difference():
    named = [{"name": "x"}, {"name": "y"}]
    assert records.differences({"sets": named}, {"sets": named[::-1]}) == ["sets: the order"]
    assert records.differences({"sets": [1, 2]}, {"sets": [2, 1]}) == ["sets: [1, 2] → [2, 1]"]
