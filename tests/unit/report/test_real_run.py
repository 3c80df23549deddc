"""If these tests fail, somebody plans a real run with the wrong hours or disks."""

import json
import sqlite3

import polars as pl
import pytest
import yaml
from data import ROOT

from warriorcoder.config.reading import validate
from warriorcoder.config.scaled import scaled
from warriorcoder.models import fit
from warriorcoder.report import costs, real_run

RAW = yaml.safe_load((ROOT / "config/paper.yaml").read_text())
REAL = validate(RAW | {"mining": RAW["mining"] | {"parts": 3}})
REHEARSED = validate(scaled(RAW, validate(RAW)))
FUNNEL = {"mined": 100, "filtered": 80, "deduplicated": 60, "difficult": 30, "selected": 28}


@pytest.fixture
def made() -> pl.DataFrame:
    stages = {"stage": list(FUNNEL), "rows": list(FUNNEL.values())}
    remaining = pl.DataFrame(stages).with_columns(expert=pl.lit("a"), sampling=pl.lit("s"))
    return real_run.rows(REAL, REHEARSED, remaining)


@pytest.fixture
def ratio(made) -> dict[str, float]:
    return dict(made.select("stage", "ratio").iter_rows())


def test_ratios_are_those_of_the_rows_with_the_measured_yields(made, ratio):
    rows = {stage: (small, large) for stage, small, large, _ in made.iter_rows()}
    assert rows["mine_instructions"] == (5 * 9 * 100, 5 * 9 * 10_000)
    assert rows["rate_difficulty"] == pytest.approx((5 * 900 * 0.6, 5 * 90_000 * 0.6))
    assert rows["embed_instructions"] == pytest.approx((5 * 900 * 0.3, 5 * 90_000 * 0.3))
    assert rows["train_target"] == (3 * 5 * 512, 3 * 448 * 512)
    samples = 164 + 378 + 2 * 800 * 20 + 1000
    assert rows["generate_samples"][1] == 4 * samples
    assert ratio["generate_samples"] == pytest.approx(samples / (5 + 5 + 2 * 8 * 20 + 10))
    assert ratio["crown_answers"] == pytest.approx(14_000 / 140)


def test_entered_rows_grow_with_their_file_and_not_with_the_mining_grid(tmp_path):
    file = tmp_path / "given.jsonl"
    file.write_text("".join(f'{{"text": "Task {n}."}}\n' for n in range(2000)))
    raw = RAW | {"experts": [expert | {"instructions": str(file)} for expert in RAW["experts"]]}
    real = validate(raw)
    remaining = pl.DataFrame({"stage": list(FUNNEL), "rows": list(FUNNEL.values())})
    found = real_run.rows(real, validate(scaled(raw, real)), remaining)
    ratio = dict(found.select("stage", "ratio").iter_rows())
    assert ratio["curate_instructions"] == ratio["rate_difficulty"] == pytest.approx(100)
    assert ratio["mine_instructions"] == 1, "nothing is mined"
    assert real_run.STAGES["enter_instructions"] == "curate_instructions"


def test_a_stage_without_rows_is_not_divided_by_them():
    only = {"roster_1": RAW["rosters"]["roster_1"]}
    real = validate(RAW | {"rosters": only})
    remaining = pl.DataFrame({"stage": list(FUNNEL), "rows": list(FUNNEL.values())})
    found = real_run.rows(real, real, remaining)
    assert found.filter(stage="judge_battles")["real"].item() == 0
    assert set(found["ratio"]) == {1.0}


def write(logs, name: str, seconds: float, **more) -> None:
    """Write a job's costs, and its `rows`."""
    path = logs / f"{name}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    cost = {"seconds": seconds, "cpu_seconds": seconds, "max_rss_mb": 500.0} | more
    made = cost.pop("rows", None)
    path.with_name(f"{path.name}.cost.json").write_text(json.dumps(cost))
    if made:
        path.with_name(f"{path.name}.rows.json").write_text(json.dumps(made))


def rows(generated: int, reused: int = 0, gpus: int = 0, load=2.0, work=5.0) -> dict:
    made = {"model": "a", "loads": 1, "generated": generated, "reused": reused}
    made |= {"prompt_tokens": 1, "new_tokens": 1, "load_seconds": load, "generate_seconds": work}
    return made | {"gpu_seconds": gpus * (load + work)}


def test_work_grows_with_rows_and_a_start_does_not(tmp_path, ratio):
    write(tmp_path, "judge_battles/a", 20, rows=rows(10, gpus=4, work=8.0))
    write(tmp_path, "answer_instructions/a", 9, rows=rows(5, reused=15))
    write(tmp_path, "mine_instructions/a.1-of-1", 7, rows=rows(100))
    write(tmp_path, "train_target/r", 60, work_seconds=40)
    write(tmp_path, "embed_instructions/a", 30, work_seconds=0.5)
    write(tmp_path, "score_benchmark/r.b", 3)
    write(tmp_path, "plot_lift/all", 3)
    spent = real_run.hours(costs.of_jobs(tmp_path), ratio, REAL)
    found = {row["rule"]: row for row in spent.iter_rows(named=True)}
    seconds = {rule: 3600 * row["hours"] for rule, row in found.items()}
    assert seconds["judge_battles"] == pytest.approx(12 + 8 * ratio["judge_battles"])
    assert found["judge_battles"]["gpu_hours"] == pytest.approx(4 * found["judge_battles"]["hours"])
    # A quarter of its rows was generated, the others came from the row cache.
    answered = 4 + 5 * 4 * ratio["answer_instructions"]
    assert seconds["answer_instructions"] == pytest.approx(answered)
    assert seconds["mine_instructions"] == pytest.approx(3 * 2 + 5 * 100), "a start for each part"
    assert seconds["train_target"] == pytest.approx(20 + 40 * 448 / 5)
    assert found["train_target"]["gpu_hours"] == pytest.approx(8 * found["train_target"]["hours"])
    assert seconds["embed_instructions"] == pytest.approx(29.5 + 50)
    assert found["embed_instructions"]["gpu_hours"] == found["embed_instructions"]["hours"]
    assert seconds["score_benchmark"] == pytest.approx(3 * ratio["generate_samples"])
    assert seconds["plot_lift"] == pytest.approx(3)
    assert found["plot_lift"]["memory_gb"] == 0.5
    assert list(found) == sorted(found, key=lambda rule: -seconds[rule])


def test_work_that_was_done_before_has_no_known_time(tmp_path, ratio):
    write(tmp_path, "judge_battles/a", 20, rows=rows(10))
    write(tmp_path, "judge_battles/b", 3, rows=rows(0, reused=10, load=0.0, work=0.0))
    write(tmp_path, "answer_instructions/a", 3, rows=rows(0, load=0.0, work=0.0))  # none asked
    write(tmp_path, "train_target/r", 3)  # the same weights were there
    spent = real_run.hours(costs.of_jobs(tmp_path), ratio, REAL)
    assert dict(spent.select("rule", "hours").iter_rows()) == {
        "judge_battles": None,
        "train_target": None,
        "answer_instructions": pytest.approx(3 / 3600),
    }
    disk = pl.DataFrame({"bytes": [1_500_000_000]})
    told = real_run.text(spent, disk)
    assert "without judge_battles, train_target, whose work was done before" in told
    assert "1,500,000,000 bytes on disk (1.5 GB)" in told


def test_bytes_grow_with_the_rows_of_their_folder(tmp_path, ratio, made, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sizes = {"votes/a/v.parquet": 300, "logs/x.log": 70, "report/r.html": 50}
    sizes |= {"checkpoints/r/COMPLETED": 0, "checkpoints/r/model.safetensors": 1000}
    for name, size in sizes.items():
        path = tmp_path / "results" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * size)
    cache = tmp_path / ".cache/rows/judge/a.sqlite"
    cache.parent.mkdir(parents=True)
    with sqlite3.connect(cache) as database:
        database.execute("CREATE TABLE rows (key TEXT PRIMARY KEY, value TEXT)")
        database.executemany("INSERT INTO rows VALUES (?, ?)", [(str(n), "v") for n in range(10)])
    real = dict(made.select("stage", "real").iter_rows())
    disk = real_run.room(tmp_path / "results", ratio, real)
    found = dict(disk.select("what", "bytes").iter_rows())
    assert found == {
        "votes": round(300 * ratio["judge_battles"]),
        "logs": 70,
        "report": 50,
        "checkpoints": 1000,
        "a training while it runs": round(fit.disk_training(500)),
        "row cache: judge": round(cache.stat().st_size / 10 * real["judge_battles"]),
    }


def test_the_stages_and_folders_are_those_of_the_rules():
    """A rule or folder that is renamed would no longer be extrapolated."""
    text = "".join(path.read_text() for path in (ROOT / "rules").glob("*.smk"))
    for rule in real_run.STAGES:
        assert f"rule {rule}:" in text, rule
    for folder in real_run.FOLDERS:
        assert f'"{folder}/' in text, folder
    scripts = "".join(path.read_text() for path in (ROOT / "scripts").glob("*.py"))
    for cached in real_run.CACHED:
        assert f'"{cached}", ' in scripts, cached
