"""Names of players: a pair's name in paths, and each expert's number in arrays."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import polars as pl

Names = TypeVar("Names", pl.Series, pl.Expr)


def pair_name(a: str, b: str) -> str:
    """Return the folder name of a pair's battles."""
    return f"{a}_{b}"


def players_of(pair: str) -> list[str]:
    """Return both players of a pair's name. Names of players have no `_`."""
    return pair.split("_")


def of_pair(author: str, pair: str) -> pl.Expr:
    """Return the filter for a pair's battles on the instructions of `author`."""
    players = players_of(pair)
    return (
        (pl.col("author") == author)
        & pl.col("attacker").is_in(players)
        & pl.col("defender").is_in(players)
    )


def numbers(names: Names, order: Sequence[str]) -> Names:
    """Return the place of each name in `order`, which holds all of them."""
    place = {name: n for n, name in enumerate(order)}
    # Polars ignores `return_dtype` where `place` is empty.
    return names.replace_strict(place, return_dtype=pl.Int64).cast(pl.Int64)


def sides(battles: pl.DataFrame, experts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of attackers and of defenders in `experts`, [m] each."""
    attackers, defenders = (numbers(battles[side], experts) for side in ("attacker", "defender"))
    return attackers.to_numpy(), defenders.to_numpy()
