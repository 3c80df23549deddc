import copy
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st
from snakemake.utils import update_config
from unit.config.test_whole import HERE, MINIATURE, changed

from warriorcoder.config import slices
from warriorcoder.config.experts import Engine
from warriorcoder.config.rating import Rating
from warriorcoder.config.reading import validate
from warriorcoder.config.slices import merge, pick, plain, without

RATING = Rating(snapshot="final", k=32)


def test_a_key_is_picked_at_its_place():
    assert pick(RATING, "k") == {"k": 32.0}
    with pytest.raises(AttributeError, match="kk"):
        pick(RATING, "kk")


def test_slices_are_merged_section_by_section():
    old, new = {"rating": {"k": 1, "alpha": 2}, "seed": 1}, {"rating": {"k": 3}, "name": "a"}
    assert merge(old, new) == {"rating": {"k": 3, "alpha": 2}, "seed": 1, "name": "a"}
    assert old == {"rating": {"k": 1, "alpha": 2}, "seed": 1}


VALUES = st.none() | st.integers(0, 2) | st.lists(st.integers(0, 2), max_size=2)
SECTIONS = st.recursive(
    VALUES, lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3), max_leaves=8
)
FILES = st.lists(st.dictionaries(st.sampled_from("abc"), SECTIONS), min_size=1, max_size=3)


@given(FILES)
def test_config_files_are_merged_as_snakemake_merges_them(files):
    theirs: dict = {}
    for file in copy.deepcopy(files):
        update_config(theirs, file)
    ours = reduce(merge, copy.deepcopy(files))
    assert ours == theirs and [*ours] == [*theirs]


def test_a_section_is_plain_and_leaves_keys_out():
    assert plain([RATING])[0]["snapshot"] == "final"
    assert without(RATING, "k") == {k: v for k, v in plain(RATING).items() if k != "k"}


def test_the_address_of_a_server_and_the_room_of_an_engine_decide_no_row():
    first, *others = MINIATURE["experts"]
    served = first | {"api": HERE | {"body": {"min_p": 0.1}}}
    config = validate(changed(experts=[served, *others], engine__max_num_seqs=7))
    athene, quq = config.expert("athene"), config.expert("quq")
    decides = slices.model(athene)["api"]
    assert decides == {"model": None, "protocol": "completions", "body": {"min_p": 0.1}}
    assert slices.running(config, athene)["api"]["base_url"] == HERE["base_url"]
    assert slices.running(config, quq)["engine"]["max_num_seqs"] == 7
    assert not slices.running(config, quq)["engine"].keys() & slices.engine(config.engine).keys()


@pytest.mark.parametrize(("kind", "decides"), [("transformers", True), ("vllm", False)])
def test_the_batch_size_decides_the_rows_of_transformers_alone(kind, decides):
    assert ("batch_size" in slices.engine(Engine(kind=kind))) is decides


def test_keys_of_the_machine_and_lengths_that_are_not_set_are_no_part_of_a_training():
    config = validate(changed(training__checkpoint_minutes=7))
    kept = slices.training(config.training)["training"]
    assert kept["steps"] == MINIATURE["training"]["steps"]
    assert not kept.keys() & {"epochs", "gpus", "nodes", "checkpoint_minutes", "engine"}


def test_a_benchmark_brings_its_own_limits_and_only_keys_that_are_on():
    raw = changed(benchmarks__mbpp__seconds=9, benchmarks__mbpp__problems=3)
    config = validate(raw)
    own = slices.scored(config.benchmarks["mbpp"])
    assert (own["sandbox"], own["problems"]) == ({"seconds": 9.0}, 3)
    other = slices.scored(config.benchmarks["humaneval"])
    assert other["sandbox"] == {} and "problems" not in other
    assert other["asked"].keys() == {"max_tokens"}


def test_a_roster_has_judges_only_if_it_battles():
    config = validate(MINIATURE)
    assert slices.roster(config, "roster_2")["judges"] == config.judges
    alone = {"roster": "roster_1", "experts": ["athene"], "authors": ["athene"], "judges": []}
    assert slices.roster(config, "roster_1") == alone
    lengths = slices.rosters(config, lengths=True)["rosters"]
    assert lengths["roster_1_epochs"] == {"experts": ["athene"], "gold": "winner", "epochs": 3.2}
    assert lengths["roster_1"] == slices.rosters(config)["rosters"]["roster_1"]
