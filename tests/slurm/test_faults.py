"""Whatever ends a job early, the run ends with the bytes of an undisturbed one."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from slurm.conftest import DISTURBED, SPARED
from slurm.site import shard

pytestmark = pytest.mark.slurm
# Nodes where the whole run, which goes on beside these tests, has no jobs.
SPARE = ["--set-resources", "mine_instructions:slurm_partition=spare", "--"]
SHARDS = [shard("athene"), shard(SPARED)]


@pytest.fixture
def running(half_done):
    """`snakemake --profile slurm` and its one job, which is held when it has rows in the cache."""
    process = half_done.begin(*SPARE, *SHARDS)
    job, _ = half_done.await_("rows", lambda: half_done.begun("athene"))
    hold(half_done, job)
    yield process, job
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def check(site, undisturbed, states: dict[str, list[str]], reused=50):
    """Same bytes, no crumbs, the finished shard not redone, and jobs that ended in `states`."""
    shards = [shard(expert) for expert in (*states, SPARED)]
    assert "Nothing to be done" in site.run(*shards)
    for path in shards:
        assert (site.folder / path).read_bytes() == (undisturbed.folder / path).read_bytes()
    assert not list(site.folder.glob("results/**/*.tmp"))
    assert len(site.jobs()) == sum(map(len, states.values()))
    ended = {expert: [job["State"].split()[0] for job in site.mining(expert)] for expert in states}
    assert ended == states
    for expert in states:
        spent = site.rows("mine_instructions")[f"{expert}.1-of-1"]
        assert spent["reused"] >= reused and spent["reused"] + spent["generated"] == 200


def test_jobs_that_end_early_in_four_ways_go_on_at_their_rows(half_done, undisturbed):
    """One is cancelled, one loses its step, one its node, and one runs out of time."""
    site, call = half_done, half_done.cluster.call
    process = site.begin(*SPARE, *map(shard, (*DISTURBED, SPARED)))
    held: dict[str, tuple[str, str]] = {}

    def late() -> dict[str, tuple[str, str]]:
        return {e: job for e in DISTURBED if e not in held and (job := site.begun(e))}

    while len(held) < len(DISTURBED):
        for expert, job in site.await_("rows", late).items():
            hold(site, job[0])
            held[expert] = job
    (cancelled, _), (stepless, _), (homeless, node), (slow, _) = (held[e] for e in DISTURBED)
    call("scancel", cancelled)
    send(site, stepless, "KILL")
    call("scontrol", "update", f"jobid={slow}", "timelimit=1")
    with down(site, node):
        site.finish(process)
    ends = [[end, "COMPLETED"] for end in ("CANCELLED", "FAILED", "NODE_FAIL", "TIMEOUT")]
    check(site, undisturbed, dict(zip(DISTURBED, ends, strict=True)))
    assert site.mining(DISTURBED[2])[-1]["NodeList"] != node
    assert site.mining(DISTURBED[3])[-1]["TimelimitRaw"] == "120"


def test_a_killed_snakemake_leaves_a_job_that_counts_when_it_ends(half_done, undisturbed, running):
    process, job = running
    die(half_done, process)
    send(half_done, job, "CONT")
    ended = lambda: [each["State"] for each in half_done.jobs()] == ["COMPLETED"]  # noqa: E731
    half_done.await_("the job left behind", ended)
    check(half_done, undisturbed, {"athene": ["COMPLETED"]}, reused=0)


def test_a_killed_snakemake_and_its_job_go_on_at_their_row(half_done, undisturbed, running):
    process, job = running
    die(half_done, process)
    half_done.cluster.call("scancel", job)
    half_done.run(*SHARDS)
    check(half_done, undisturbed, {"athene": ["CANCELLED", "COMPLETED"]})


def test_an_interrupted_snakemake_cancels_its_job_and_goes_on_at_its_row(
    half_done, undisturbed, running
):
    """A Ctrl-C, which every process in the terminal's foreground gets."""
    process, _ = running
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(120) != 0
    ended = lambda: [each["State"].split()[0] for each in half_done.jobs()] == ["CANCELLED"]  # noqa: E731
    half_done.await_("the cancelled job", ended)
    half_done.run(*SHARDS)
    check(half_done, undisturbed, {"athene": ["CANCELLED", "COMPLETED"]})


@contextmanager
def down(site, node: str) -> Iterator[None]:
    set_state = lambda *state: site.cluster.call("scontrol", "update", f"nodename={node}", *state)  # noqa: E731
    set_state("state=down", "reason=test")
    try:
        yield
    finally:
        set_state("state=resume")


def send(site, job: str, name: str):
    """Send the signal of this name to the job's processes."""
    site.cluster.call("scancel", f"--signal={name}", f"{job}.0")


def hold(site, job: str):
    """Stop the job's processes: however fast the machine is, it does not end before its time."""
    send(site, job, "STOP")


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
