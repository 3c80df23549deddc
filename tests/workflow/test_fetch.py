"""`snakemake fetch` brings models once; they are no part of any other plan."""

import os
import subprocess
import sys
from pathlib import Path

import local_hub
import pytest
import yaml
from workflow.conftest import Project, dry_runs, names

from warriorcoder import plans

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


def snakemake(project: Project, *arguments: str, **environment) -> tuple[int, str]:
    own = {"HF_HOME": str(project.folder / "home"), "HF_HUB_OFFLINE": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", *arguments],
        cwd=project.folder,
        env=os.environ | own | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, done.stdout


def test_models_are_fetched_once_and_run_nothing_else(project):
    records = {
        "models--Qwen--QwQ-32B-Preview/checked/" + REVISION,
        "models--deepseek-ai--deepseek-coder-6.7b-base/checked/main",
    }
    wanted = {f"fetch_model {record}.json" for record in records}
    _, text = snakemake(project, "-n", "--", "fetch")
    assert names(plans.read(text)) == wanted | {"fetch"}
    _, plan = snakemake(project, "-n")
    with local_hub.serve() as server:
        server.models = {model: {REVISION: {"config.json": b"{}"}} for model in MODELS.values()}
        code, text = snakemake(project, "--cores", "1", "--", "fetch", HF_ENDPOINT=server.url)
    assert code == 0, text[-3000:]
    assert all(Path(project.folder, "home/hub", f"{record}.json").exists() for record in records)
    _, text = snakemake(project, "-n", "--", "fetch")
    assert names(plans.read(text)) == set()
    _, text = snakemake(project, "-n")
    assert names(plans.read(text)) == names(plans.read(plan))
    assert "fetch_model" not in plan and "mine_instructions" in plan


def test_every_shipped_config_plans_without_its_models(project, tmp_path):
    configs = sorted((project.folder / "config").glob("*.yaml"))
    requests = [(project, ["--configfile", str(path)]) for path in configs]
    for path, (code, text) in zip(configs, dry_runs(requests, tmp_path), strict=True):
        assert code == 0, f"{path.name}: {text[-3000:]}"
        jobs = [job.rule for job in plans.read(text)]
        assert "train_target" in jobs and "fetch_model" not in jobs, path.name


def test_a_job_without_its_model_says_what_to_run_where(project):
    raw = project.config
    raw["experts"][2] |= {"model": MODELS["judge"], "revision": "f" * 40}
    (project.folder / "other.yaml").write_text(yaml.safe_dump(raw, sort_keys=False))
    target = "results/mined/quq/t1.0-p0.99/1-of-1.parquet"
    code, text = snakemake(
        project, "--cores", "1", "--configfile", "other.yaml", "--", target, HF_HUB_OFFLINE="1"
    )
    assert "model Qwen/QwQ-32B-Preview @ ffffffff is not whole in the cache" in text, text[-4000:]
    assert "HF_HUB_OFFLINE=0 snakemake fetch" in text
