"""If these tests fail, training finds days later that it may not have its GPUs."""

import os
import shutil
import subprocess
import sys

import pytest
import yaml
from workflow.conftest import ROOT, Project, micro
from workflow.test_anywhere import IMPORT

TRAINED = "results/checkpoints/one/COMPLETED"
HOOK = """

onstart:
    print("a hook of the study")
"""
# Starts nothing; `--test-only` refuses more GPUs than one.
SBATCH = """#!/bin/sh
echo "$@" >> calls
case "$*" in *--gpus=2*) echo "sbatch: error: allocation failure: not available" >&2; exit 1 ;; esac
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    """A target that trains on two GPUs."""
    project = Project.create(tmp_path_factory.mktemp("limits") / "project")
    raw = micro()
    raw["training"] |= {"gpus": 2, "micro_batch": 1}
    project.configure(raw)
    (project.folder / "slurm").symlink_to("profiles/slurm")
    return project


@pytest.fixture
def study(project, tmp_path) -> Project:
    """A workflow that imports the project's and has a hook of its own."""
    study = Project(tmp_path / "study")
    (study.folder / "config").mkdir(parents=True)
    (study.folder / "slurm").symlink_to(project.folder / "slurm")
    study.configure(project.config)
    names = {"config": "config/miniature.yaml", "snakefile": str(project.folder / "Snakefile")}
    (study.folder / "Snakefile").write_text(IMPORT.format(**names) + HOOK)
    return study


@pytest.fixture(params=["project", "study"])
def place(request) -> Project:
    return request.getfixturevalue(request.param)


def started(project, *arguments: str, **variables: str) -> str:
    """Output of a run that ends before its first job."""
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", *arguments],
        cwd=project.folder,
        env=os.environ | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode and not (project.folder / "results").exists(), done.stdout[-3000:]
    return done.stdout


CAPS = [
    (["--resources", "gpu=1"], "training.gpus: 2, but --resources gpu=1"),
    (["--config", "cluster={max_gpus: 1}"], "training.gpus: 2, but cluster.max_gpus is 1"),
]


@pytest.mark.parametrize(("cap", "says"), CAPS)
@pytest.mark.parametrize("way", ["-n", "--cores=1"])
def test_a_cap_under_the_gpus_of_training_is_told_before_the_first_job(project, cap, says, way):
    assert says in started(project, way, *cap, "--", TRAINED)


@pytest.mark.parametrize("cap", [cap for cap, _ in CAPS])
def test_a_cap_is_no_matter_where_nothing_is_trained(project, cap):
    plan = project.plan(*cap, "--", "data")
    assert "crown_answers one" in plan and "check_training" not in plan


def test_more_tokens_than_the_target_has_positions_are_told_by_the_plan(project):
    raw = micro()
    raw["training"]["max_length"] = 1025
    config = project.folder / "long.yaml"
    config.write_text(yaml.safe_dump(raw))
    said = started(project, "-n", "--configfile", str(config), "--", TRAINED)
    assert "training.max_length: 1025 tokens, but" in said and "has 1024 positions" in said


def test_a_cap_that_training_fits_is_no_matter(project):
    assert "train_target one" in project.plan("--resources", "gpu=2", "--", TRAINED)


@pytest.mark.parametrize("seen", ["", "0"])
def test_a_machine_without_the_gpus_is_told_before_the_first_job(place, seen):
    said = started(place, "--cores=1", "--", TRAINED, CUDA_VISIBLE_DEVICES=seen)
    assert f" asks for 2 GPUs, and this machine shows {len(seen)}" in said


def test_what_slurm_would_never_start_is_told_before_the_first_job(place, tmp_path):
    for name, text in {"sbatch": SBATCH, "sacct": "#!/bin/sh\n"}.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    said = started(place, "--profile", "slurm", "--", TRAINED, PATH=path)
    assert "SLURM refuses the request of " in said and "not available" in said
    calls = (place.folder / "calls").read_text().splitlines()
    assert all("--test-only" in call for call in calls)
    training = next(call for call in calls if "--gpus=2" in call)
    assert "-p gpu" in training and "--mem 21004" in training and "--cpus-per-task=32" in training


def test_a_machine_without_slurm_is_told_before_the_first_job(place, tmp_path):
    for name in ("bash", "which"):
        (tmp_path / name).symlink_to(shutil.which(name))
    said = started(place, "--profile", "slurm", "--", TRAINED, PATH=str(tmp_path))
    assert "there is no command sbatch here" in said


@pytest.mark.parametrize("way", ["-n", "--cores=1"])
def test_a_cap_is_told_of_the_papers_config_in_a_workflow_that_imports_it(study, way):
    study.configure(yaml.safe_load((ROOT / "config/paper.yaml").read_text()))
    said = started(study, way, "--resources", "gpu=4")
    assert "training.gpus: 8, but --resources gpu=4" in said
    assert "a hook of the study" not in said


def test_a_workflow_that_imports_this_one_keeps_its_own_hook(study):
    said = study.run("build_miniature_benchmarks")
    assert said.count("a hook of the study") == 1
