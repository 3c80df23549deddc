"""The configs for few GPUs are planned, and ask for the GPUs of their names."""

import pytest
from workflow.conftest import Project, dry_runs

GPUS = {"gpus-1x80": 1, "gpus-4x48": 4, "gpus-2x24": 2}


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    """The plan of each config with its GPUs, and with one less."""
    folder = tmp_path_factory.mktemp("gpus")
    project = Project.create(folder / "project")
    asked = [(name, number) for name, most in GPUS.items() for number in (most, most - 1)]
    requests = [
        (project, ["--configfile", f"config/{name}.yaml", "--resources", f"gpu={number}"])
        for name, number in asked
    ]
    return dict(zip(asked, dry_runs(requests, folder), strict=True))


@pytest.mark.parametrize(("name", "number"), GPUS.items())
def test_the_gpus_of_its_name_are_enough_for_the_plan_of_a_config(plans, name, number):
    plan = plans[name, number]
    assert plan.code == 0, plan.text[-3000:]
    rules = [job.rule for job in plan.jobs]
    assert (rules.count("mine_instructions"), rules.count("train_target")) == (5, 4)


@pytest.mark.parametrize(("name", "number"), GPUS.items())
def test_one_gpu_less_is_too_few(plans, name, number):
    plan = plans[name, number - 1]
    assert plan.code and f", but --resources gpu={number - 1}" in plan.text
