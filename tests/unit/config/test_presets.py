"""If these tests fail, a run is called the paper's or the code's, and is not."""

import copy

import pytest
import yaml
from data import ROOT

from warriorcoder.config import presets
from warriorcoder.config.reading import ConfigError, validate

PAPER = yaml.safe_load((ROOT / "config/paper.yaml").read_text())


def test_the_presets_choose_the_same_keys_so_that_a_switch_is_whole():
    expected = list(presets.table())
    for name in presets.NAMES:
        choices = presets.read(name)
        assert [f"{s}.{k}" for s, keys in choices.items() for k in keys] == expected, name


def test_the_papers_config_leaves_every_choice_to_the_preset():
    assert PAPER["fidelity"] == "paper"
    for key in presets.table():
        section, key = key.split(".")
        assert key not in PAPER.get(section, {}), f"{section}.{key}"


@pytest.mark.parametrize("name", presets.NAMES)
def test_a_key_that_is_there_wins_even_where_it_is_nothing(name):
    raw = copy.deepcopy(PAPER) | {"fidelity": name, "rating": {"k": 16}}
    raw["decontamination"] = {"ngram_words": None}
    raw["mining"]["temperatures"] = [0.7]
    config = validate(raw)
    assert (config.rating.k, config.decontamination.ngram_words) == (16, None)
    assert config.mining.temperatures == [0.7]  # a list is replaced, never united
    assert config.rating.snapshot == presets.read(name)["rating"]["snapshot"]


def test_filling_changes_neither_the_file_nor_what_has_no_preset():
    before = copy.deepcopy(PAPER)
    presets.fill(PAPER)
    assert PAPER == before
    without = {key: item for key, item in PAPER.items() if key != "fidelity"}
    assert presets.fill(without) is without


def test_an_unknown_preset_is_told_with_those_that_there_are():
    with pytest.raises(ConfigError, match=r"fidelity: .*'official-code'.*but it is 'papers'"):
        validate(PAPER | {"fidelity": "papers"})
    with pytest.raises(ConfigError, match="curation.jaccard: missing"):
        validate({key: item for key, item in PAPER.items() if key != "fidelity"})


@pytest.mark.parametrize("broken", [None, [], 3])
def test_a_section_that_is_none_is_told_by_its_name(broken):
    with pytest.raises(ConfigError, match="arena: "):
        validate(PAPER | {"arena": broken})
