"""If these tests fail, `warriorcoder compare` misleads about runs, or ends in a traceback."""

import json

import pytest
from unit.report.paired.runs import write_gold, write_scores, write_summary

from warriorcoder.cli import main


@pytest.fixture
def runs(folder):
    for name, passed in (("one", ["+", "-", "+"]), ("two", ["+", "+", "-"])):
        write_scores(folder / name, passed)
        write_scores(folder / name, ["-", "-", "-"], model="base")
        write_gold(folder / name)
        write_summary(folder / name, "base")
    return folder


def test_runs_are_compared_as_text_page_and_json(runs, capsys):
    assert main(["compare", "one", "two", "--html", "c.html", "--json", "c.json"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("A is main of one\nB is main of two\n\nB against A\n")
    assert "HumanEval pass@1" in said and "McNemar" in said
    page = (runs / "c.html").read_text()
    assert page.startswith("<!DOCTYPE html>") and "A is main of one. B is main of two." in page
    [told] = json.loads((runs / "c.json").read_text())["comparisons"]
    assert told["b"] == {"results": "two", "model": "main"}
    assert [each["problem"] for each in told["flipped"]] == ["t/1", "t/2"]
    assert told["gold"] == {"same": 1} and told["differs"] == {}


def test_models_of_one_run_and_more_runs_are_compared_with_the_first(runs, capsys):
    assert main(["compare", "one:base", "one", "two:main", "--json", "-"]) == 0
    told = json.loads(capsys.readouterr().out)["comparisons"]
    assert [each["a"]["model"] for each in told] == ["base", "base"]
    assert [each["figures"][0]["gained"] for each in told] == [2, 2]
    assert told[0]["gold"] is None


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["one"], "give 2 to 26 runs, not 1"),
        (["one", "absent"], "absent: no such folder"),
        (
            ["one", "empty"],
            "empty: the run is not finished, because report/summary.json is missing",
        ),
        (["one", "project"], "project: no folder of results. Did you mean project/results?"),
        (["one", "one:rooster"], "one: no benchmark results of 'rooster'. It has main, base."),
        (["one", "broken"], "broken/report/summary.json: not complete"),
        (["one", "two", "--benchmark", "x"], "no results of benchmark 'x'"),
        (["one", "two", "--html", "one"], "Give --html a file in a writable folder"),
    ],
)
def test_what_cannot_be_compared_is_one_line(runs, capsys, words, message):
    (runs / "empty").mkdir()
    write_summary(runs / "project/results")
    write_summary(runs / "broken")
    (runs / "broken/report/summary.json").write_text("{}")
    assert main(["compare", *words]) == 2
    said = capsys.readouterr().err
    assert message in said and said.count("\n") == 1
