"""Requests of jobs in the accounting: GPUs per expert, in each notation of sites."""

import pytest
from slurm.site import Site, create
from workflow.conftest import micro

pytestmark = pytest.mark.slurm


@pytest.fixture
def site(cluster, tmp_path) -> Site:
    """One expert on four GPUs, one that needs none, one that leaves it to the profile."""
    config = micro()
    config["mining"] |= {"per_config": 2, "top_ps": [1.0]}
    for expert, gpus in zip(config["experts"], (4, 0, None), strict=True):
        expert["gpus"] = gpus
    return Site(cluster, create(tmp_path / "project", config))


def granted(site, experts: tuple[str, ...], cluster_key: str) -> dict[str, tuple[str, str]]:
    """Partition and GPUs of the experts' mining jobs under this `cluster`."""
    shards = [f"results/mined/{expert}/t1.0-p1.0/1-of-1.parquet" for expert in experts]
    site.run("--config", f"cluster={cluster_key}", "--", *shards)
    got = {}
    for job in site.jobs("mine_instructions"):
        gpus = [part for part in job["AllocTRES"].split(",") if part.startswith("gres/gpu")]
        expert = job["Comment"].split("wildcards_")[1].split("_")[0]
        got[expert] = (job["Partition"], ",".join(gpus))
    return got


def test_each_expert_gets_its_gpus_of_the_model_that_the_site_names(site):
    assert granted(site, ("athene", "llamax", "quq"), "{gpus: 1, gpu_model: h200}") == {
        "athene": ("gpu", "gres/gpu:h200=4,gres/gpu=4"),
        "llamax": ("cpu", ""),
        "quq": ("gpu", "gres/gpu:h200=1,gres/gpu=1"),
    }


def test_a_site_may_write_its_gpus_in_the_notation_of_gres(site):
    got = granted(site, ("athene",), "{gpus: 1, gres: 'gpu:h200'}")
    assert got == {"athene": ("gpu", "gres/gpu:h200=4,gres/gpu=4")}


def test_a_site_without_gpus_is_never_asked_for_one(site):
    assert granted(site, ("athene",), "{max_gpus: 0}") == {"athene": ("cpu", "")}


def test_a_training_that_no_node_can_hold_is_told_before_the_first_job(site):
    config = site.project.config
    config["training"] |= {"gpus": 5, "global_batch": 5, "micro_batch": 1}
    site.project.configure(config)
    done = site.type("--", "results/checkpoints/one/COMPLETED")
    assert done.returncode and "SLURM refuses the request of " in done.stdout
    assert "Requested node configuration is not available" in done.stdout
    assert not site.jobs()
