"""The pipeline dispatched to the tests' cluster as a user would."""

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from slurm.cluster import Cluster
from workflow.conftest import Project

T = TypeVar("T")
# Only speed differs from the profile: polls come soon, few jobs share the cores of one machine.
HASTY = Path(__file__).with_name("hasty.py")
HASTE = ["--max-jobs-per-timespan", "100/1s", "--jobs", "4", "--latency-wait", "20"]


class Site:
    """A working copy of the pipeline on a cluster's file system."""

    def __init__(self, cluster: Cluster, project: Project):
        self.cluster, self.project, self.folder = cluster, project, project.folder
        self.said = self.folder / "said.txt"

    def type(self, *arguments: str) -> subprocess.CompletedProcess:
        """Type `snakemake --profile slurm …` and wait for its end."""
        return subprocess.run(self._command(arguments), **self._place(), text=True)

    def begin(self, *arguments: str) -> subprocess.Popen:
        """Type it, and do not wait; what it says is in the file `said`."""
        place = self._place() | {"stdout": self.said.open("w")}
        return subprocess.Popen(self._command(arguments), **place, start_new_session=True)

    def finish(self, process: subprocess.Popen, seconds: float = 600) -> None:
        assert process.wait(seconds) == 0, self.said.read_text()[-6000:]

    def run(self, *arguments: str) -> str:
        done = self.type(*arguments)
        assert done.returncode == 0, done.stdout[-6000:]
        return done.stdout

    def jobs(self, rule: str = "") -> list[dict[str, str]]:
        """Return the accounting records of this project's jobs, or of one rule, oldest first."""
        mine = [job for job in self.cluster.jobs() if job["WorkDir"] == str(self.folder)]
        return [job for job in mine if rule in ("", rule_of(job))]

    def mining(self, expert: str) -> list[dict[str, str]]:
        """Return the accounting records of an expert's mining jobs, oldest first."""
        return [job for job in self.jobs("mine_instructions") if f"_{expert}_" in job["Comment"]]

    def begun(self, expert: str) -> tuple[str, str] | None:
        """Return id and node of an expert's mining job once it has rows in the cache.

        The queue knows a job at once. The accounting may tell of it when it has ended.
        """
        if self.cached(expert) < 50:
            return None
        lines = self.cluster.call("squeue", "-h", "-t", "running", "-o", "%i|%N|%Z|%k").splitlines()
        for job, node, folder, comment in (line.split("|") for line in lines):
            if folder == str(self.folder) and f"_{expert}_" in comment:
                return job, node
        return None

    def rows(self, rule: str) -> dict[str, dict]:
        """Loads and rows of each job of a rule, by its wildcards."""
        logs = (self.folder / f"results/logs/{rule}").glob("*.log.rows.json")
        return {
            log.name.removesuffix(".log.rows.json"): json.loads(log.read_text()) for log in logs
        }

    def cached(self, expert: str) -> int:
        """Rows that mining has in its cache."""
        path = self.folder / f".cache/rows/mine/{expert}.sqlite"
        if not path.exists():
            return 0
        try:
            with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
                return database.execute("SELECT count(*) FROM rows").fetchone()[0]
        except sqlite3.OperationalError:
            return 0

    def await_(self, what: str, ready: Callable[[], T], seconds: float = 300) -> T:
        """Poll until `ready()` is true, and return what it returned."""
        end = time.time() + seconds
        while not (found := ready()):
            assert time.time() < end, f"waited in vain for {what}: {self.cluster.call('squeue')}"
            time.sleep(0.1)
        return found

    def _command(self, arguments) -> list[str]:
        given = ["--profile", "slurm", "--configfile", "config/miniature.yaml"]
        return [sys.executable, str(HASTY), *given, *HASTE, *arguments]

    def _place(self) -> dict:
        return {
            "cwd": self.folder,
            "env": self.cluster.environment,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.STDOUT,
        }


def shard(expert: str) -> str:
    return f"results/mined/{expert}/t1.0-p0.99/1-of-1.parquet"


def rule_of(job: dict[str, str]) -> str:
    """The rule of a job, from the comment that Snakemake gives it."""
    return job["Comment"].removeprefix("rule_").split("_wildcards_")[0]


def create(folder: Path, config: dict) -> Project:
    project = Project.create(folder)
    (folder / "slurm").symlink_to("profiles/slurm")
    project.configure(config)
    return project
