"""A config's paths are found from any folder, and records spell them the same everywhere."""

import copy
from pathlib import Path

import pytest
import yaml

from warriorcoder.config import reading
from warriorcoder.core import paths
from warriorcoder.download import hub, snapshots
from warriorcoder.provenance.digests import fingerprint

ROOT = Path(__file__).parents[3]
MODEL = "scripts/warriorcoder/miniature/weights/athene"


@pytest.fixture
def elsewhere(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_ships_with_the_project_is_found_from_elsewhere(elsewhere):
    assert paths.find(MODEL) == snapshots.folder(MODEL, None) == str(ROOT / MODEL)


def test_the_working_directory_comes_first(elsewhere):
    (elsewhere / MODEL).mkdir(parents=True)
    assert paths.find(MODEL) == MODEL


def test_what_is_nowhere_stays_as_it_is(elsewhere):
    assert paths.find("owner/name") == paths.portable("owner/name") == "owner/name"
    assert hub.on_hub("owner/name")


def test_a_folder_of_the_project_is_no_model_of_the_hub(elsewhere):
    assert not hub.on_hub("config/templates")


def test_a_record_has_one_spelling_and_one_fingerprint_from_everywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    content = fingerprint(MODEL)
    spellings = [MODEL, f"./config/../{MODEL}", str(ROOT / MODEL)]
    for folder in (ROOT, tmp_path, ROOT.parent, ROOT / "docs"):
        monkeypatch.chdir(folder)
        assert {paths.portable(each) for each in spellings} == {MODEL}
        assert {fingerprint(each) for each in spellings} == {content}


def test_a_record_spells_a_users_own_model_from_the_working_directory(elsewhere):
    (elsewhere / "models/mine").mkdir(parents=True)
    assert paths.portable(str(elsewhere / "models/mine")) == "models/mine"
    (elsewhere / "study").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(elsewhere / "study")
        assert paths.portable("../models/mine") == "../models/mine"


@pytest.mark.parametrize(
    "section, key, told",
    [("training", "base", "is no folder in"), ("training", "chat_template", "there is no file")],
)
def test_an_error_names_both_places(elsewhere, section, key, told):
    raw = yaml.safe_load((ROOT / "config/miniature.yaml").read_text())
    wrong = copy.deepcopy(raw)
    wrong[section][key] = "not/there/at/all"
    reading.validate(raw)
    with pytest.raises(reading.ConfigError, match=told) as error:
        reading.validate(wrong)
    assert f"{elsewhere} or {ROOT}" in str(error.value)


def test_a_benchmark_that_a_run_makes_is_its_own(elsewhere, monkeypatch):
    """Another run's files in the project's folder are not taken."""
    (elsewhere / "project/results/datasets").mkdir(parents=True)
    (elsewhere / "project/Snakefile").touch()
    made = "results/datasets/mbpp.jsonl"
    (elsewhere / "project" / made).touch()
    config = reading.load(ROOT / "config/miniature.yaml")
    monkeypatch.setattr(paths, "PROJECT", elsewhere / "project")
    assert paths.find(made) == str(elsewhere / "project" / made)
    assert config.file_of(config.benchmarks["mbpp"]) == made
