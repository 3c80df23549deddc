"""Locks against the package registry: `make test-envs`. Reads metadata, downloads no wheel.

If these tests fail, an environment cannot be built today, or is another one.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.registry
ROOT = Path(__file__).parents[2]
ENVS = ROOT / "envs"
LISTS = sorted({path.stem for path in ENVS.glob("*.in")} - {"tables"})  # a part of other lists
UV = ROOT / ".cache/uv"
TARGET = ["--python-version", "3.11", "--python-platform", "x86_64-manylinux_2_31"]


def uv(*arguments, **options) -> subprocess.CompletedProcess:
    command = [UV / "bin/uv", "pip", *arguments]
    return subprocess.run(command, capture_output=True, text=True, **options)


@pytest.fixture(scope="session", autouse=True)
def registry():
    if not (UV / "bin/uv").exists():
        pytest.skip("no uv: make .cache/uv/bin/uv")
    asked = uv("compile", "--quiet", "--no-cache", "-", input="idna")
    if asked.returncode:
        pytest.skip(f"no package registry: {asked.stderr.strip()[-300:]}")


@pytest.mark.parametrize("name", LISTS)
def test_locking_again_gives_the_same_lock(name, tmp_path):
    """So the list resolves to it, every wheel is there, and the registry has the pinned hashes."""
    shutil.copytree(ENVS, tmp_path / "envs")
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "scripts").symlink_to(ROOT / "scripts")
    (tmp_path / ".cache/uv").mkdir(parents=True)
    (tmp_path / ".cache/uv/bin").symlink_to(UV / "bin")
    made = subprocess.run(["make", f"lock-{name}"], cwd=tmp_path, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr[-3000:]
    for path in ENVS.glob(f"{name}.*"):
        assert (tmp_path / "envs" / path.name).read_text() == path.read_text(), path.name


@pytest.mark.parametrize("name", sorted(path.stem for path in ENVS.glob("*.yaml")))
def test_what_conda_hands_to_pip_is_complete(name, tmp_path):
    """A package that another needs and that has no hash of its own stops pip."""
    pip = yaml.safe_load((ENVS / f"{name}.yaml").read_text())["dependencies"][-1]["pip"]
    options = ["--index-strategy=unsafe-best-match"]
    if pip[0].startswith("--extra-index-url"):  # or where this machine keeps the CPU build of torch
        ask = [sys.executable, "-m", "pip", "config", "get", "global.find-links"]
        links = subprocess.run(ask, capture_output=True, text=True).stdout.strip()
        pip, options = (pip[1:], [f"--find-links={links}"]) if links else (pip, options)
    requirements = tmp_path / "condaenv.requirements.txt"  # as conda writes the section
    requirements.write_text("\n".join(pip))
    planned = uv(
        *["install", "--dry-run", "--require-hashes", *TARGET, "--target", tmp_path / "empty"],
        *[*options, "-r", requirements],
    )
    assert planned.returncode == 0, planned.stderr[-3000:]
    assert planned.stderr.count("\n + ") == sum("==" in line for line in pip)
