"""Experts behind servers, in the pipeline: what a job asks, keeps and gives away."""

import json
import os
from pathlib import Path

import pytest
from served import Server
from workflow.conftest import Project

from warriorcoder.arena.tables import ANSWERS, VOTES
from warriorcoder.core import tables
from warriorcoder.curation.tables import DIFFICULTY
from warriorcoder.mining.tables import MINED

KEY = "sk-test-0a1b2c3d4e5f"
SHARD = "results/mined/athene/t1.0-p0.99/1-of-1.parquet"
RATED = "results/difficulty/athene/llamax.parquet"


@pytest.fixture
def served(tmp_path, monkeypatch):
    """athene is mined by token ids, llamax judges by messages; quq stays here."""
    monkeypatch.setenv("ATHENE_KEY", KEY)
    servers = Server("athene", key=KEY), Server("llamax")
    project = Project.create(tmp_path / "project")
    raw = project.config
    raw["mining"] |= {"per_config": 6, "temperatures": [1.0], "max_tokens": 60}
    raw["curation"] |= {"min_chars": 1}
    apis = [{"base_url": server.url, "model": "served"} for server in servers]
    raw["experts"][0]["api"] = apis[0] | {"key_env": "ATHENE_KEY"}
    raw["experts"][1] |= {
        "model": "llamax-7b",
        "roles": ["answer", "judge"],
        "api": apis[1] | {"protocol": "chat"},
    }
    project.configure(raw)
    yield project, servers
    for server in servers:
        server.stop()


def secrets(folder: Path) -> list[Path]:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return [path for path in files if KEY.encode() in path.read_bytes()]


def test_jobs_reach_servers_and_only_what_decides_rows_re_runs_them(served):
    project, (athene, llamax) = served
    told = project.run(RATED)
    mined, rated = project.folder / SHARD, project.folder / RATED
    assert len(tables.read(MINED, mined)) == len(athene.bodies) == 6
    assert len(tables.read(DIFFICULTY, rated)) == len(llamax.bodies) > 0
    assert {"prompt", "stop_token_ids", "seed"} <= athene.bodies[0].keys()
    assert "messages" in llamax.bodies[0]
    spent = project.folder / "results/logs/rate_difficulty/llamax.log.rows.json"
    assert json.loads(spent.read_text())["prompt_tokens"] > 10 * len(llamax.bodies)

    record = tables.facts(mined)["record"]
    assert record["expert"]["api"] == {"model": "served", "protocol": "completions", "body": {}}
    assert "engine" not in record
    assert secrets(project.folder) == [] and KEY not in told

    raw = project.config
    del os.environ["ATHENE_KEY"]
    raw["experts"][0]["api"] |= {"base_url": "http://elsewhere/v1", "concurrency": 2, "patience": 1}
    raw["experts"][0]["api"] |= {"timeout": 7, "key_env": "OTHER_KEY"}
    raw["engine"] |= {"batch_size": 7}
    project.configure(raw)
    assert project.plan(RATED) == set()
    raw["experts"][0]["api"]["prompt"] = "text"
    project.configure(raw)
    assert any(job.startswith("mine_instructions athene") for job in project.plan(RATED))
    del raw["experts"][0]["api"]["prompt"]
    raw["experts"][1]["api"]["body"] = {"top_k": 1}
    project.configure(raw)
    assert project.plan(RATED) == {"rate_difficulty llamax"}


@pytest.mark.runs
def test_gold_answers_come_from_experts_that_are_served(served):
    """athene writes, llamax only answers and judges; what both said ends in the training set."""
    project, (athene, llamax) = served
    raw = project.config
    raw["mining"]["per_config"] = 24
    raw["difficulty"]["threshold"] = 1
    project.configure(raw)
    project.run("results/gold/three/sft.parquet")
    folder = project.folder / "results"
    answers = tables.read(ANSWERS, *folder.glob("answers/*/llamax.parquet"))
    votes = tables.read(VOTES, *folder.glob("votes/*/*/llamax.parquet"))
    assert len(answers) > 0 and len(votes) > 0
    assert answers["n_tokens"].min() > 0 and set(votes["verdict"]) != {"invalid"}
    assert not list(folder.glob("mined/llamax")) and secrets(project.folder) == []
    for name, server in (("athene", athene), ("llamax", llamax)):
        spent = [json.loads(p.read_text()) for p in folder.glob(f"logs/*/{name}.*rows.json")]
        assert len(server.bodies) == sum(rows["generated"] for rows in spent) > 0
