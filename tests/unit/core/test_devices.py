"""Jobs of one machine share its GPUs, each with its own."""

import multiprocessing
import os
import shutil
import signal
import stat
import tempfile
import time
from pathlib import Path

import pytest

from warriorcoder.core import devices


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """Four GPUs, no SLURM."""
    monkeypatch.setattr(devices, "LOCKS", tmp_path / "locks")
    monkeypatch.setattr(devices.time, "sleep", lambda _, sleep=time.sleep: sleep(0.02))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1,GPU-c,GPU-d")
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    fork = multiprocessing.get_context("fork")
    started = []

    def job(count: int, user: int | None = None):
        def work(out):
            if user is not None:
                os.setuid(user)
            os.umask(0o077)
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


@pytest.fixture
def shared(monkeypatch):
    """A folder of locks that every user reaches, which pytest's own folders are not."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o1777)
    monkeypatch.setattr(devices, "LOCKS", folder / "locks")
    yield folder / "locks"
    shutil.rmtree(folder)


@pytest.mark.skipif(os.getuid() != 0, reason="only root starts jobs of other users")
def test_two_users_of_a_machine_do_not_share_a_gpu(machine, shared):
    first, told = machine(3, user=65534)
    assert told.recv() == "0,1,GPU-c"
    _, second = machine(2, user=65533)
    assert not second.poll(0.3), "one of four is free"
    os.kill(first.pid, signal.SIGKILL)
    assert len(second.recv().split(",")) == 2


def test_locks_are_open_to_all_users_and_deleted_by_none_of_the_others(machine, shared):
    assert machine(1)[1].recv() == "0"
    assert stat.S_IMODE(shared.stat().st_mode) == 0o1777
    assert {stat.S_IMODE(file.stat().st_mode) for file in shared.iterdir()} == {0o666}


def test_a_link_in_the_place_of_a_lock_is_refused_and_not_followed(machine, tmp_path):
    devices.LOCKS.mkdir(0o777)
    devices.LOCKS.chmod(0o1777)
    (devices.LOCKS / "0").symlink_to(tmp_path / "victim")
    with pytest.raises(devices.DeviceError, match=r"locks/0, the lock of a GPU: .*Delete it"):
        devices.take(1)
    assert not (tmp_path / "victim").exists()


def test_a_fifo_in_the_place_of_a_lock_is_refused(machine):
    devices.LOCKS.mkdir(0o777)
    devices.LOCKS.chmod(0o1777)
    os.mkfifo(devices.LOCKS / "queue")
    with pytest.raises(devices.DeviceError, match="queue, the lock of a GPU, is no regular file"):
        devices.take(1)


@pytest.mark.parametrize("made", ["link", "narrow"])
def test_another_thing_in_the_place_of_the_folder_is_refused(machine, tmp_path, made):
    if made == "link":
        (tmp_path / "elsewhere").mkdir()
        devices.LOCKS.symlink_to(tmp_path / "elsewhere")
    else:
        devices.LOCKS.mkdir(0o755)
    with pytest.raises(devices.DeviceError, match="must be a folder with the mode 1777"):
        devices.take(1)
    assert not list((tmp_path / "elsewhere").glob("*"))


SMI = """0, GPU-aa11, NVIDIA L40S, 46068, 45000
1, GPU-bb22, NVIDIA L40S, 46068, 512
2, GPU-cc33, NVIDIA L40S, 46068, 46000
3, GPU-dd44, NVIDIA GB10, [N/A], [N/A]
"""


@pytest.fixture
def smi(monkeypatch, tmp_path):
    """Three GPUs that nvidia-smi describes."""
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\ncat <<END\n{SMI}END\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")


def test_an_index_and_a_uuid_are_one_lock(machine, smi, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1")
    assert machine(1)[1].recv() == "0"
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "GPU-aa11,GPU-bb22,GPU-cc33")
    assert machine(2)[1].recv() == "GPU-bb22,GPU-cc33"


@pytest.mark.parametrize(
    ("given", "seen"), [("0,2", ["0", "2"]), ("GPU-bb", ["1"]), ("", []), ("MIG-7", [])]
)
def test_memory_is_of_the_gpus_that_a_job_may_use(smi, monkeypatch, given, seen):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", given)
    found = devices.gpus()
    assert [gpu.index for gpu in found] == seen
    assert all(gpu.total == 46068 * 2**20 and gpu.name == "NVIDIA L40S" for gpu in found)
    assert [gpu.free for gpu in found if gpu.index == "1"] in ([], [512 * 2**20])


def test_without_nvidia_smi_no_memory_is_known(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert devices.gpus() == []
