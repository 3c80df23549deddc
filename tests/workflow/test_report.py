"""If these tests fail, a click in report.html blanks the page.

The page of Snakemake 9.27.1 makes a switch of a second label that has two values, and throws an
error where they do not pair up.
"""

import json
import re
from collections import Counter

import polars as pl
import pytest
from explored import unpacked
from workflow.conftest import Project

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


def test_the_start_page_is_the_answer_and_links_the_battle_explorer(finished):
    report = finished.folder / "results/report"
    start = (report / "start.rst").read_text()
    [page] = re.findall(r"<(battles/.*)>`__", start)
    assert (report / page).exists()
    summary = json.loads((report / "summary.json").read_text())
    after = f"{100 * summary['pass_at_1']['three']:.1f} %"
    assert after in start and after in (report / "answer.html").read_text()


def test_the_report_says_what_was_run(finished):
    page = (finished.folder / "results/report/run.html").read_text()
    for text in ("compression.instructions_per_expert", "experts.athene.model", "Python"):
        assert text in page
