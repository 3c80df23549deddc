"""The miniature on the cluster: all of its rules, three experts, one roster and one benchmark."""

import json

import pytest
from slurm.site import rule_of

pytestmark = pytest.mark.slurm
ON_MODELS = {
    "mine_instructions",
    "rate_difficulty",
    "embed_instructions",
    "answer_instructions",
    "judge_battles",
    "generate_samples",
}
LOCAL = {"tabulate_benchmarks", "plot_lift", "tabulate_reproduction", "plot_ratings"}
LOCAL |= {"compare_rosters"}


@pytest.fixture(scope="module", autouse=True)
def finished(whole):
    whole.finish(whole.process, seconds=1500)


def test_a_first_run_ends_with_the_report_and_no_job_twice(whole):
    summary = json.loads((whole.folder / "results/report/summary.json").read_text())
    assert set(summary["elo"]) == {"athene", "llamax", "quq"}
    assert {job["State"] for job in whole.jobs()} == {"COMPLETED"}
    dispatched = [job for job in whole.planned if job.split()[0] not in LOCAL]
    assert len(whole.jobs()) == len(dispatched)
    assert "Nothing to be done" in whole.run()


def test_every_rule_on_models_got_its_gpu_and_no_other_rule_got_one(whole):
    assert {rule_of(job) for job in whole.jobs()} > ON_MODELS
    for job in whole.jobs():
        wanted = rule_of(job) in ON_MODELS
        assert job["Partition"] == ("gpu" if wanted else "cpu"), job
        assert ("gres/gpu=1" in job["AllocTRES"]) == wanted == ("gpu" in job["AllocTRES"]), job


def test_three_experts_are_mined_on_nine_sampling_configs_with_three_loads(whole):
    rows = whole.rows("mine_instructions")
    assert len(rows) == len(whole.jobs("mine_instructions")) == 3
    assert {(r["loads"], r["generated"], r["reused"]) for r in rows.values()} == {(1, 90, 0)}
    for stage in ("answer_instructions", "judge_battles", "generate_samples"):
        assert {r["loads"] for r in whole.rows(stage).values()} == {1}, stage


def test_an_added_sampling_config_generates_only_its_own_rows(whole):
    raw = whole.project.config
    raw["mining"]["temperatures"].append(1.3)
    whole.project.configure(raw)
    whole.run("results/mined/quq/t1.3-p1.0/1-of-1.parquet")
    again = whole.jobs("mine_instructions")[3:]
    assert [job["State"] for job in again] == ["COMPLETED"]
    spent = whole.rows("mine_instructions")["quq.1-of-1"]
    assert (spent["loads"], spent["generated"], spent["reused"]) == (1, 30, 90)
