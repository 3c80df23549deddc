"""Training methods of rosters: what a config may ask for, and what each training gets."""

import re

import pytest
import yaml
from unit.config.test_whole import ROOT, changed

from warriorcoder.config import slices
from warriorcoder.config.reading import ConfigError, validate

FILES = [ROOT / "config/miniature.yaml", ROOT / "config/methods.yaml"]


def with_rosters(**rosters) -> dict:
    raw = changed()
    raw["rosters"] |= rosters
    return raw


def test_the_comparison_of_methods_adds_trainings_and_no_battle():
    default, added = (yaml.safe_load(path.read_text()) for path in FILES)
    config, before = validate(slices.merge(default, added)), validate(default)
    more = [name for name in config.rosters if name not in before.rosters]
    assert {config.rosters[name].method for name in more} == {"lora", "dpo", "sft+dpo"}
    assert config.crowned == list(before.rosters)
    assert {config.gold_of(name) for name in more} == {"roster_5"}
    assert all(config.rosters[name].experts == before.answerers for name in more)
    assert [config.start_of(name) for name in more] == [None, None, "roster_5"]


def test_a_method_has_its_own_rate_and_pairs_fill_a_pass_as_rows_do():
    rosters = {name: {"trains_on": "roster_5", "method": name} for name in ("lora", "dpo")}
    config = validate(with_rosters(**rosters))
    sft, lora, dpo = map(config.training_of, ("roster_5", "lora", "dpo"))
    assert sft == config.training
    assert (lora.learning_rate, lora.micro_batch) == (10 * sft.learning_rate, sft.micro_batch)
    assert (dpo.learning_rate, dpo.micro_batch) == (sft.learning_rate / 20, sft.micro_batch // 2)
    raw = with_rosters(**rosters)
    raw["training"] |= {"lora": {"learning_rate": 0.25}, "dpo": {"learning_rate": 0.125}}
    config = validate(raw)
    assert [config.training_of(name).learning_rate for name in rosters] == [0.25, 0.125]


def test_keys_of_a_method_decide_no_training_with_another():
    raw = with_rosters(
        lora={"trains_on": "roster_5", "method": "lora"},
        dpo={"trains_on": "roster_5", "method": "dpo"},
    )
    before = validate(raw)
    raw["training"] |= {"lora": {"rank": 4}, "dpo": {"beta": 0.5}}
    after = validate(raw)
    for name, changes in (("roster_5", set()), ("lora", {"lora"}), ("dpo", {"dpo"})):
        old, new = (
            slices.training(config.training_of(name), config.objective_of(name))
            for config in (before, after)
        )
        assert old["objective"] == new["objective"]
        keys = old["training"].keys() | new["training"].keys()
        differ = {k for k in keys if old["training"].get(k) != new["training"].get(k)}
        assert differ == changes
    trials = [slices.trial(config) for config in (before, after)]
    assert trials[0]["objectives"] == ["dpo", "lora", "sft"] and trials[0] != trials[1]
    assert slices.trial(validate(changed()))["objectives"] == ["sft"]


@pytest.mark.parametrize(
    ("rosters", "training", "message"),
    [
        ({"x": {"method": "lora"}}, {}, "no experts. Name them, or a roster in trains_on"),
        ({"x": {"trains_on": "y"}}, {}, "rosters.x.trains_on: 'y' is no roster with gold"),
        (
            {"x": {"trains_on": "y"}, "y": {"trains_on": "roster_5"}},
            {},
            "rosters.x.trains_on: 'y' is no roster with gold answers of its own. Choose from",
        ),
        (
            {"x": {"trains_on": "roster_5", "experts": ["athene"]}},
            {},
            "Remove experts and gold, or trains_on",
        ),
        (
            {"x": {"trains_on": "roster_5", "gold": "random"}},
            {},
            "rosters.x: trains_on takes the gold answers of another roster",
        ),
        ({"x": {"experts": ["athene"], "method": "dpo"}}, {}, "athene has no rival. Add an expert"),
        (
            {"x": {"trains_on": "roster_5", "method": "dpo"}},
            {"validation_share": 0.1},
            "rosters.x.method: dpo has no validation loss. Set training.validation_share to 0",
        ),
        (
            {"x": {"experts": ["athene", "quen"], "method": "sft+dpo"}},
            {},
            "Add one, for example x-sft: {trains_on: x}",
        ),
        (
            {"x": {"trains_on": "roster_5", "method": "sft+dpo", "steps": 5}},
            {},
            "sft+dpo goes on from a roster with method sft",
        ),
        ({"x": {"trains_on": "roster_5", "method": "ppo"}}, {}, "rosters.x.method"),
        ({}, {"lora": {"target_modules": ["q proj"]}}, "the name of a module"),
        ({}, {"lora": {"rank": 0}}, "training.lora.rank"),
    ],
)
def test_a_training_without_its_data_or_start_is_refused_with_the_fix(rosters, training, message):
    raw = with_rosters(**rosters)
    raw["training"] |= training
    with pytest.raises(ConfigError, match=re.escape(message)):
        validate(raw)


def test_a_lone_roster_goes_on_from_an_sft_roster_that_trains_on_its_gold():
    pair = {"experts": ["athene", "quen"], "method": "sft+dpo"}
    config = validate(with_rosters(x=pair, first={"trains_on": "x"}))
    assert config.start_of("x") == "first" and config.gold_of("first") == "x"
    assert config.crowned[-1] == "x"
