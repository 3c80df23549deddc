"""If these tests fail, a click in report.html blanks the page.

The page of Snakemake 9.27.1 makes a switch of a second label that has two values, and throws an
error where they do not pair up.
"""

import re
from collections import Counter

import polars as pl
import pytest
from explored import unpacked
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


def test_the_battle_explorer_holds_every_text_of_the_main_roster(finished):
    results = finished.folder / "results"
    pages = sorted((results / "report/battles/data").glob("page-*.js"))
    told = [story for page in pages for story in unpacked(page)]
    votes = pl.read_parquet(results / "votes/*/*/*.parquet")
    said = [vote["raw"] for each in told for battle in each["battles"] for vote in battle["votes"]]
    assert sorted(said) == sorted(votes["raw"]) != []
    answers = pl.read_parquet(results / "answers/*/*.parquet")
    given = [(each["id"], one["answerer"], one["text"]) for each in told for one in each["answers"]]
    assert sorted(given) == sorted(answers.select("id", "answerer", "text").rows())
    sft = pl.read_parquet(results / "gold/three/sft.parquet")
    assert sorted(each["passport"]["seed"] for each in told) == sorted(sft["seed"].cast(pl.String))


def test_the_start_page_links_the_battle_explorer_beside_the_report(finished):
    [page] = re.findall(r"<(battles/.*)>`__", (ROOT / "rules/report/workflow.rst").read_text())
    assert (finished.folder / "results/report" / page).exists()
