"""The pipeline runs from any folder: as a module, with `--directory`, and below names with blanks.

Where these fail, a path is looked up in the wrong place, or a record depends on the folder.
"""

import shutil
import subprocess
import sys
import sysconfig
import venv

import pytest
import yaml
from workflow.conftest import ROOT, Project, dry_runs, micro

IMPORT = """
configfile: {config!r}


module warriorcoder:
    snakefile: {snakefile!r}
    config: config


use rule * from warriorcoder
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    return Project.create(tmp_path_factory.mktemp("anywhere") / "a project with blanks")


@pytest.fixture
def study(project, tmp_path) -> Project:
    """A workflow of somebody else, which imports the project's."""
    folder = tmp_path / "a study"
    folder.mkdir()
    config, snakefile = str(folder / "micro.yaml"), str(project.folder / "Snakefile")
    (folder / "Snakefile").write_text(IMPORT.format(config=config, snakefile=snakefile))
    (folder / "micro.yaml").write_text(yaml.safe_dump(micro(), sort_keys=False))
    return Project(folder)


def test_a_module_and_another_directory_plan_the_jobs_of_the_project(project, study, tmp_path):
    snakefile = str(project.folder / "Snakefile")
    (tmp_path / "elsewhere").mkdir()
    requests = [
        (project, []),
        (study, []),
        (Project(tmp_path), ["-s", snakefile, "--directory", "elsewhere"]),
    ]
    done = dry_runs(requests, tmp_path)
    assert [plan.text[-3000:] for plan in done if plan.code] == []
    here, module, directory = (plan.names for plan in done)
    assert "build_miniature_benchmarks" in here and len(here) > 60
    assert module == here
    assert directory == here


def test_files_that_another_run_made_in_the_project_are_not_taken(project, study, tmp_path):
    made = project.folder / "results/datasets/humaneval.jsonl"
    made.parent.mkdir(parents=True)
    made.write_text("{}\n")
    try:
        [plan] = dry_runs([(study, [])], tmp_path)
    finally:
        shutil.rmtree(project.folder / "results")
    assert plan.code == 0, plan.text[-3000:]
    assert str(made) not in plan.text
    assert "build_miniature_benchmarks" in plan.names


def test_the_library_is_that_of_the_snakefile_whatever_plugins_imported(project, tmp_path):
    project = project.copy(tmp_path / "copy")
    (project.folder / "scripts/warriorcoder/added.py").touch()
    with (project.folder / "Snakefile").open("a") as file:
        file.write("\n\nfrom warriorcoder import added\n")
    assert "build_miniature_benchmarks" in project.run("--list-rules")


def test_a_job_runs_in_a_folder_with_blanks(project, tmp_path):
    project = project.copy(tmp_path / "a copy with blanks")
    project.run("build_miniature_benchmarks")
    assert (project.folder / "results/datasets/humaneval.jsonl").stat().st_size


@pytest.mark.runs
def test_a_module_with_another_directory_makes_the_files_of_the_project(
    finished, study, tmp_path, monkeypatch
):
    """Bytes are equal, so the records inside of the files are, too."""
    (tmp_path / "results of mine").mkdir()
    done = study.snakemake("--cores", "2", "--directory", "../results of mine")
    assert done.returncode == 0, done.stdout[-5000:]
    other = Project(tmp_path / "results of mine")
    made, expected = other.parquets(), finished.parquets()
    assert made.keys() == expected.keys()
    differ = {path for path in made if made[path] != expected[path]}
    assert {path for path in differ if not path.startswith("ground_truth/")} == set()  # holds times
    assert (other.folder / ".cache/rows").is_dir()
    assert not (study.folder / "results").exists()
    report = other.folder / "report.html"
    told = study.snakemake("--directory", "../results of mine", "--report", str(report))
    assert told.returncode == 0, told.stdout[-3000:]
    assert report.stat().st_size > 100_000


def test_an_interpreter_below_a_blank_is_refused_before_any_job(project, tmp_path):
    folder = tmp_path / "a folder" / "venv"
    venv.create(folder, symlinks=True)
    [packages] = folder.glob("lib/python*/site-packages")
    (packages / "borrowed.pth").write_text(f"{sysconfig.get_path('purelib')}\n{ROOT / 'scripts'}\n")
    command = [folder / "bin/python", "-m", "snakemake", "-n"]
    done = subprocess.run(command, cwd=project.folder, capture_output=True, text=True)
    assert done.returncode == 1
    told = f"Snakemake starts no job with '{folder}/bin/python', because the path has a blank."
    assert told in done.stderr + done.stdout


def test_make_refuses_an_environment_below_a_blank_before_it_installs(tmp_path):
    folder = tmp_path / "a folder"
    (folder / "envs").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "envs/miniature.txt"):
        shutil.copy(ROOT / name, folder / name)
    command = ["make", "setup", f"PYTHON={sys.executable}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode
    assert "because the path has a blank" in done.stdout
    assert not (folder / ".venv").exists()
