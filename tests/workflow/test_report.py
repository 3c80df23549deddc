"""If these tests fail, a click in report.html blanks the page.

The page of Snakemake 9.27.1 makes a switch of a second label that has two values, and throws an
error where they do not pair up.
"""

from collections import Counter

import pytest
from workflow.conftest import ROOT, Project

TELL = """
from snakemake.iocontainers import Wildcards

table = Wildcards(fromdict={"table": next(iter(TABLES))})
for each in workflow.rules:
    for path in each.output if not each.name.startswith("rehearsal_") else ():
        if shown := path.flags.get("report"):
            labels = shown.labels(table)
            print("shown", path, shown.category, *map(list, labels.items()), sep="\\t")
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory) -> list[list[str]]:
    """Category and labels of all that the report shows."""
    project = Project.create(tmp_path_factory.mktemp("report") / "project")
    with open(project.folder / "Snakefile", "a") as file:
        file.write(TELL)
    listed = project.snakemake("--list-rules")
    assert listed.returncode == 0, listed.stdout
    lines = sorted(set(listed.stdout.splitlines()))  # the rehearsal reads the Snakefile again
    return [line.split("\t")[2:] for line in lines if line.startswith("shown\t")]


def test_the_report_tells_its_entries_apart_by_one_label(shown):
    assert len(shown) > 10
    assert {len(labels) for _, *labels in shown} == {1}
    assert set(Counter(map(tuple, shown)).values()) == {1}


def test_the_start_page_is_short_for_what_is_taller_than_the_window_loses_its_top():
    assert len((ROOT / "rules/report/workflow.rst").read_text().splitlines()) < 20
