"""Rosters with a method run their trainings and benchmarks, and no battle."""

import copy

import pytest
import yaml
from workflow.conftest import dry_runs

pytestmark = pytest.mark.reruns
ROSTERS = {
    "lora": {"trains_on": "three", "method": "lora"},
    "dpo": {"trains_on": "three", "method": "dpo"},
    "both": {"trains_on": "three", "method": "sft+dpo"},
}
ONCE_MORE = {"check_training", "train_target", "generate_samples", "score_benchmark"}
ONCE_MORE |= {"tabulate_benchmarks", "tabulate_training", "tabulate_reproduction", "plot_lift"}
ONCE_MORE |= {
    "write_summary",
    "plot_ratings",
    "assess_judges",
    "tabulate_judges",
    "compare_rosters",
}


def test_trainings_on_the_gold_answers_of_another_roster_add_no_battle(finished, tmp_path):
    raw = copy.deepcopy(finished.config)
    raw["rosters"] |= ROSTERS
    path = tmp_path / "methods.yaml"
    path.write_text(yaml.safe_dump(raw, sort_keys=False))
    [plan] = dry_runs([(finished, ["--configfile", str(path)])], tmp_path)
    assert plan.code == 0, plan.text[-3000:]
    rules = [job.rule for job in plan.jobs]
    assert rules.count("train_target") == len(ROSTERS)
    assert set(rules) - {"all"} <= ONCE_MORE, set(rules) - ONCE_MORE
    gold = {line for line in plan.text.splitlines() if "input: results/gold/three/" in line}
    read = sorted(line.partition("gold/three/")[2] for line in gold)
    pairs = "preferences.parquet"
    assert {pairs, f"{pairs}, results/checkpoints/three/COMPLETED", "sft.parquet"} <= set(read)
