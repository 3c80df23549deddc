"""If these tests fail, a rehearsal runs another method, an empty stage or the whole run."""

import copy

import pytest
import yaml
from data import ROOT
from hypothesis import given
from hypothesis import strategies as st

from warriorcoder.config.reading import ConfigError, validate
from warriorcoder.config.scaled import LEAST, scaled
from warriorcoder.config.slices import plain

PAPER, SMALL, MINIATURE = (
    yaml.safe_load((ROOT / f"config/{name}.yaml").read_text())
    for name in ("paper", "gpus-1x80", "miniature")
)


def amounts(raw: dict) -> dict:
    config = validate(raw)
    return {
        "rows": config.mining.per_config,
        "parts": config.mining.parts,
        "instructions": config.compression.instructions_per_expert,
        "steps": config.training.steps,
        "problems": {name: config.problems_of(name) for name in config.benchmarks},
    }


def rehearse(raw: dict, share: float | None = None) -> dict:
    raw = raw | ({"rehearsal": {"share": share}} if share else {})
    return scaled(raw, validate(raw))


def test_the_paper_is_rehearsed_at_a_hundredth_with_a_least_amount_of_each():
    assert amounts(rehearse(PAPER)) == {
        "rows": 100,
        "parts": 1,
        "instructions": 140,
        "steps": 5,
        "problems": {"humaneval": 5, "mbpp": 5, "cruxeval-i": 8, "cruxeval-o": 8, "ds1000": 10},
    }


def test_batches_of_transformers_stay_whole_unless_the_shard_is_smaller():
    """Rows depend on their batch, so a cut batch would be no part of the real run."""
    assert MINIATURE["engine"]["batch_size"] == 50
    for mined, rows in ((36, 36), (50, 50), (70, 50), (6000, 100)):
        raw = MINIATURE | {"mining": MINIATURE["mining"] | {"per_config": mined}}
        assert amounts(rehearse(raw))["rows"] == rows


@pytest.mark.parametrize("raw", [PAPER, SMALL, MINIATURE])
def test_nothing_but_amounts_names_and_the_folder_differs(raw):
    before = copy.deepcopy(raw)
    found = rehearse(raw)
    assert raw == before, "the real run's config is not touched"
    real, small = plain(validate(raw)), plain(validate(found))
    assert small["results"] == f"{real['results']}-rehearsal"
    assert small["rehearsal"] is None, "a rehearsal has none of its own"
    assert small["name"] == f"{real['name']}-rehearsal"
    for each in (real, small):
        for key in ("results", "rehearsal", "name"):
            del each[key]
        del each["mining"]["per_config"], each["mining"]["parts"], each["mining"]["entered_share"]
        del each["compression"]["instructions_per_expert"], each["training"]["steps"]
        for spec in each["benchmarks"].values():
            del spec["problems"]
            spec["dataset"] = spec["dataset"].replace("results-rehearsal/", "results/")
    assert small == real


@given(
    share=st.floats(1e-4, 1),
    rows=st.integers(1, 10**5),
    chosen=st.integers(1, 10**5),
    steps=st.integers(2, 10**4),
    problems=st.integers(1, 164),
    batch=st.integers(1, 100),
)
def test_no_amount_grows_or_vanishes(share, rows, chosen, steps, problems, batch):
    raw = copy.deepcopy(MINIATURE)
    raw["engine"]["batch_size"] = batch
    raw["mining"]["per_config"] = rows
    raw["compression"]["instructions_per_expert"] = chosen
    raw["training"]["steps"] = steps
    raw["benchmarks"]["humaneval"]["problems"] = problems
    small = amounts(rehearse(raw, share))
    given = {"rows": rows, "instructions": chosen, "steps": steps, "problems": min(problems, 160)}
    small["problems"] = small["problems"]["humaneval"]
    for key, amount in given.items():
        assert min(amount, LEAST[key]) <= small[key] <= amount, key
        assert small[key] >= min(amount, share * amount) - 1e-9
    assert small["rows"] % batch == 0 or small["rows"] == rows


def test_files_of_instructions_enter_at_the_rehearsals_share_of_their_own():
    assert rehearse(PAPER)["mining"]["entered_share"] == 0.01
    half = MINIATURE | {"mining": MINIATURE["mining"] | {"entered_share": 0.5}}
    assert rehearse(half, 0.1)["mining"]["entered_share"] == 0.05


def test_a_rosters_own_steps_shrink_and_its_epochs_stay():
    """Epochs count passes over rows, which are fewer already."""
    rosters = {"steps": {"experts": ["athene"], "steps": 800}}
    rosters["epochs"] = {"experts": ["athene"], "epochs": 3.2}
    found = rehearse(MINIATURE | {"rosters": rosters})["rosters"]
    assert found["steps"]["steps"] == 8
    assert found["epochs"] == rosters["epochs"]


def test_a_long_name_stays_a_valid_one():
    assert validate(rehearse(MINIATURE | {"name": "n" * 40})).name == "n" * 30 + "-rehearsal"


@pytest.mark.parametrize("share", [0, 1.1])
def test_a_share_is_one_of_the_whole(share):
    with pytest.raises(ConfigError, match="rehearsal.share: "):
        validate(MINIATURE | {"rehearsal": {"share": share}})
