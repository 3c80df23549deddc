"""Whatever ends a job early, the run ends with the bytes of an undisturbed one."""

import os
import signal

import pytest

pytestmark = pytest.mark.slurm
# Nodes where the whole run, which goes on beside these tests, has no jobs.
SPARE = ["--set-resources", "mine_instructions:slurm_partition=spare", "--"]
ATHENE = "rule_mine_instructions_wildcards_athene_1-of-1"
SHARDS = [f"results/mined/{expert}/t1.0-p0.99/1-of-1.parquet" for expert in ("athene", "quq")]


@pytest.fixture
def running(half_done):
    """`snakemake --profile slurm`, with rows of its one job in the cache already."""
    process = half_done.begin(*SPARE, *SHARDS)
    half_done.await_("rows", lambda: half_done.cached("athene") >= 50)
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def check(site, undisturbed, *states, reused=50):
    """Same bytes, no crumbs, the finished shard not redone, and jobs that ended in `states`."""
    assert "Nothing to be done" in site.run(*SHARDS)
    for shard in SHARDS:
        assert (site.folder / shard).read_bytes() == (undisturbed.folder / shard).read_bytes()
    assert not list(site.folder.glob("results/**/*.tmp"))
    assert {job["Comment"] for job in site.jobs()} == {ATHENE}
    assert tuple(job["State"].split()[0] for job in site.jobs()) == states
    spent = site.rows("mine_instructions")["athene.1-of-1"]
    assert spent["reused"] >= reused and spent["reused"] + spent["generated"] == 400


def test_a_cancelled_job_is_noticed_and_goes_on_at_its_row(half_done, undisturbed, running):
    half_done.cluster.call("scancel", half_done.jobs()[-1]["JobIDRaw"])
    half_done.finish(running)
    check(half_done, undisturbed, "CANCELLED", "COMPLETED")


def test_a_killed_job_step_is_run_again_and_goes_on_at_its_row(half_done, undisturbed, running):
    half_done.cluster.call("scancel", "--signal=KILL", half_done.jobs()[-1]["JobIDRaw"] + ".0")
    half_done.finish(running)
    check(half_done, undisturbed, "FAILED", "COMPLETED")


def test_a_node_set_down_hands_its_job_to_another(half_done, undisturbed, running):
    node = half_done.jobs()[-1]["NodeList"]
    half_done.cluster.call("scontrol", "update", f"nodename={node}", "state=down", "reason=test")
    try:
        half_done.finish(running)
        check(half_done, undisturbed, "NODE_FAIL", "COMPLETED")
        assert half_done.jobs()[-1]["NodeList"] != node
    finally:
        half_done.cluster.call("scontrol", "update", f"nodename={node}", "state=resume")


def test_a_killed_snakemake_leaves_a_job_that_counts_when_it_ends(half_done, undisturbed, running):
    die(half_done, running)
    half_done.await_("the job left behind", lambda: half_done.jobs()[-1]["State"] == "COMPLETED")
    check(half_done, undisturbed, "COMPLETED", reused=0)


def test_a_killed_snakemake_and_its_job_go_on_at_their_row(half_done, undisturbed, running):
    hold(half_done)
    die(half_done, running)
    half_done.cluster.call("scancel", half_done.jobs()[-1]["JobIDRaw"])
    half_done.run(*SHARDS)
    check(half_done, undisturbed, "CANCELLED", "COMPLETED")


def test_an_interrupted_snakemake_cancels_its_job_and_goes_on_at_its_row(
    half_done, undisturbed, running
):
    """A Ctrl-C, which every process in the terminal's foreground gets."""
    os.killpg(running.pid, signal.SIGINT)
    assert running.wait(120) != 0
    ended = lambda: half_done.jobs()[-1]["State"].startswith("CANCELLED")  # noqa: E731
    half_done.await_("the cancelled job", ended)
    half_done.run(*SHARDS)
    check(half_done, undisturbed, "CANCELLED", "COMPLETED")


def hold(site):
    """Stop the job's processes: however fast the machine is, it does not end before its time."""
    site.cluster.call("scancel", "--signal=STOP", f"{site.jobs()[-1]['JobIDRaw']}.0")


def die(site, running):
    """Kill Snakemake; the lock it leaves stops the next one, which says how to remove it."""
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    refused = site.type(*SHARDS)
    assert refused.returncode != 0 and "--unlock" in refused.stdout
    site.run("--unlock")


def test_too_little_memory_is_retried_with_more(half_done, undisturbed):
    half_done.run("--set-resources", "mine_instructions:mem_mb=300 * attempt ** 3", "--", *SHARDS)
    first, second = half_done.jobs("mine_instructions")
    [log] = half_done.folder.glob(f"results/logs/slurm/**/{first['JobIDRaw']}.log")
    assert first["State"] != "COMPLETED" and "memory limit" in log.read_text()
    assert second["State"] == "COMPLETED"
    assert (first["ReqMem"], second["ReqMem"]) == ("300M", "2400M")


def test_too_little_time_is_retried_with_more_and_goes_on_at_its_row(
    half_done, undisturbed, running
):
    job = half_done.jobs()[-1]["JobIDRaw"]
    half_done.cluster.call("scontrol", "update", f"jobid={job}", "timelimit=1")
    hold(half_done)
    half_done.finish(running)
    check(half_done, undisturbed, "TIMEOUT", "COMPLETED")
    assert half_done.jobs()[-1]["TimelimitRaw"] == "120"
