"""The scripts of training, run as Snakemake runs them."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from unit.training.target import SCRIPTS, TEMPLATE, run_file

from warriorcoder.config.slices import MACHINE

METHODS = ["dpo", "lora", "sft"]


def written(folder: Path) -> dict[str, int]:
    """When each file of a checkpoint was written, but for the marker."""
    return {p.name: p.stat().st_mtime_ns for p in folder.iterdir() if p.name != "COMPLETED"}


def run_script(folder: Path, script: str = "train_target", **changes) -> subprocess.Popen:
    """A script as Snakemake would run it, for the checkpoint `folder / "scripted"`."""
    given = json.loads(run_file(folder, "scripted", **{"steps": 2} | changes).read_text())
    machine = {key: given["training"].pop(key) for key in MACHINE}
    code = (
        "import json, runpy, sys; from types import SimpleNamespace as N\n"
        "class Inputs(dict):\n"
        "    gold = property(lambda self: self['gold'])\n"
        "class Outputs(list):\n"
        "    marker = property(lambda self: self[0])\n"
        "g = json.loads(sys.argv[1])\n"
        "snakemake = N(log=[g['output'] + '.log'], input=Inputs(gold=g['gold']), threads=1,\n"
        "  resources={}, output=Outputs([g['output'] + '/COMPLETED']),\n"
        f"  params=N(device='cpu', machine={machine},\n"
        f"    record=g | {{'base': 'b', 'template': None, 'objectives': {METHODS}}}))\n"
        f"runpy.run_path({str(SCRIPTS / f'{script}.py')!r}, {{'snakemake': snakemake}})\n"
    )
    environment = os.environ | {"PYTHONPATH": str(SCRIPTS), "HF_HUB_OFFLINE": "1"}
    return subprocess.Popen(
        [sys.executable, "-c", code, json.dumps(given)],
        env=environment,
        stdout=subprocess.DEVNULL,
    )


def test_script_takes_its_ranks_with_it_when_terminated_and_succeeds_when_rerun(workplace):
    script, log = run_script(workplace), workplace / "scripted.log"
    while not (log.exists() and log.read_text()):
        assert script.poll() is None, "it ended before its rank said anything"
        time.sleep(0.01)
    ranks = Path(f"/proc/{script.pid}/task/{script.pid}/children").read_text().split()
    script.terminate()
    assert script.wait() != 0
    assert not Path(f"/proc/{ranks[0]}").exists()
    assert not (workplace / "scripted" / "COMPLETED").exists()
    assert run_script(workplace).wait() == 0, log.read_text()
    made = workplace / "scripted"
    facts, times = json.loads((made / "COMPLETED").read_text()), written(made)
    cost = json.loads(Path(f"{log}.cost.json").read_text())
    assert 0 < cost["work_seconds"] < cost["seconds"]
    assert facts["steps"] == 2 and facts["record"]["seed"] == 5

    (made / "COMPLETED").unlink()  # as Snakemake does before it runs a job
    assert run_script(workplace).wait() == 0, log.read_text()
    assert json.loads((made / "COMPLETED").read_text()) == facts and written(made) == times
    assert "training is skipped" in log.read_text()


def test_two_rows_of_each_method_are_tried_and_leave_no_checkpoint(workplace, tmp_path):
    for name in ("base", "gold.parquet"):
        (tmp_path / name).symlink_to(workplace / name)
    keys = {"processes": 2, "micro_batch": 4, "zero_stage": 2}
    (tmp_path / "scripted").mkdir()
    assert run_script(tmp_path, "check_training", **keys).wait() == 0
    log = (tmp_path / "scripted.log").read_text()
    assert len(re.findall("'loss':", log)) == 2 * len(METHODS), log[-3000:]
    made = tmp_path / "scripted" / "COMPLETED"
    assert json.loads(made.read_text())["processes"] == 2
    assert list((tmp_path / "scripted").iterdir()) == [made]


def test_a_target_whose_reply_no_token_ends_fails_at_the_trial(workplace, tmp_path):
    for name in ("base", "gold.parquet"):
        (tmp_path / name).symlink_to(workplace / name)
    template = tmp_path / "own.jinja"
    template.write_text(TEMPLATE.replace("<|EOT|>", ""))
    assert run_script(tmp_path, "check_training", chat_template=str(template)).wait() != 0
    log = (tmp_path / "scripted.log").read_text()
    assert "holds no token that ends a turn" in log and "training.chat_template" in log
