"""What would be wrong if these failed: a run is called the paper's or the code's, and is not."""

import copy

import pytest
import yaml
from data import ROOT

from warriorcoder.config import presets
from warriorcoder.config.reading import ConfigError, validate
from warriorcoder.config.whole import Config

PAPER = yaml.safe_load((ROOT / "config/paper.yaml").read_text())
# Key → what each preset chooses, from README's fidelity table; one value: all the same.
CHOICES = {
    "mining.temperatures": [[1.0, 1.1, 1.2]],
    "mining.top_ps": [[0.99, 0.995, 1.0]],
    "curation.shingle_words": [5, 1, 5],
    "curation.permutations": [128],
    "curation.jaccard": [0.7, 0.5, 0.7],
    "difficulty.judges_per_author": [1],
    "difficulty.threshold": [6],
    "difficulty.levels": ["paper", "official-code", "paper"],
    "decontamination.ngram_words": [13, None, 13],
    "answers.temperature": [1.0],
    "answers.top_p": [0.95],
    "arena.schedule": ["single"],
    "arena.orders": ["shuffled"],
    "arena.temperature": [1.0, 1.0, 0.0],
    "arena.top_p": [0.995, 0.995, 1.0],
    "rating.k": [40],
    "rating.initial": [1000],
    "rating.snapshot": ["final", "final", "permuted"],
    "rating.alpha": [0.7],
    "training.lr_schedule": ["warmup", "cosine", "warmup"],
    "training.warmup_ratio": [0.2],
    "training.weight_decay": [3e-7],
}


def value(config: Config, key: str):
    section, key = key.split(".")
    return getattr(getattr(config, section), key)


@pytest.mark.parametrize("key", CHOICES)
@pytest.mark.parametrize("place", range(3))
def test_a_preset_chooses_what_its_source_says(key, place):
    config = validate(PAPER | {"fidelity": presets.NAMES[place]})
    assert value(config, key) == (CHOICES[key] * 3)[place]


def test_the_presets_choose_the_same_keys_so_that_a_switch_is_whole():
    for name in presets.NAMES:
        choices = presets.read(name)
        assert [f"{s}.{k}" for s, keys in choices.items() for k in keys] == list(CHOICES), name
    assert list(presets.table()) == list(CHOICES)


def test_the_papers_config_leaves_every_choice_to_the_preset():
    assert PAPER["fidelity"] == "paper"
    for key in CHOICES:
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
