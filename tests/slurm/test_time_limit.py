"""A training that runs out of time loses no step: SLURM's SIGTERM reaches its ranks in time."""

import re

import pytest
from slurm.site import Site
from slurm.test_nodes import TARGET, with_gold

pytestmark = pytest.mark.slurm


def test_a_training_that_runs_out_of_time_goes_on_at_its_step(cluster, tmp_path):
    site = Site(cluster, with_gold(tmp_path / "timed", nodes=1, steps=600))
    log = site.folder / "results/logs/train_target/one.log"
    process = site.begin(*TARGET)
    site.await_("losses", lambda: log.exists() and "'loss':" in log.read_text())
    job = site.jobs("train_target")[-1]["JobIDRaw"]
    site.cluster.call("scontrol", "update", f"jobid={job}", "timelimit=1")
    site.finish(process)
    assert [job["State"] for job in site.jobs("train_target")] == ["FAILED", "COMPLETED"]
    [first] = site.folder.glob(f"results/logs/slurm/**/{job}.log")
    step = re.search(r"a signal stopped the training after step (\d+)", first.read_text())[1]
    assert re.search(rf"Training goes on from .*/checkpoint-{step}\.", log.read_text())
