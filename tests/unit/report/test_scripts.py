"""The report's scripts, as their rules start them, on a small run."""

import json
import os
import subprocess
import sys

import polars as pl
import pytest
from data import ROOT
from unit.report.small_run import EXPERTS, ROSTERS, reproduced, write_tables, write_training

from warriorcoder.report import training

SCRIPTS = ROOT / "scripts"
DRIVER = """
import json, runpy, sys
from types import SimpleNamespace
from warriorcoder.core import job

class Named(dict):
    __getattr__ = dict.__getitem__
    def __getitem__(self, key):
        return list(self.values())[key] if isinstance(key, int) else dict.__getitem__(self, key)

for script, given in json.load(open(sys.argv[1])):
    snakemake = SimpleNamespace(
        input=Named(given["input"]), output=Named(given["output"]), log=[given["log"]], threads=1,
        params=SimpleNamespace(record=given["record"], config=given["config"]),
    )
    runpy.run_path(script, {"snakemake": snakemake})
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Every script of the report, run on the tables of a run of three experts."""
    results = tmp_path_factory.mktemp("results")
    write_tables(results)
    report = results / "report"
    votes = [str(path) for path in sorted(results.glob("votes/*/*/*.parquet"))]
    rounds = [str(path) for path in sorted(results.glob("battles/*.parquet"))]
    selected = [str(path) for path in sorted(results.glob("selected/*.parquet"))]
    rated = [str(path) for path in sorted(results.glob("difficulty/*/*.parquet"))]
    scores = [str(path) for path in sorted(results.glob("benchmarks/*/*/results.json"))]
    answers = [str(path) for path in sorted(results.glob("answers/*/*.parquet"))]
    truth = [f"{results}/truth.json"]
    inputs = {
        "tabulate_benchmarks": {
            "results": scores,
            "trained": [f"{results}/checkpoints/three/COMPLETED"],
        },
        "compare_published": {
            "results": [f"{results}/benchmarks/base/he/results.json"],
            "samples": [f"{results}/benchmarks/base/he/samples.parquet"],
        },
        "tabulate_categories": {"selected": selected},
        "plot_overlap": {"selected": selected, "corpus": f"{results}/corpus.jsonl"},
        "plot_win_rates": {"battles": rounds, "votes": votes},
        "plot_difficulty": {"difficulty": rated},
        "tabulate_reproduction": {
            "results": scores,
            "categories": f"{report}/tabulate_categories.csv",
            "overlaps": f"{report}/plot_overlap.csv",
            "difficulties": f"{report}/plot_difficulty.csv",
        },
        "tabulate_examples": {"difficulty": rated, "curated": [f"{results}/curated.parquet"]},
        "plot_funnel": {
            "funnel": [f"{results}/funnel.parquet"],
            "dropped": [f"{results}/dropped.parquet"],
        },
        "plot_ratings": {
            "ratings": [f"{results}/ratings/three.parquet"],
            "facts": [f"{results}/gold/three/diagnostics.json"],
        },
        "assess_judges": {
            "selected": selected,
            "answers": answers,
            "votes": votes,
            "scored": [f"{results}/gold/three/scored.parquet"],
        },
        "tabulate_judges": {
            "votes": votes,
            "answers": answers,
            "difficulty": rated,
            "effects": f"{results}/effects/three.parquet",
            "truth": truth,
        },
        "tabulate_lengths": {
            "mined": [f"{results}/mined.parquet"],
            "difficulty": rated,
            "answers": answers,
            "votes": votes,
        },
        "compare_rosters": {"results": scores},
        "tabulate_training": {"trained": [f"{results}/checkpoints/three/COMPLETED"]},
        "write_summary": {
            "results": scores,
            "judges": f"{report}/tabulate_judges.csv",
            "funnel": f"{report}/plot_funnel.csv",
            "truth": truth,
            "ratings": [f"{results}/ratings/three.parquet"],
            "selected": selected,
            "battles": rounds,
            "sft": [f"{results}/gold/three/scored.parquet"],
            "dropped": [f"{results}/funnel.parquet"],
        },
    }
    marker = results / "checkpoints/three/COMPLETED"
    marker.parent.mkdir(parents=True, exist_ok=True)
    write_training(marker, results / "logs/train_target/three.log.measured.json")
    record = {"table": "table1", "rosters": ROSTERS, "roster": "three", "experts": EXPERTS}
    record |= {"difficulty": {"threshold": 6, "levels": "paper"}, "analysis": {"examples": 2}}
    record |= {"seed": 1, "name": "tiny", "rating": {"snapshot": "final"}}
    record["caution"] = "Its models are tiny."
    record |= {"logs": f"{results}/logs", "sandbox": {"isolation": "process", "seconds": 5.0}}
    known = {"metric": "humaneval", "k": 1, "value": 60.0, "version": "tiny", "source": "a paper"}
    known |= {"style": "completion", "setting": "greedy", "dtype": None}
    record |= {"benchmarks": ["he"], "results": str(results)}
    record |= {"styles": {"base": "completion"}, "published": {"base": [known]}}
    record |= {"scored": {"base": {"style": "completion", "dtype": "float32"}}}
    plan = []
    for name, given in inputs.items():
        output = {kind: f"{report}/{name}.{kind}" for kind in ("csv", "html", "json")}
        output |= {kind: f"{report}/{name}_{kind}.csv" for kind in ("pairs", "agreement")}
        output |= {"figure": f"{report}/{name}.svg", "summary": f"{report}/summary.json"}
        output |= {"costs": f"{report}/costs.csv", "costs_page": f"{report}/costs.html"}
        output |= {"answer": f"{report}/answer.html", "run": f"{report}/run.html"}
        output |= {"start": f"{report}/start.rst"}
        if name == "assess_judges":
            output = {"truth": truth[0]}
        log = f"{results}/logs/{name}/all.log"
        own = reproduced() if name == "tabulate_reproduction" else {}
        job = {"input": given, "output": output, "log": log, "record": record | own}
        job["config"] = reproduced()
        plan.append((str(SCRIPTS / f"{name}.py"), job))
    (results / "plan.json").write_text(json.dumps(plan))
    ran = subprocess.run(
        [sys.executable, "-c", DRIVER, str(results / "plan.json")],
        env=os.environ | {"PYTHONPATH": str(SCRIPTS)},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    return results


def test_a_training_shows_its_rows_epochs_losses_and_speed(made):
    [row] = pl.read_csv(made / "report/tabulate_training.csv").to_dicts()
    assert (row["rows_cut"], row["rows_dropped"], row["epochs"]) == (3, 1, 3.2)
    assert (row["validation_first"], row["validation_last"]) == (1.25, 1.25)
    trainings = training.read([made / "checkpoints/three/COMPLETED"])
    [took] = training.took(trainings, made / "logs").to_dicts()
    assert (took["seconds"], took["tokens_per_second"]) == (4.0, 500.0)
    assert took["gpu_hours"] == pytest.approx(8 / 3600)
    assert took["mfu"] == pytest.approx(6 * 1e9 * 2000 / (2 * 4 * 9.89e14))
    spent = pl.read_csv(made / "report/costs.csv").filter(rule="train_target")
    assert spent["gpu_seconds"].to_list() == [8.0] and spent["seconds"].to_list() == [9.0]
    assert "<svg" in (made / "report/tabulate_training.svg").read_text()


def test_the_main_roster_is_compared_with_every_other_model(made):
    rows = pl.read_csv(made / "report/compare_rosters.csv")
    assert rows.select("a", "b", "n", "difference").rows() == [
        ("base", "three", 8, 0.0),
        ("one", "three", 8, 0.0),
    ]
    page = (made / "report/compare_rosters.html").read_text()
    assert "three against base" in page and "three against one" in page


def test_a_training_without_measurements_shows_the_rest(made, tmp_path):
    trainings = training.read([made / "checkpoints/three/COMPLETED"])
    took = training.took(trainings, tmp_path)
    assert took.is_empty()
    assert "Rows and losses" in training.page(training.table(trainings), took).html()


def test_every_script_writes_what_its_rule_declares(made):
    report = made / "report"
    for name in ("categories", "benchmarks", "reproduction", "examples", "judges", "lengths"):
        assert (report / f"tabulate_{name}.html").read_text().startswith("<!DOCTYPE html>")
    for name in ("overlap", "win_rates", "difficulty", "funnel", "ratings"):
        assert "<svg" in (report / f"plot_{name}.svg").read_text()
    assert pl.read_csv(report / "plot_win_rates.csv")["battles"].sum() == 24
    assert pl.read_csv(report / "plot_funnel.csv")["rows"].sum() == 6 * 12
    assert len(pl.read_csv(report / "tabulate_examples.csv")) == 6
    judged = pl.read_csv(report / "tabulate_reproduction.csv").filter(where="Table 4")
    assert judged["ours"].sum() == pytest.approx(100)
    assert set(judged["verdict"].str.head(47)) == {
        "not comparable: not the paper's experts (tiny/a"
    }
    measured = pl.read_csv(report / "tabulate_lengths.csv")
    assert dict(measured.group_by("role").agg(pl.sum("texts")).iter_rows()) == {
        **{"mine": 12, "difficulty": 12, "answer": 36, "judge": 24}
    }
    assert set(measured.filter(role="mine")["truncated"]) == {1.0}
    assert not list(report.glob(".*"))


def test_published_figures_are_compared_with_the_scores_and_the_samples_of_a_run(made):
    [row] = json.loads((made / "report/compare_published.json").read_text())["figures"]
    assert (row["status"], row["published"], row["value"]) == ("within", 60.0, 50.0)
    assert (row["low"], row["high"], row["cut"]) == (25.0, 75.0, 1 / 8)
    assert "60.0" in (made / "report/compare_published.html").read_text()


def test_truth_is_found_by_execution_in_the_sandbox(made):
    found = json.loads((made / "truth.json").read_text())
    assert found["instructions"] == {"all": 12, "known": 12}
    assert found["answer_accuracy"] == {"a": 1.0, "b": 0.0, "c": 0.0}
    assert found["gold_accuracy"] == {"three": 0.0}
    # `a` wins what it asks; against `a` a tie is wrong, between `b` and `c` right.
    assert (found["n"], found["accuracy"]) == (24, pytest.approx(16 / 24))


def test_the_summary_of_a_run_counts_its_rows_and_its_costs(made):
    found = json.loads((made / "report/summary.json").read_text())
    assert found["counts"] == {
        "instructions": 12,
        "battles": 24,
        "votes": 24,
        "sft_rows": {"three": 36},
    }
    assert found["judge_accuracy"] == pytest.approx(16 / 24)
    assert found["parse_rate"] == {"verdict": 1.0, "difficulty": 1.0}
    start = (made / "report/start.rst").read_text()
    assert start.index("Its models are tiny.") < start.index("overlap in")
    printed = subprocess.run(
        [sys.executable, SCRIPTS / "print_headline.py", made / "report/summary.json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "tiny: pass@1 on HumanEval (tiny, n = 8)" in printed.stdout
