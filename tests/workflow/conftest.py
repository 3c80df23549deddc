"""A micro config, run for real once a session; plans are then asked of what it left."""

import fcntl
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from warriorcoder.provenance import plans

ROOT = Path(__file__).parents[2]
COPIED = ("Snakefile", "rules", "config", "envs", "profiles", "scripts")


def micro() -> dict:
    """The miniature, as small as it can be and still be everything."""
    raw = yaml.safe_load((ROOT / "config/miniature.yaml").read_text())
    raw["experts"] = [e for e in raw["experts"] if e["name"] in ("athene", "llamax", "quq")]
    raw["rosters"] = {
        "one": {"experts": ["athene"]},
        "three": {"experts": ["athene", "llamax", "quq"]},
    }
    raw["mining"] |= {"per_config": 24, "temperatures": [1.0, 1.1], "top_ps": [0.99]}
    raw["compression"] |= {"instructions_per_expert": 3}
    raw["difficulty"] |= {"min_parse_rate": 0}
    raw["arena"] |= {"min_parse_rate": 0}
    raw["rating"] |= {"permutations": 100, "bootstrap": 10}
    raw["training"] |= {"steps": 2, "global_batch": 2, "micro_batch": 2}
    raw["world"] = {"humaneval": 4, "mbpp": 3, "cruxeval": 3, "ds1000": 2}
    return raw


class Project:
    """A working copy of the pipeline in a folder of its own."""

    def __init__(self, folder: Path):
        self.folder = folder

    @classmethod
    def create(cls, folder: Path) -> "Project":
        for name in COPIED:
            source = ROOT / name
            copy = shutil.copytree if source.is_dir() else shutil.copy2
            options = (
                {"ignore": shutil.ignore_patterns("weights", "__pycache__")}
                if source.is_dir()
                else {}
            )
            folder.mkdir(parents=True, exist_ok=True)
            copy(source, folder / name, **options)
        weights = "scripts/warriorcoder/miniature/weights"
        (folder / weights).symlink_to(ROOT / weights)
        project = cls(folder)
        project.configure(micro())
        return project

    def copy(self, folder: Path) -> "Project":
        shutil.copytree(self.folder, folder, symlinks=True)
        return Project(folder)

    def configure(self, raw: dict) -> None:
        (self.folder / "config/miniature.yaml").write_text(yaml.safe_dump(raw, sort_keys=False))

    @property
    def config(self) -> dict:
        return yaml.safe_load((self.folder / "config/miniature.yaml").read_text())

    def forget(self) -> None:
        """Delete Snakemake's records, as if the results had been copied without them."""
        shutil.rmtree(self.folder / ".snakemake")

    def snakemake(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "snakemake", *arguments],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str) -> str:
        done = self.snakemake("--cores", "2", *arguments)
        assert done.returncode == 0, done.stdout[-5000:]
        return done.stdout

    def kill(self, target: str, cache: str) -> int:
        """Run until the row cache of a stage grows, then kill Snakemake and its jobs at a stroke.

        Returns how many rows it added; the lock that Snakemake left is removed.
        """
        path = self.folder / ".cache/rows" / cache
        running = subprocess.Popen(
            [sys.executable, "-m", "snakemake", "--cores", "1", target],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        before, deadline = kept(path), time.time() + 120
        while kept(path) == before and time.time() < deadline and running.poll() is None:
            time.sleep(0.05)
        assert running.poll() is None, "it ended before it could be killed"
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        assert (rows := kept(path)) > before, "it never began"
        self.snakemake("--unlock")
        return rows - before

    def plan(self, *arguments: str) -> set[str]:
        """The jobs of a dry run, as `rule wildcard …`; the target `all` is left out."""
        with tempfile.TemporaryDirectory() as scratch:
            (planned,) = dry_runs([(self, list(arguments))], Path(scratch))
        assert planned.code == 0, planned.text[-5000:]
        return planned.names

    def rows(self, rule: str) -> dict[str, int]:
        """Rows that each job of a rule generated last, by its wildcards."""
        paths = (self.folder / f"results/logs/{rule}").glob("*.rows.json")
        return {
            path.name.removesuffix(".log.rows.json"): json.loads(path.read_text())["generated"]
            for path in sorted(paths)
        }

    def parquets(self) -> dict[str, bytes]:
        results = self.folder / "results"
        return {str(p.relative_to(results)): p.read_bytes() for p in results.rglob("*.parquet")}


def kept(cache: Path) -> int:
    """Rows in a row cache."""
    with sqlite3.connect(cache, timeout=30) as database:
        return database.execute("SELECT count(*) FROM rows").fetchone()[0]


class Plan(NamedTuple):
    """Return the exit status, the output and the planned jobs of `snakemake ARGUMENTS`."""

    code: int
    text: str
    jobs: list[plans.Job]

    @property
    def names(self) -> set[str]:
        return {job.name for job in self.jobs}


def dry_runs(requests: list[tuple[Project, list[str]]], scratch: Path) -> list[Plan]:
    """The plan of `snakemake -n ARGUMENTS` for each request, two at a time."""
    return commands([(project, ["-n", *more]) for project, more in requests], scratch)


def commands(requests: list[tuple[Project, list[str]]], scratch: Path) -> list[Plan]:
    """Run `snakemake ARGUMENTS` for each request, two at a time."""
    outputs = [str(scratch / f"{i}.txt") for i in range(len(requests))]
    lines = [
        json.dumps({"folder": str(project.folder), "arguments": arguments, "output": output})
        for (project, arguments), output in zip(requests, outputs, strict=True)
    ]
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("planner.py"))],
        input="\n".join(lines),
        text=True,
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "scripts")},
    )
    assert done.returncode == 0, done.stderr
    codes = {each["output"]: each["rc"] for each in map(json.loads, done.stdout.splitlines())}
    return [
        Plan(
            codes[output],
            Path(output).read_text(),
            [plans.Job(**job) for job in json.loads(Path(f"{output}.json").read_text())],
        )
        for output in outputs
    ]


def sources() -> str:
    """Return a digest of the copied files, of this file and of the interpreter."""
    paths = [path for name in COPIED for path in (ROOT / name, *(ROOT / name).rglob("*"))]
    found = hashlib.sha256(f"{ROOT} {sys.executable} {sys.version}".encode())
    for path in sorted([*paths, Path(__file__)]):
        if path.is_file() and "__pycache__" not in path.parts and ".egg-info" not in str(path):
            found.update(f"{path} ".encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:16]


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Project:
    """The micro config, run from nothing to the report. Ask for `project` to change anything.

    The first session that needs it runs it in `.cache/tests`. Other workers wait for it, and later
    sessions with the same sources copy it.
    """
    kept = ROOT / ".cache/tests" / sources()
    kept.parent.mkdir(parents=True, exist_ok=True)
    with (kept.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            for folder in filter(Path.is_dir, kept.parent.iterdir()):  # of other sources, or killed
                shutil.rmtree(folder)
            project = Project.create(kept.with_suffix(".running"))
            project.run()
            project.folder.rename(kept)
        return Project(kept).copy(tmp_path_factory.mktemp("micro") / "project")


@pytest.fixture
def project(finished, tmp_path) -> Project:
    return finished.copy(tmp_path / "project")
