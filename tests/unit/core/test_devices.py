"""Jobs of one machine share its GPUs, each with its own."""

import multiprocessing
import os
import signal
import time

import pytest

from warriorcoder.core import devices


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """Four GPUs, no SLURM."""
    monkeypatch.setattr(devices, "LOCKS", tmp_path)
    monkeypatch.setattr(devices.time, "sleep", lambda _, sleep=time.sleep: sleep(0.02))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1,GPU-c,GPU-d")
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    fork = multiprocessing.get_context("fork")
    started = []

    def job(count: int):
        def work(out):
            devices.take(count)
            out.send(os.environ["CUDA_VISIBLE_DEVICES"])
            signal.pause()

        ours, theirs = fork.Pipe()
        process = fork.Process(target=work, args=(theirs,))
        process.start()
        started.append(process)
        return process, ours

    yield job
    for process in started:
        process.kill()
        process.join()


def test_each_job_sees_gpus_of_its_own_and_waits_until_there_are_enough(machine):
    first, told = machine(3)
    assert told.recv() == "0,1,GPU-c"
    _, second = machine(2)
    assert not second.poll(0.3), "one of four is free"
    os.kill(first.pid, signal.SIGKILL)
    assert sorted(second.recv().split(",")) in (["0", "GPU-d"], ["0", "1"])


def test_slurm_has_chosen(machine, monkeypatch):
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    assert machine(4)[1].recv() == machine(4)[1].recv() == "0,1,GPU-c,GPU-d"


def test_in_an_allocation_with_more_gpus_jobs_share_them(machine, monkeypatch):
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    jobs = [machine(2)[1].recv() for _ in range(2)]
    assert jobs == ["0,1", "GPU-c,GPU-d"]


def test_more_than_the_machine_has_is_refused(machine):
    with pytest.raises(devices.DeviceError, match=r"asks for 5 GPUs and sees 4 .*`gpus`"):
        devices.take(5)


def test_no_gpu_no_wait(machine, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    devices.take(2)
    assert os.environ["CUDA_VISIBLE_DEVICES"] == ""
