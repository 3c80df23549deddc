"""A micro config, run for real once a session; plans are then asked of copies of what it left."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

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
    raw["mining"] |= {"per_config": 24, "temperatures": [1.0], "top_ps": [0.99, 1.0]}
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

    def plan(self, *targets: str) -> set[str]:
        """The jobs of a dry run, as `rule wildcard …`; the target `all` is left out."""
        done = self.snakemake("-n", *targets)
        assert done.returncode == 0, done.stdout[-5000:]
        jobs = set()
        for block in re.split(r"\n(?=(?:local)?rule )", done.stdout)[1:]:
            rule = re.match(r"(?:local)?rule (\w+):", block)[1]
            wildcards = re.search(r"^    wildcards: (.+)$", block, re.M)
            values = re.findall(r"\w+=([^,\s]+)", wildcards[1]) if wildcards else []
            jobs.add(" ".join([rule, *values]))
        return jobs - {"all"}

    def parquets(self) -> dict[str, bytes]:
        results = self.folder / "results"
        return {str(p.relative_to(results)): p.read_bytes() for p in results.rglob("*.parquet")}


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Project:
    """The micro config, run from nothing to the report. Ask for `project` to change anything."""
    project = Project.create(tmp_path_factory.mktemp("micro") / "project")
    project.run()
    return project


@pytest.fixture
def project(finished, tmp_path) -> Project:
    return finished.copy(tmp_path / "project")
