import copy
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st
from snakemake.utils import update_config

from warriorcoder.config.rating import Rating
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
