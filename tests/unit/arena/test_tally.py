"""Eq. 2: votes as the result of a battle."""

from itertools import product

import numpy as np
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


def test_a_row_counts_the_votes_on_its_own_battle():
    cast = pl.DataFrame(
        [
            ("j", "a", "b", "attacker"),
            ("i", "a", "b", "defender"),
            ("i", "b", "a", "attacker"),
            ("i", "a", "c", "tie"),
            ("j", "a", "b", "attacker"),
            ("i", "b", "a", "defender"),
            ("j", "a", "b", "defender"),
            ("i", "b", "a", "invalid"),
        ],
        schema=["id", "attacker", "defender", "vote"],
        orient="row",
    )
    assert tally.tally(cast).rows() == [
        ("j", "a", "b", 2, 1, 3, pytest.approx(2 / 3), 1.0),
        ("i", "a", "b", 0, 1, 1, 0.0, 0.0),
        ("i", "b", "a", 1, 1, 3, 0.5, 0.5),
        ("i", "a", "c", 0, 0, 1, 0.5, 0.5),
    ]


def test_every_game_of_ten_players_has_its_own_number_in_two_bytes():
    games = list(product(range(10), range(10), (0.0, 0.5, 1.0)))
    a, d, s = (np.array(column) for column in zip(*games, strict=True))
    numbers, results = tally.numbered(a, d, s, 10)
    assert numbers.tolist() == list(range(300)) and numbers.dtype == np.uint16
    assert results.tolist() == [0.0, 0.5, 1.0]
