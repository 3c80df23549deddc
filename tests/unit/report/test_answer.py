"""If these tests fail, the first page of the report claims what the run did not measure."""

import polars as pl
import pytest
from data import ROOT

from warriorcoder.config import reading, slices
from warriorcoder.report import answer, doubts, template, what_was_run

ROSTERS = {
    "one": {"experts": ["a"], "gold": "winner"},
    "two": {"experts": ["a", "b"], "gold": "winner"},
    "control": {"experts": ["a", "b"], "gold": "random"},
}
DROPPED = pl.DataFrame(
    {"stage": ["filter", "dedup"], "reason": ["short", "near"], "a": [3, 9], "all": [3, 9]}
)


def figure(value: float, **more) -> dict:
    about = {"n": 20, "dataset": "tiny", "setting": "greedy", "timeouts": 0, "isolation": None}
    about |= {"references_failed": 0}
    return about | {"value": value, "ci95": [value - 0.1, value + 0.1]} | more


def summary(**trained) -> dict:
    base = {"humaneval pass@1": figure(0.2), "cruxeval-input pass@1": figure(0.6)}
    total = {"total": 7}
    return {
        "name": "tiny {% run %}",
        "main_roster": "two",
        "pass_at_1": {"base": 0.2, "two": 0.8, "n": 20},
        "pass_at_1_dataset": "tiny",
        "benchmarks": {"base": base, "two": {"humaneval pass@1": figure(0.8)} | trained},
        "parse_rate": {"verdict": 1.0, "difficulty": None},
        "asked_again": {"verdict": 0.0, "difficulty": None},
        "counts": {"votes": 6000, "battles": 300, "instructions": 40, "sft_rows": {"two": 40}},
        **dict.fromkeys(("cpu_seconds", "model_loads", "generated_rows", "reused_rows"), total),
    }


def truth(main: float = 0.9, judge: float = 0.8) -> dict:
    return {
        "accuracy": 0.8,
        "always_tie": 0.4,
        "n": 30,
        "per_judge": {"a": {"accuracy": judge, "n": 10}, "b": {"accuracy": 0.9, "n": 20}},
        "gold_accuracy": {"one": 0.5, "two": main, "control": 0.45},
    }


def test_the_answer_sets_the_lift_and_the_gold_answers_beside_their_control():
    page = answer.page(summary(), ROSTERS, DROPPED, truth())
    assert page.caption == [
        "Training on the winners of battles raises HumanEval pass@1 from 20.0 % to 80.0 % "
        "(tiny, 20 problems).",
        "6,000 votes on 300 battles chose a gold answer for each of 40 instructions. Execution "
        "calls right 90.0 % (two) against 45.0 % (control) of those it can check.",
    ]
    scores, gold, judges, lost, _ = page.tables
    assert scores.frame.row(0)[:5] == (
        "HumanEval pass@1",
        "20.0\n[10.0, 30.0]",
        "80.0\n[70.0, 90.0]",
        "+60.0",
        "80.5",
    )
    assert gold.frame["roster"].to_list() == ["two", "one", "control"]
    assert judges.frame["judge"].to_list() == ["all", "b", "a", "a judge that always ties"]
    assert lost.frame.rows() == [("dedup", "near", 9), ("filter", "short", 3)]


def test_a_fall_is_called_a_fall_and_without_truth_nothing_is_called_right():
    fallen = summary() | {"pass_at_1": {"base": 0.8, "two": 0.2, "n": 20}}
    page = answer.page(fallen, ROSTERS, DROPPED)
    assert "lowers HumanEval pass@1 from 80.0 % to 20.0 %" in page.caption[0]
    assert "right" not in page.html().replace("text-align: right", "")


@pytest.mark.parametrize(
    "trained, known, said",
    [
        ({}, truth(), []),
        ({"cruxeval-input pass@1": figure(0.5)}, None, ["scores below the base in CRUXEval-I"]),
        ({"cruxeval-input pass@1": figure(0.7)}, None, ["overlap in CRUXEval-I pass@1 (n = 20)"]),
        ({"cruxeval-input pass@1": figure(0.81)}, None, []),
        ({"humaneval+ pass@1": figure(0.8)}, None, ["No plus input of HumanEval fails a program"]),
        ({"humaneval+ pass@1": figure(0.75)}, None, []),
        ({"mbpp pass@1": figure(0.8, timeouts=3)}, None, ["MBPP pass@1: 3 samples timed out"]),
        ({"mbpp pass@1": figure(0.8, isolation="none")}, None, ["with the isolation none"]),
        ({"mbpp pass@1": figure(0.8, references_failed=1)}, None, ["1 reference solutions fail"]),
        ({}, truth(judge=0.4), ["Judge a is right in 40.0 %"]),
        ({}, truth(main=0.45), ["random answers of control"]),
    ],
)
def test_a_run_warns_of_what_its_figures_cannot_show(trained, known, said):
    found = doubts.find(summary(**trained), ROSTERS, known)
    for text in said:
        assert any(text in each for each in found)
    assert bool(found) == bool(said)


def test_unparsed_verdicts_are_a_warning():
    unread = summary() | {"parse_rate": {"verdict": 0.9, "difficulty": 0.99}}
    assert doubts.find(unread, ROSTERS, None) == ["10.0 % of the verdicts could not be parsed."]


def test_a_judge_that_had_to_choose_a_mark_is_a_warning():
    chosen = summary() | {"asked_again": {"verdict": 0.05, "difficulty": 0.925}}
    (said,) = doubts.find(chosen, ROSTERS, None)
    assert said.startswith("92.5 % of the difficulty ratings held no mark")


def test_no_name_of_the_run_is_a_template_of_the_start_page():
    start = template.start(answer.page(summary(), ROSTERS, DROPPED, truth()))
    assert "{%" not in start and "&#123;% run %}" in start and "<button" not in start


def test_what_was_run_names_the_changed_settings_and_the_whole_config(tmp_path):
    config = slices.plain(reading.validate(reading.read(ROOT / "config/miniature.yaml")))
    facts, changes, whole = (table.frame for table in what_was_run.page("tiny", config).tables)
    assert {"written", "commit", "machine", "Python", "polars"} <= set(facts["what"])
    assert ("training.steps", "448", "80") in changes.rows()
    keys = whole["key"].to_list()
    assert {"seed", "experts.athene.model", "rosters.roster_5.experts"} <= set(keys)
    assert len(keys) == len(set(keys))
    assert what_was_run.commit(tmp_path) == "not a git repository"
