"""The whole pipeline, for real, on the micro config."""

import json
from pathlib import Path

import polars as pl
from schemas import TABLES
from workflow import edits

from warriorcoder.core import tables


def read(project, table, pattern):
    return tables.read(TABLES[table], *sorted(project.folder.glob(f"results/{pattern}")))


def rows(project, rule) -> dict:
    """Model loads and rows of a rule, over all its jobs."""
    total = {"loads": 0, "generated": 0, "reused": 0}
    for path in project.folder.glob(f"results/logs/{rule}/*.rows.json"):
        spent = json.loads(path.read_text())
        total = {key: total[key] + spent[key] for key in total}
    return total


def test_the_summary_holds_every_headline_figure(finished):
    summary = json.loads((finished.folder / "results/report/summary.json").read_text())
    assert set(summary["pass_at_1"]) == {"base", "one", "three", "n"}
    assert summary["pass_at_1"]["n"] == 4
    assert set(summary["parse_rate"]) == {"verdict", "difficulty"}
    assert set(summary["elo"]) == set(summary["bradley_terry"]) == {"athene", "llamax", "quq"}
    assert set(summary["counts"]) == {"instructions", "battles", "votes", "sft_rows"}
    assert summary["judge_accuracy"] is not None
    assert summary["funnel"]["athene"]["t1.0-p0.99"]["mined"] == 24
    assert summary["seconds"]["mine_instructions"] > 0 < summary["cpu_seconds"]["train_target"]


def test_made_again_the_training_sets_are_the_same_bytes(project):
    before = project.parquets()
    project.run("results/gold/three/sft.parquet", "--forcerun", "rate_experts", "crown_answers")
    assert project.parquets() == before


def test_a_model_is_loaded_once_per_expert_and_stage(finished):
    stages = ("mine_instructions", "answer_instructions", "judge_battles", "generate_samples")
    assert {stage: rows(finished, stage)["loads"] for stage in stages} == dict.fromkeys(stages, 3)


def test_nobody_judges_its_own_battle_and_every_other_judge_does(finished):
    votes = read(finished, "votes", "votes/*/*/*.parquet")
    battles = read(finished, "battles", "battles/*.parquet")
    plays = (pl.col("judge") == pl.col("attacker")) | (pl.col("judge") == pl.col("defender"))
    assert votes.filter(plays).is_empty()
    assert len(votes) == len(battles)  # three experts leave one judge for each battle


def test_weights_that_are_there_are_not_trained_again(project):
    """Intervals, and code around training, decide no weight and no sample; steps do."""
    folder, log = project.folder / "results", project.folder / "results/logs/train_target/three.log"
    trained, sampled = "checkpoints/three/COMPLETED", "benchmarks/three/humaneval/samples.parquet"

    def made():
        paths = [p for p in (folder / "checkpoints/three").iterdir() if p.name != "COMPLETED"]
        return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}

    before, samples, raw = made(), (folder / sampled).read_bytes(), project.config
    raw["rating"]["bootstrap"] = 20
    project.configure(raw)
    project.run(f"results/{sampled}")
    assert "training is skipped" in log.read_text() and "trained in" not in log.read_text()
    assert made() == before and (folder / sampled).read_bytes() == samples
    assert project.rows("generate_samples")["three"] == 0

    edits.replace(("core/tables.py", "indent=2", "indent=1"))(project)
    only = ("--allowed-rules", "train_target", "generate_samples", "--", f"results/{sampled}")
    assert project.plan(*only) == {"train_target three", "generate_samples three"}
    project.run(*only)
    assert made() == before and project.rows("generate_samples")["three"] == 0

    raw["training"]["steps"] = 3
    project.configure(raw)
    project.run("--allowed-rules", "train_target", "--", f"results/{trained}")
    assert "trained in" in log.read_text()
    assert made()["model.safetensors"] != before["model.safetensors"]
    assert json.loads((folder / trained).read_text())["steps"] == 3


def test_a_killed_job_leaves_nothing_half_written_and_resumes_from_its_rows(project):
    raw = project.config
    raw["mining"] |= {"per_config": 192, "top_ps": [0.99]}
    project.configure(raw)
    target = "results/mined/athene/t1.0-p0.99/1-of-1.parquet"
    rows = project.kill(target, "mine/athene.sqlite")
    assert not list(Path(project.folder / "results/mined").rglob("*.tmp"))
    assert not (project.folder / target).exists()
    project.run(target)
    log = project.folder / "results/logs/mine_instructions/athene.1-of-1.log.rows.json"
    spent = json.loads(log.read_text())
    assert len(read(project, "mined", "mined/athene/t1.0-p0.99/*.parquet")) == 192
    assert spent["reused"] >= rows


def test_a_truncated_shard_stops_the_run_with_file_and_fix(project):
    shard = project.folder / "results/selected/athene.parquet"
    shard.write_bytes(shard.read_bytes()[:-30])
    done = project.snakemake(
        "--cores", "1", "--forcerun", "schedule_battles", "--", "results/battles/athene.parquet"
    )
    assert done.returncode != 0
    assert "results/selected/athene.parquet: not a complete Parquet file" in done.stdout
    assert "rm 'results/selected/athene.parquet'" in done.stdout


def test_a_bad_config_stops_before_any_job(project):
    raw = project.config
    raw["rating"]["alpha"] = 2
    project.configure(raw)
    done = project.snakemake("-n")
    assert done.returncode != 0
    assert "rating.alpha" in done.stdout and "less than or equal to 1" in done.stdout
