"""`snakemake fetch` brings models once; they are no part of any other plan."""

from pathlib import Path

import local_hub
import pytest
import yaml
from workflow.conftest import ROOT, Project, dry_runs

MODELS = {"judge": "Qwen/QwQ-32B-Preview", "target": "deepseek-ai/deepseek-coder-6.7b-base"}
REVISION = "0123456789" * 4


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    """The miniature with two models of the hub."""
    project = Project.create(tmp_path_factory.mktemp("fetch") / "project")
    raw = project.config
    raw["experts"][1] |= {"model": MODELS["judge"], "revision": REVISION}
    raw["training"]["base"] = MODELS["target"]
    project.configure(raw)
    return project


@pytest.fixture(autouse=True)
def home(project, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(project.folder / "home"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")


def planned(project: Project, scratch: Path, *requests: list[str]) -> list[set[str]]:
    done = dry_runs([(project, arguments) for arguments in requests], scratch)
    assert [plan.text for plan in done if plan.code] == []
    return [plan.names for plan in done]


def test_models_are_fetched_once_and_run_nothing_else(project, tmp_path, monkeypatch):
    records = {
        "models--Qwen--QwQ-32B-Preview/checked/" + REVISION,
        "models--deepseek-ai--deepseek-coder-6.7b-base/checked/main",
    }
    fetch, everything = planned(project, tmp_path, ["--", "fetch"], [])
    assert fetch == {*(f"fetch_model {record}.json" for record in records), "fetch"}
    with local_hub.serve() as server:
        server.models = {model: {REVISION: {"config.json": b"{}"}} for model in MODELS.values()}
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        project.run("fetch")
    assert all(Path(project.folder, "home/hub", f"{record}.json").exists() for record in records)
    assert planned(project, tmp_path, ["--", "fetch"], []) == [set(), everything]
    assert not any("fetch_model" in job for job in everything) and everything


def test_every_shipped_config_plans_without_its_models(project, tmp_path):
    folder = project.folder / "config"
    configs = sorted(folder.glob("*.yaml"))
    added = {  # the project's own miniature is smaller
        "baselines.yaml": folder / "paper.yaml",
        "methods.yaml": ROOT / "config/miniature.yaml",
    }
    files = {path: [added.get(path.name, path), path] for path in configs}
    requests = [(project, ["--configfile", *map(str, given)]) for given in files.values()]
    for path, plan in zip(files, dry_runs(requests, tmp_path), strict=True):
        assert plan.code == 0, f"{path.name}: {plan.text[-3000:]}"
        jobs = [job.rule for job in plan.jobs]
        assert "train_target" in jobs and "fetch_model" not in jobs, path.name


def test_a_job_without_its_model_says_what_to_run_where(project, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    raw = project.config
    raw["experts"][2] |= {"model": MODELS["judge"], "revision": "f" * 40}
    (project.folder / "other.yaml").write_text(yaml.safe_dump(raw, sort_keys=False))
    target = "results/mined/quq/t1.0-p0.99/1-of-1.parquet"
    done = project.snakemake("--cores", "1", "--configfile", "other.yaml", "--", target)
    assert done.returncode
    told = "model Qwen/QwQ-32B-Preview @ ffffffff is not complete in the cache"
    assert told in done.stdout, done.stdout[-4000:]
    assert "HF_HUB_OFFLINE=0 snakemake fetch" in done.stdout
