"""Training on two nodes, for real: srun starts torchrun on each, their ranks meet."""

import json

import polars as pl
import pytest
from slurm.site import Site, create, rule_of
from workflow.conftest import micro

pytestmark = pytest.mark.slurm
RULES = ["train_target"]
TARGET = ["--allowed-rules", *RULES, "--", "results/checkpoints/one/COMPLETED"]


def with_gold(folder, nodes: int, **keys):
    """A project with answers to learn from, trained by two ranks."""
    config = micro()
    config["training"] |= {"gpus": 0, "processes": 2, "nodes": nodes, "micro_batch": 1} | keys
    project = create(folder, config)
    talk = [
        [{"role": "user", "content": f"Add {n}."}, {"role": "assistant", "content": f"x += {n}"}]
        for n in range(8)
    ]
    gold = project.folder / "results/gold/one"
    gold.mkdir(parents=True)
    pl.DataFrame({"messages": talk}).write_parquet(gold / "sft.parquet")
    return project


def test_two_nodes_train_the_weights_of_two_ranks_on_one(cluster, tmp_path):
    site = Site(cluster, with_gold(tmp_path / "two", nodes=2))
    site.run(*TARGET)
    assert [rule_of(job) for job in site.jobs()] == RULES
    for job in site.jobs():
        assert (job["State"], job["Partition"]) == ("COMPLETED", "cpu")
        assert "node=2" in job["AllocTRES"] and job["NodeList"] == "cpu[1-2]"
    alone = with_gold(tmp_path / "one", nodes=1)
    alone.run(*TARGET)
    two, one = (p.folder / "results/checkpoints/one" for p in (site, alone))
    [layout] = json.loads((two / "COMPLETED").read_text())["layouts"]
    assert layout["ranks"] == 2
    assert (two / "model.safetensors").read_bytes() == (one / "model.safetensors").read_bytes()
