"""If these tests fail, the report overstates how far judges agree."""

import evalica
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warriorcoder.report import agreement


def test_alpha_is_the_published_one():
    """Krippendorff (2011), section C: four observers, twelve units, nominal: 0.743."""
    observers = [
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    ]
    units = zip(*[row.split() for row in observers], strict=True)
    counts = np.array([[unit.count(value) for value in "12345"] for unit in units])
    assert agreement.alpha(counts) == pytest.approx(0.743, abs=5e-4)


values = st.sampled_from(["attacker", "defender", "tie", None])


@given(st.lists(st.lists(values, min_size=4, max_size=4), min_size=1, max_size=30))
def test_alpha_is_evalicas(table):
    said = [[value for value in unit if value] for unit in table]
    counts = np.array([[unit.count(vote) for vote in agreement.VOTES] for unit in said])
    pairable = [unit for unit in said if len(unit) > 1]
    found = agreement.alpha(counts)
    if len({value for unit in pairable for value in unit}) < 2:
        assert found is None  # nothing to disagree on
        return
    theirs = evalica.alpha(pd.DataFrame(table).T, distance="nominal").alpha
    assert found == pytest.approx(theirs, abs=1e-9)


def arena(right: float, instructions=300, judges="xyz", both=False, seed=0) -> pl.DataFrame:
    """Judges that say the truth with probability `right`, else one of the other two."""
    draw = np.random.default_rng(seed)
    rows = []
    for i in range(instructions):
        for defender in "bc":
            truth = draw.integers(3)
            for judge in judges:
                for _ in range(1 + both):
                    lie = (truth + draw.integers(1, 3)) % 3
                    said = truth if draw.random() < right else lie
                    rows.append((f"i{i}", "a", defender, judge, agreement.VOTES[said]))
    columns = ["id", "attacker", "defender", "judge", "vote"]
    return pl.DataFrame(rows, schema=columns, orient="row")


@pytest.mark.parametrize("right, expected", [(1.0, 1.0), (1 / 3, 0.0), (0.8, 0.49)])
def test_agreement_of_known_judges(right, expected):
    # Two agree if both are right, or err alike: 0.8² + 0.2² / 2 = 0.66, less the chance of 1 / 3.
    table = agreement.judges(arena(right), 1)
    assert table["judges"].to_list() == [None, "x & y", "x & z", "y & z"]
    for row in table.rows(named=True):
        assert row["battles"] == 600
        assert row["alpha"] == pytest.approx(expected, abs=0.06)
        assert row["low"] - 1e-9 <= row["alpha"] <= row["high"] + 1e-9
    together = table.row(0, named=True)
    assert together["high"] - together["low"] < 0.12


def test_the_interval_is_as_wide_as_alpha_varies_from_arena_to_arena():
    found = [agreement.judges(arena(0.8, 60, seed=seed), 1).row(0) for seed in range(60)]
    spread = np.std([alpha for _, _, alpha, _, _ in found])
    width = np.mean([high - low for *_, low, high in found])
    assert width == pytest.approx(2 * 1.96 * spread, rel=0.25)


def test_the_interval_holds_95_percent_of_the_resamples():
    """Judges agree on 8 of 16 instructions: 95 % of all resamples hold 4 to 12 of them.

    Two battles each keep the votes balanced, so alpha depends on that number alone.
    """
    pairs = {True: ["aa", "dd"], False: ["ad", "da"]}
    names = {"a": "attacker", "d": "defender"}
    rows = [
        (f"i{n}", "a", defender, judge, names[vote])
        for n in range(16)
        for defender, votes in zip("bc", pairs[n < 8], strict=True)
        for judge, vote in zip("xy", votes, strict=True)
    ]
    columns = ["id", "attacker", "defender", "judge", "vote"]
    table = agreement.judges(pl.DataFrame(rows, schema=columns, orient="row"), 1)
    expected_disagreement = 2 * 32 * 32 / (64 * 63)  # of two of the 64 votes, drawn at random
    for *_, low, high in table.rows():
        found = [1 - disagreement / expected_disagreement for disagreement in (12 / 16, 4 / 16)]
        assert (low, high) == pytest.approx(found, abs=1e-9)


def test_a_judges_two_votes_on_a_battle_are_not_two_judges():
    one = agreement.judges(arena(0.6, judges="x", both=True), 1)
    assert one.rows() == [(None, 0, None, None, None)]
    assert agreement.judges(arena(0.6, both=True), 1)["battles"].to_list() == [1200] * 4


def test_invalid_votes_are_missing():
    votes = arena(0.8)
    spoilt = votes.with_columns(
        vote=pl.when(pl.col("judge") == "z").then(pl.lit("invalid")).otherwise("vote")
    )
    table = agreement.judges(spoilt, 1)
    assert table["battles"].to_list() == [600, 600, 0, 0]
    assert table["alpha"][0] == table["alpha"][1] == agreement.judges(votes, 1)["alpha"][1]
