"""`--sdm conda` from a channel in a folder: envs/README.md says what this shows and what not.

If these tests fail, the environment cannot be made from its file, or a rule that
runs in it writes something else than the same rule in `.venv`.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from envs import channel

pytestmark = pytest.mark.conda
ROOT = Path(__file__).parents[2]
RATTLER = ROOT / ".cache/rattler/bin/python"
WRITE = """
import sys
import numpy, polars, pyarrow
from warriorcoder.core import tables
from warriorcoder.curation.tables import EMBEDDINGS
rows = [(f"athene:t1.0-p1.0:{n:06d}", [n / 7, -0.5]) for n in range(1000)]
frame = polars.DataFrame(rows, schema=EMBEDDINGS.schema, orient="row")
tables.write(frame, EMBEDDINGS, sys.argv[1], {"seed": 1})
print(sys.prefix, *(module.__file__ for module in (numpy, polars, pyarrow)))
"""
COPIED = ("Snakefile", "rules", "config", "envs", "profiles", "scripts")


@pytest.fixture(scope="module")
def conda(tmp_path_factory) -> dict[str, str]:
    """The environment variables with which `conda` is found, and its channel."""
    if not RATTLER.exists():
        pytest.skip("no py-rattler: make .cache/rattler/bin/python")
    folder = tmp_path_factory.mktemp("conda")
    binaries = folder / "home/bin"
    binaries.mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("local_conda.py"), binaries)
    (binaries / "conda").write_text(f'#!/bin/sh\nexec {RATTLER} {binaries}/local_conda.py "$@"\n')
    (binaries / "conda").chmod(0o755)
    (binaries / "activate").write_text('export CONDA_PREFIX="$1" PATH="$1/bin:$PATH"\n')
    versions = yaml.safe_load((ROOT / "envs/analyse.yaml").read_text())["dependencies"]
    python, pip = (each.partition("=")[2] for each in versions[:2])
    if sys.version.split()[0] != python:
        pytest.skip(f"Python {python} is to be packed, this is {sys.version.split()[0]}")
    channel.python(folder / "channels/conda-forge", python)
    channel.pip(folder / "channels/conda-forge", pip)
    path = os.pathsep.join([str(binaries), os.environ["PATH"]])
    return {"PATH": path, "CONDA_CHANNEL_ALIAS": f"file://{folder}/channels"}


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A working copy of the pipeline."""
    folder = tmp_path_factory.mktemp("project")
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, folder / name)
    return folder


def snakemake(folder: Path, environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "1", *arguments],
        cwd=folder,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-5000:]
    return done.stdout


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("results/datasets/*.jsonl")}


def test_a_rule_runs_in_the_environment_of_its_file_and_writes_the_same_bytes(project, conda):
    rule = "build_miniature_benchmarks"
    snakemake(project, {}, rule)
    here = written(project)
    made = snakemake(project, conda, "--sdm", "conda", "--force", rule)
    assert "Creating conda environment" in made and "analyse.yaml" in made
    assert len(here) == 4 and written(project) == here

    (python,) = project.glob(".snakemake/conda/*/bin/python")
    tables = {each: project / f"{each}.parquet" for each in ("here", "there")}
    for each, table in tables.items():
        command = [python if each == "there" else sys.executable, "-c", WRITE, table]
        alone = os.environ | {"PYTHONPATH": str(project / "scripts"), "PYTHONNOUSERSITE": "1"}
        found = subprocess.run(command, env=alone, capture_output=True, text=True, check=True)
        prefix, *modules = found.stdout.split()
        assert all(module.startswith(prefix) for module in modules), found.stdout
    assert tables["here"].read_bytes() == tables["there"].read_bytes()
    checked = subprocess.run([python, "-m", "pip", "check"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout

    # The file's digest names the environment: an edited hash is another one, which pip refuses.
    path = project / "envs/analyse.yaml"
    path.write_text(re.sub(r"(anyio==.* --hash=sha256:)\w{4}", r"\g<1>0000", path.read_text()))
    with pytest.raises(AssertionError, match="DO NOT MATCH THE HASHES"):
        snakemake(project, conda, "--sdm", "conda", "--force", rule)
