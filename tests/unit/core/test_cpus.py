"""If these tests fail, a container's quota is ignored, and its programs starve each other."""

import os

import pytest

from warriorcoder.core import cpus


@pytest.fixture
def groups(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(64)), raising=False)
    monkeypatch.setattr(cpus, "CGROUPS", tmp_path)
    monkeypatch.setattr(cpus, "_memberships", lambda: ["2:cpu,cpuacct:/pod/inner", "0::/pod/inner"])
    for folder in ("pod/inner", "cpu/pod/inner"):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize(
    "files, cores",
    [
        ({}, 64),
        ({"cpu.max": "max 100000"}, 64),
        ({"cpu.max": "400000 100000"}, 4),
        ({"pod/cpu.max": "250000 100000", "pod/inner/cpu.max": "max 100000"}, 2),
        ({"pod/cpu.max": "800000 100000", "pod/inner/cpu.max": "300000 100000"}, 3),
        ({"pod/inner/cpu.max": "20000 100000"}, 1),
        ({"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, 64),
        ({"cpu/pod/cpu.cfs_quota_us": "200000", "cpu/pod/cpu.cfs_period_us": "100000"}, 2),
        ({"cpu.max": "broken"}, 64),
    ],
)
def test_the_strictest_quota_counts(groups, files, cores):
    for name, text in files.items():
        (groups / name).write_text(f"{text}\n")
    assert cpus.available() == cores


def test_the_affinity_counts(groups, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {3, 5})
    assert cpus.available() == 2
