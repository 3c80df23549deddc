"""Another preset of the paper's config changes the records of the rules concerned, and no other."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from workflow.conftest import Project

from warriorcoder.config import presets

# The Snakefile's last lines: every rule's record for one of each wildcard, instead of a plan. The
# paper's config enters no file.
DUMP = """
import json
from snakemake.iocontainers import Wildcards

first = lambda names: next(iter(names))
one = Wildcards(fromdict=dict(
    expert=CONFIG.authors[0], author=CONFIG.authors[1], judge=CONFIG.judges[0],
    answerer=CONFIG.answerers[0], roster=MAIN, model=MAIN, benchmark=first(CONFIG.benchmarks),
    environment="ds1000", table="table1",
))
evaluated = lambda given: evaluated(given(one)) if callable(given) else given
rules = [each for each in workflow.rules if not each.name.startswith(("enter_", "rehearsal_"))]
made = {each.name: evaluated(each.params.get("record")) for each in rules}
Path("records.json").write_text(json.dumps(made))
os._exit(0)
"""


def records(folder: Path, *arguments: str) -> dict[str, dict]:
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "-n", "--configfile", "config/paper.yaml", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads((folder / "records.json").read_text())


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = Project.create(tmp_path_factory.mktemp("fidelity") / "project").folder
    with (folder / "Snakefile").open("a") as file:
        file.write(DUMP)
    return folder


@pytest.fixture(scope="module")
def papers(folder) -> dict[str, dict]:
    return records(folder)


def test_a_hub_model_without_a_revision_is_asked_for_without_one(papers):
    """A record is what a job loads its model by."""
    mined = papers["mine_instructions"]["expert"]
    assert (mined["model"], mined["revision"]) == (
        "Nexusflow/Athene-V2-Chat",
        None,
    )


@pytest.mark.parametrize(
    ("preset", "rules"),
    [
        ("paper", set()),
        (
            "official-code",
            {"curate_instructions", "rate_difficulty", "select_instructions", "train_target"}
            | {"check_training"}
            | {"plot_difficulty", "tabulate_examples"}  # name the levels
            | {"tabulate_reproduction"},  # names settings that differ from the paper's
        ),
        (
            "recommended",
            {"curate_instructions", "select_instructions", "judge_battles", "crown_answers"}
            | {"write_explorer", "write_summary"},
        ),
    ],
)
def test_a_preset_changes_the_records_of_its_keys_alone(folder, papers, preset, rules):
    assert {"mine_instructions", "rate_experts", "score_benchmark"} <= papers.keys()
    assert preset in presets.NAMES
    there = records(folder, "--config", f"fidelity={preset}")
    assert {name for name in papers if there[name] != papers[name]} == rules
