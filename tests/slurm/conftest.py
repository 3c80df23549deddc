"""One cluster for all tests of this folder; a project with one expert mined and four not."""

import os
import shutil
import signal

import pytest
import yaml
from slurm.cluster import Cluster
from slurm.site import Site, create, shard
from workflow.conftest import ROOT, Project

DISTURBED = ("athene", "dscoder", "llamax", "quen")
SPARED = "quq"


def small_miniature() -> dict:
    """All of the miniature's rules; three experts, one roster, one benchmark, and sizes are cut.

    Each job starts Snakemake twice: their number is what the run costs.
    """
    raw = yaml.safe_load((ROOT / "config/miniature.yaml").read_text())
    names = ["athene", "llamax", "quq"]
    raw["experts"] = [expert for expert in raw["experts"] if expert["name"] in names]
    raw["rosters"] = {"three": {"experts": names}}
    raw["benchmarks"] = {"humaneval": raw["benchmarks"]["humaneval"]}
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
    """Five experts' shards, mined without a cluster: what every disturbed run must also give."""
    config = yaml.safe_load((ROOT / "config/miniature.yaml").read_text())
    config["mining"] |= {"per_config": 200, "temperatures": [1.0], "top_ps": [0.99]}
    config["rehearsal"] = None
    project = create(tmp_path_factory.mktemp("undisturbed") / "project", config)
    project.run(*(shard(expert) for expert in (*DISTURBED, SPARED)))
    return project


@pytest.fixture
def half_done(cluster, undisturbed, tmp_path) -> Site:
    """The same project with one expert's shard finished and nothing of the others'."""
    project = undisturbed.copy(tmp_path / "project")
    for expert in DISTURBED:
        shutil.rmtree(project.folder / f"results/mined/{expert}")
        (project.folder / f".cache/rows/mine/{expert}.sqlite").unlink()
    return Site(cluster, project)
