"""If these tests fail, an empty stage is noticed stages later, without a cause."""

import pytest

from warriorcoder.core.empty import EmptyStage, refuse_empty

KEYS = {"too_short": "curation.min_chars", "too_easy": "difficulty.threshold"}


def test_a_stage_that_keeps_a_row_goes_on():
    refuse_empty(1, "curation of quq", {"too_short": 9}, KEYS)


def test_an_empty_stage_is_told_with_its_drops_and_the_keys_of_those_alone():
    with pytest.raises(EmptyStage) as told:
        refuse_empty(0, "curation of quq", {"too_short": 9, "answered": 2, "too_easy": 0}, KEYS)
    said = str(told.value)
    assert "curation of quq: no row is left of 11" in said
    assert "too_short: 9 rows" in said and "answered: 2 rows" in said
    assert said.endswith("would keep rows: curation.min_chars")
