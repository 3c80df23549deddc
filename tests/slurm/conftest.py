"""One cluster for all tests of this folder; a project with one expert mined and one not."""

import os
import shutil
import signal

import pytest
import yaml
from slurm.cluster import Cluster
from slurm.site import Site, create
from workflow.conftest import ROOT, Project, micro

EXPERTS = ("athene", "quq")


def small_miniature() -> dict:
    """All of the miniature's rules and experts; one roster, two benchmarks, and sizes are cut.

    Each job starts Snakemake twice: their number is what the run costs.
    """
    raw = yaml.safe_load((ROOT / "config/miniature.yaml").read_text())
    raw["rosters"] = {"roster_5": raw["rosters"]["roster_5"]}
    raw["benchmarks"] = {name: raw["benchmarks"][name] for name in ("humaneval", "cruxeval-i")}
    raw["mining"] |= {"per_config": 10}
    raw["compression"] |= {"instructions_per_expert": 8}
    raw["difficulty"] |= {"min_parse_rate": 0}
    raw["arena"] |= {"min_parse_rate": 0}
    raw["rating"] |= {"permutations": 100, "bootstrap": 10}
    raw["training"] |= {"steps": 4}
    raw["world"] = {"humaneval": 6, "mbpp": 4, "cruxeval": 3, "ds1000": 2}
    raw["rehearsal"] = None  # each Snakemake would read its rules, which no job here has
    return raw


@pytest.fixture(scope="session")
def cluster():
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: the cluster ends too
    with Cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session", autouse=True)
def whole(request, cluster, tmp_path_factory):
    """The run that `test_run.py` looks at: begun before all other tests, going on beside them."""
    if not any(item.path.name == "test_run.py" for item in request.session.items):
        yield
        return
    site = Site(cluster, create(tmp_path_factory.mktemp("whole") / "project", small_miniature()))
    site.planned = site.project.plan()
    site.process = site.begin()
    yield site
    if site.process.poll() is None:
        os.killpg(site.process.pid, signal.SIGKILL)


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory) -> Project:
    """Two experts' shards, mined without a cluster: what every disturbed run must also give."""
    config = micro()
    config["mining"] |= {"per_config": 400, "temperatures": [1.0], "top_ps": [0.99]}
    project = create(tmp_path_factory.mktemp("undisturbed") / "project", config)
    project.run(*(f"results/mined/{expert}/t1.0-p0.99/1-of-1.parquet" for expert in EXPERTS))
    return project


@pytest.fixture
def half_done(cluster, undisturbed, tmp_path) -> Site:
    """The same project with one expert's shard finished and nothing of the other's."""
    project = undisturbed.copy(tmp_path / "project")
    shutil.rmtree(project.folder / "results/mined/athene")
    (project.folder / ".cache/rows/mine/athene.sqlite").unlink()
    return Site(cluster, project)
