"""Eq. 2: votes as the result of a battle."""

import polars as pl
import pytest

from warriorcoder.arena import tally


def votes(*cast):
    return pl.DataFrame(
        [("i", "a", "b", vote) for vote in cast],
        schema=["id", "attacker", "defender", "vote"],
        orient="row",
    )


@pytest.mark.parametrize(
    "cast, local, result",
    [
        (["attacker", "attacker", "defender"], 2 / 3, 1.0),
        (["attacker", "defender"], 0.5, 0.5),
        (["tie", "tie", "invalid"], 0.5, 0.5),
        (["tie", "invalid", "defender"], 0.0, 0.0),
    ],
)
def test_ties_and_invalid_votes_count_for_neither(cast, local, result):
    row = tally.tally(votes(*cast)).row(0, named=True)
    assert (row["local"], row["result"]) == pytest.approx((local, result))
