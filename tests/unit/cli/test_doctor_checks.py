"""`warriorcoder doctor` without an expert: what would stop a run is an error that names the fix."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from data import ROOT

from warriorcoder.cli import main
from warriorcoder.cli.doctor import machine, models, site
from warriorcoder.config.reading import validate
from warriorcoder.core.devices import Gpu
from warriorcoder.models.shapes import KNOWN

PAPER = yaml.safe_load((ROOT / "config/paper.yaml").read_text())
L40S = Gpu("0", "GPU-a", "NVIDIA L40S", 48.3e9, 48.0e9)
QWEN = "Qwen/Qwen2.5-72B-Instruct"


def config(name: str = "paper", **sections):
    raw = yaml.safe_load((ROOT / f"config/{name}.yaml").read_text())
    return validate(raw | {key: raw.get(key, {}) | value for key, value in sections.items()})


def levels(found) -> dict[str, str]:
    return {check.text.partition(":")[0]: check.level for check in found}


@pytest.fixture
def roomy(monkeypatch):
    """A machine with disks and memory for everything, models, network, and no SLURM."""
    monkeypatch.setattr(site.constants, "is_offline_mode", lambda: False)
    monkeypatch.setattr(machine, "free_disk", lambda _: 1e13)
    monkeypatch.setattr(machine, "available_memory", lambda: 1e12)
    monkeypatch.setattr(machine, "slurm", lambda: None)
    monkeypatch.setattr(site.snapshots, "present", lambda *_: "here")


def test_the_miniature_is_well_here_and_a_check_is_a_line(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(machine, "slurm", lambda: None)
    assert main(["doctor", "--config", "config/miniature.yaml"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 12 and all(re.match(r"(ok|warning|error) +\S", line) for line in lines)
    assert not [line for line in lines if not line.startswith("ok")]
    for about in (
        "GPUs",
        "training",
        "memory",
        "downloads",
        "disk",
        "row cache",
        "sandbox",
        "cost",
    ):
        assert any(about in line for line in lines), about


@pytest.mark.parametrize(
    ("name", "gpus"), [("gpus-1x80", "1x80"), ("gpus-4x48", "4x48"), ("gpus-2x24", "2x24")]
)
def test_the_gpus_of_its_name_are_enough_for_a_config(roomy, monkeypatch, capsys, name, gpus):
    monkeypatch.chdir(ROOT)
    main(["doctor", "--config", f"config/{name}.yaml", "--gpus", gpus])
    lines = capsys.readouterr().out.splitlines()
    assert not [line for line in lines if line.startswith("error")]
    assert len([line for line in lines if "tensor_parallel" in line]) == 6


def test_an_error_is_the_exit_status(roomy, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert main(["doctor", "--config", "config/gpus-1x80.yaml", "--gpus", "1x16"]) == 1
    assert "does not fit 16.0 GB" in capsys.readouterr().out


@pytest.mark.parametrize("gpus", ["4", "x80", "0x80", "4x-1", "4xnan", "4xinf"])
def test_gpus_are_a_number_and_their_gigabytes(capsys, gpus):
    with pytest.raises(SystemExit):
        main(["doctor", "--config", "config/paper.yaml", "--gpus", gpus])
    assert "--gpus" in capsys.readouterr().err


@pytest.mark.parametrize(("gpus", "memory"), [(1, 80e9), (2, 80e9), (1, 141e9), (2, 24e9)])
def test_the_proposed_fixes_fit(gpus, memory):
    engine = config().engine
    said = models.fitted("x", KNOWN[QWEN], engine, gpus, memory)
    assert said.level == "error"
    number = int(re.search(r"gpus: (\d+)", said.text)[1])
    assert models.fitted("x", KNOWN[QWEN], engine, number, memory).level == "ok"
    assert models.fitted("x", KNOWN[QWEN], engine, number - 1, memory).level == "error"


def test_a_context_that_leaves_room_for_one_row_is_a_warning_and_a_shorter_one_is_not():
    shape, engine = KNOWN["microsoft/phi-4"], config("gpus-4x48").engine
    said = models.fitted("x", shape, engine, 1, 43e9)
    assert said.level == "warning"
    length = int(re.search(r"max_model_len: (\d+)", said.text)[1])
    shorter = engine.model_copy(update={"max_model_len": length})
    assert models.fitted("x", shape, shorter, 1, 43e9).level == "ok"


def test_a_width_that_does_not_fit_is_told_to_go():
    engine = config().engine.model_copy(update={"tensor_parallel": 1})
    said = models.fitted("x", KNOWN[QWEN], engine, 4, 80e9)
    assert said.level == "error" and "Set gpus: 4 without tensor_parallel" in said.text


def test_a_server_and_an_unknown_model_need_no_gpu_here():
    raw = PAPER["experts"][1:] + [
        {"name": "far", "model": QWEN, "api": {"base_url": "http://gpu-7:8000/v1"}},
        {"name": "new", "model": "someone/unheard-of", "gpus": 1},
    ]
    rosters = {"r": {"experts": ["dscoder-v2-lite", "far", "new"]}}
    found = validate(PAPER | {"experts": raw, "rosters": rosters})
    said = {key: models.model(found, key, spec, [L40S]) for key, spec in found.loaded.items()}
    assert said["experts.far"].text == "experts.far: runs behind http://gpu-7:8000/v1"
    assert (
        said["experts.new"].level == "warning" and "until it is fetched" in said["experts.new"].text
    )


def test_transformers_uses_one_gpu_and_batches_of_the_configs_lengths(monkeypatch):
    raw = yaml.safe_load((ROOT / "config/gpus-1x80.yaml").read_text())
    found = validate(raw | {"engine": {"kind": "transformers", "dtype": "bfloat16"}})
    small = models.model(found, "x", found.experts[0], [L40S])
    large = models.model(found, "x", found.experts[4], [replace(L40S, total=24e9)])
    assert (small.level, large.level) == ("ok", "error") and "kind to vllm" in large.text
    monkeypatch.setattr(machine, "cores", lambda: 1)
    monkeypatch.setattr(machine, "available_memory", lambda: 250e9)
    assert models.memory(found, elsewhere=False).level == "ok", "64 rows of 6,656 tokens at most"


def test_a_training_that_does_not_fit_is_told_rows_that_do():
    found = config("gpus-4x48", training={"micro_batch": 64})
    said = models.training(found, [L40S] * 4)
    assert said.level == "error"
    rows = int(re.search(r"micro_batch: (\d+)", said.text)[1])
    assert rows < 64
    again = config("gpus-4x48", training={"micro_batch": rows})
    assert models.training(again, [L40S] * 4).level == "ok"
    whole = models.training(config("gpus-4x48"), []).text
    assert "256 rows a step (ranks 4 × micro_batch 4 × passes 16)" in whole


def test_gpus_that_are_missing_or_held_by_others_are_told():
    found = config("gpus-4x48")
    assert levels(models.gpus(found, [], False)) == {"GPUs": "warning"}
    assert levels(models.gpus(found, [L40S] * 4, False)) == {"GPUs": "ok"}
    assert levels(models.gpus(found, [L40S] * 3, False)) == {"GPUs": "error"}
    assert levels(models.gpus(found, [L40S] * 3, True)) == {"GPUs": "ok"}
    held = replace(L40S, free=2e9)
    [said] = models.gpus(found, [L40S] * 3 + [held], False)
    assert said.level == "error" and "GPU 0 has 2.0 GB free" in said.text
    [said] = models.gpus(found, [L40S] * 5 + [held], False)
    assert said.level == "warning"


def test_memory_of_the_host_is_compared_where_the_jobs_run(monkeypatch):
    monkeypatch.setattr(machine, "cores", lambda: 4)
    free = {"bytes": 100e9}
    monkeypatch.setattr(machine, "available_memory", lambda: free["bytes"])
    assert models.memory(config(), elsewhere=True).level == "ok"
    said = models.memory(config(), elsewhere=False)
    assert said.level == "error" and "a job may take 107 GB" in said.text
    assert models.memory(config("miniature"), elsewhere=False).level == "ok"
    free["bytes"] = 2.5e9
    said = models.memory(config("miniature"), elsewhere=False)
    assert said.level == "warning" and "--cores 2" in said.text


@pytest.mark.parametrize(("problems", "counts"), [(None, True), (5, False)])
def test_the_references_of_a_whole_set_count_in_the_memory_of_the_host(problems, counts):
    found = config("miniature")
    changed = {"dataset": "resources/MbppPlus-v0.2.0.jsonl.gz", "problems": problems}
    spec = found.benchmarks["mbpp"].model_copy(update=changed)
    found = found.model_copy(update={"benchmarks": {"mbpp": spec}})
    said = models.memory(found, elsewhere=False).text
    assert ("a job may take 4.2 GB" in said) == counts


@pytest.mark.parametrize("repeated", [False, True])
def test_several_files_are_checked_as_the_workflow_merges_them(
    roomy, capsys, monkeypatch, tmp_path, repeated
):
    monkeypatch.chdir(tmp_path)
    files = [str(ROOT / "config/gpus-1x80.yaml"), "own.yaml"]
    training = {"micro_batch": 1, "zero_stage": 3}
    mine = {"model": "Qwen/Qwen2.5-Coder-7B-Instruct", "gpus": 1}
    Path("own.yaml").write_text(yaml.safe_dump({"training": training, "models": {"mine": mine}}))
    given = [w for f in files for w in ("--config", f)] if repeated else ["--config", *files]
    main(["doctor", *given, "--gpus", "1x80"])
    said = capsys.readouterr().out
    assert "models.mine: 1 copy" in said
    assert "micro_batch 1 " in said and "ZeRO-3" in said
    assert f"warriorcoder pin --config {' '.join(files)}" in said
    main(["doctor", "--config", files[0], "--gpus", "1x80"])
    assert "models.mine" not in capsys.readouterr().out


def test_an_invalid_union_names_all_files(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    Path("own.yaml").write_text("training: {micro: 1}\n")
    files = [str(ROOT / "config/gpus-1x80.yaml"), "own.yaml"]
    assert main(["doctor", "--config", *files]) == 2
    assert f"{' + '.join(files)}: the configuration cannot be used" in capsys.readouterr().err
