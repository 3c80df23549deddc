"""Check the findings of doctor on downloads, disks, the sandbox and the cluster."""

import re
from pathlib import Path

import pytest
from data import ROOT
from unit.cli.test_doctor_checks import PAPER, QWEN, config, levels

from warriorcoder.cli.doctor import checks, machine, site
from warriorcoder.config.reading import validate
from warriorcoder.core.devices import Gpu


def test_downloads_that_are_missing_are_told_with_the_command(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(site.snapshots, "present", lambda *_: None)
    monkeypatch.setattr(site, "get_token", lambda: None)
    monkeypatch.setattr(site.constants, "is_offline_mode", lambda: True)
    found = list(site.downloads(config(), "my.yaml"))
    by = levels(found)
    assert by == {
        "experts.athene-v2": "warning",
        "experts.llama-3.3": "error",
        "downloads": "error",
    }
    text = found[-1].text
    assert "HF_HUB_OFFLINE=0 snakemake fetch --cores 1 --configfile my.yaml" in text
    assert QWEN in text and "resources/cruxeval.jsonl" in text and text.count("cruxeval.jsonl") == 1
    assert "all-roberta-large-v1" in text
    monkeypatch.setattr(site, "get_token", lambda: "hf_x")
    monkeypatch.setattr(site.constants, "is_offline_mode", lambda: False)
    by = levels(site.downloads(config(), "my.yaml"))
    assert by == {"experts.athene-v2": "warning", "downloads": "warning"}


def test_an_expert_whose_texts_all_come_from_files_needs_no_weights(monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(machine, "disk", lambda _: 1)
    monkeypatch.setattr(
        site.snapshots, "present", lambda _, __, weights=True: None if weights else "here"
    )
    first, *others = PAPER["experts"]
    seeds = "config/overlap_seed_tasks.jsonl"
    first = first | {"instructions": seeds, "answers": seeds, "roles": ["mine", "answer"]}
    own = validate(PAPER | {"experts": [first, *others]})
    *_, missing = site.downloads(own, "my.yaml")
    assert first["model"] not in missing.text and others[0]["model"] in missing.text
    stages = checks.scale.estimate(config(), checks.scale.Assumptions())
    [less], [more] = site.disks(own, stages), site.disks(config(), stages)
    room = [int(re.search(r"about (\d+) GB", said.text)[1]) for said in (less, more)]
    assert 140 < room[1] - room[0] < 150  # 72 billion weights in bf16


@pytest.mark.parametrize(("free", "level"), [(6.4e7, "error"), (16e9, "ok")])
def test_shared_memory_matters_to_processes_that_share_a_model(monkeypatch, free, level):
    monkeypatch.setattr(machine, "free_disk", lambda _: free)
    assert levels(site.shared_memory(config())) == {"/dev/shm": level}
    assert not list(site.shared_memory(config("gpus-1x80")))


@pytest.mark.parametrize(("free", "level"), [(600e9, "error"), (840e9, "warning"), (2e12, "ok")])
def test_a_disk_holds_what_the_run_adds(monkeypatch, free, level):
    monkeypatch.setattr(machine, "free_disk", lambda _: free)
    monkeypatch.setattr(machine, "disk", lambda _: 1)
    monkeypatch.setattr(site.snapshots, "present", lambda *_: None)
    stages = checks.scale.estimate(config(), checks.scale.Assumptions())
    [said] = site.disks(config(), stages)
    assert said.level == level and re.search(r"about 7\d\d GB \(2\d\d in results/paper", said.text)


@pytest.mark.parametrize(
    ("mount", "parts", "level"),
    [
        (machine.Mount("ext4", ()), 4, "ok"),
        (machine.Mount("nfs4", ("vers=4.2",)), 4, "ok"),
        (machine.Mount("nfs", ("vers=3",)), 1, "warning"),
        (machine.Mount("nfs", ("vers=3",)), 4, "error"),
        (machine.Mount("nfs4", ("vers=4.2", "local_lock=all")), 4, "error"),
        (machine.Mount("lustre", ("flock",)), 4, "ok"),
        (machine.Mount("lustre", ("localflock",)), 4, "error"),
        (machine.Mount("cifs", ()), 4, "error"),
    ],
)
def test_a_row_cache_that_nodes_cannot_lock_is_told(monkeypatch, mount, parts, level):
    monkeypatch.setattr(machine, "mount", lambda _: mount)
    assert site.row_cache(config(mining={"parts": parts})).level == level


def test_a_path_is_on_the_mount_that_holds_it():
    assert machine.mount("/proc/self").kind == "proc"
    assert machine.mount("/dev/shm/none/such").kind == "tmpfs"


def test_a_sandbox_that_does_not_start_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    said = site.sandbox(config())
    assert said.level == "error" and "apt-get install bubblewrap" in said.text
    (tmp_path / "bwrap").write_text("#!/bin/sh\necho 'No permissions' >&2\nexit 1\n")
    (tmp_path / "bwrap").chmod(0o755)
    assert "No permissions" in site.sandbox(config()).text


SCONTROL = """#!/bin/sh
echo 'MinJobAge               = {age} sec'
echo 'ClusterName             = lab'
echo 'SLURM_VERSION           = 22.05.8'
"""


@pytest.mark.parametrize(("age", "level"), [(300, "ok"), (2, "error")])
def test_a_cluster_that_forgets_jobs_is_told(monkeypatch, tmp_path, age, level):
    scontrol = Path(tmp_path / "scontrol")
    scontrol.write_text(SCONTROL.format(age=age))
    scontrol.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    said = site.slurm(config(), machine.slurm())
    assert said.level == level and "SLURM 22.05.8 of lab" in said.text


def test_training_on_several_nodes_needs_a_cluster():
    said = site.slurm(config(training={"nodes": 2, "gpus": 16}), None)
    assert said.level == "error" and "training.nodes is 2" in said.text


def test_hours_are_those_of_the_gpu_or_of_a_core():
    a100 = Gpu("0", "GPU-a", "NVIDIA A100-SXM4-80GB", 85e9, 85e9)
    assert checks.assumptions(config(), [a100]).flops == 312e12
    assert checks.assumptions(config(), []) == checks.scale.Assumptions()
    assert checks.assumptions(config("miniature"), []) == checks.scale.ON_CPU
