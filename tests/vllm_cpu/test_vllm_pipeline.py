"""Mining → answers → votes through the real rules with `engine: {kind: vllm}`."""

import json

import polars as pl
import pytest
from workflow.conftest import Project

from warriorcoder.arena.tables import ANSWERS, BATTLES, VOTES
from warriorcoder.core import tables
from warriorcoder.mining.tables import MINED

pytestmark = pytest.mark.vllm
EXPERTS = ("athene", "llamax", "quq")
STAGES = ("mine_instructions", "rate_difficulty", "answer_instructions", "judge_battles")


@pytest.fixture(scope="module")
def voted(tmp_path_factory) -> Project:
    """The micro config with vLLM, run from nothing to every vote."""
    project = Project.create(tmp_path_factory.mktemp("vllm") / "project")
    raw = project.config
    raw["engine"] = {"kind": "vllm", "dtype": "float32"}
    project.configure(raw)
    project.run("results/outcomes/three.parquet")
    return project


def spent(project: Project, rule: str) -> dict[str, dict]:
    paths = (project.folder / f"results/logs/{rule}").glob("*.rows.json")
    return {path.name.split(".")[0]: json.loads(path.read_text()) for path in paths}


def test_every_battle_is_voted_on(voted):
    results = voted.folder / "results"
    battles = tables.read(BATTLES, *results.glob("battles/*.parquet"))
    votes = tables.read(VOTES, *results.glob("votes/*/*/*.parquet"))
    assert len(votes) == len(battles) > 0
    answers = tables.read(ANSWERS, *results.glob("answers/*/*.parquet"))
    assert answers.filter(pl.col("n_tokens") == 0).is_empty()
    mined = tables.read(MINED, *results.glob("mined/*/*/*.parquet"))
    assert (mined["finish_reason"] == "stop").mean() > 0.8


@pytest.mark.parametrize("rule", STAGES)
def test_a_model_is_loaded_once_per_expert_and_stage(voted, rule):
    jobs = spent(voted, rule)
    worked = {expert: job for expert, job in jobs.items() if job["generated"]}
    assert {job["loads"] for job in worked.values()} == {1}
    assert set(worked) == set(EXPERTS) or rule == "rate_difficulty"
    for job in worked.values():
        assert job["new_tokens"] > 0 < job["prompt_tokens"] and job["load_seconds"] > 0


def test_made_again_without_a_row_cache_the_files_are_the_same_bytes(voted):
    before = voted.parquets()
    (voted.folder / ".cache/rows/answer/athene.sqlite").unlink()
    voted.run("results/outcomes/three.parquet", "--forcerun", "answer_instructions")
    assert voted.parquets() == before
    assert spent(voted, "answer_instructions")["athene"]["generated"] > 0


def test_a_killed_job_resumes_at_its_rows(voted, tmp_path):
    project = voted.copy(tmp_path / "project")
    raw = project.config
    raw["mining"] |= {"per_config": 4000}
    project.configure(raw)
    target = "results/mined/athene/t1.0-p0.99/1-of-1.parquet"
    rows = project.kill(target, "mine/athene.sqlite")
    assert rows < 8000 and not (project.folder / target).exists()
    project.run(target)
    job = spent(project, "mine_instructions")["athene"]
    assert job["reused"] >= rows and job["reused"] + job["generated"] == 8000
    assert job["loads"] == 1
