import pytest

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


def test_a_section_is_plain_and_leaves_keys_out():
    assert plain([RATING])[0]["snapshot"] == "final"
    assert without(RATING, "k") == {k: v for k, v in plain(RATING).items() if k != "k"}
