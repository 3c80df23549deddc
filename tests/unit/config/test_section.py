"""If these tests fail, a job reads a config key that its rule does not name: nothing re-runs."""

import pytest
from pydantic import ValidationError

from warriorcoder.config.difficulty import Difficulty
from warriorcoder.config.rating import Rating


def test_a_recorded_section_has_the_keys_of_the_record_alone():
    rating = Rating.recorded({"alpha": 0.5})
    assert rating.alpha == 0.5
    for absent in ("k", "snapshot"):  # the class has a default for both
        with pytest.raises(AttributeError, match=absent):
            getattr(rating, absent)
    assert Difficulty.recorded({"threshold": 5}).threshold == 5  # without a required key
    with pytest.raises(ValidationError, match="frozen"):
        rating.alpha = 0.6
