"""If these tests fail, a folder for the hub does not load, or says what is not true."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from data import ROOT
from published import check

from warriorcoder.cli import main

pytestmark = pytest.mark.publish
RESULTS = Path(os.environ.get("WARRIORCODER_RESULTS", "results"))
CROISSANT = ROOT / ".cache/croissant/bin/python"
READ = """
import sys, json
from pathlib import Path
import mlcroissant
for folder in map(Path, sys.argv[1:]):
    about = json.loads((folder / "croissant.json").read_text())
    files = {each["@id"]: str(folder / each["@id"]) for each in about["distribution"]}
    found = mlcroissant.Dataset(jsonld=str(folder / "croissant.json"), mapping=files)
    issues = found.metadata.ctx.issues
    assert not issues.errors and not issues.warnings, (issues.errors, issues.warnings)
    for each in found.metadata.record_sets:
        row = next(iter(found.records(each.uuid)))
        assert row[f"{each.uuid}/id"], each.uuid
        print(folder.name, each.uuid, len(row))
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    if not (RESULTS / "report/summary.json").exists():
        pytest.skip(f"{RESULTS} is no finished run: make run")
    scratch = tmp_path_factory.mktemp("published")
    words = ["publish", str(RESULTS), "--namespace", "me", "--dry-run", "--to", f"{scratch}/hub"]
    assert main(words) == 0
    record = json.loads((RESULTS / "report/summary.json").read_text())["record"]
    kinds = {
        name.replace("_", "-"): "one" if len(roster["experts"]) == 1 else roster["gold"]
        for name, roster in record["rosters"].items()
        if "trains_on" not in roster
    }
    return check(scratch / "hub", kinds, scratch / "datasets")


def test_each_config_of_each_card_loads_and_tells_the_truth(folders):
    assert folders


def test_mlcroissant_reads_each_record_set_without_a_warning(folders):
    if not CROISSANT.exists():
        pytest.skip("mlcroissant is not installed: make publish-check")
    done = subprocess.run(
        [CROISSANT, "-c", READ, *folders], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(done.stdout.splitlines()) >= 3 * len(folders)
