"""Eq. 5: the score of a player in one battle, and the order of candidates with equal scores.

A candidate's final score e is the mean of its battle scores on an instruction. The highest e wins.
Of equal scores the answer with fewer tokens wins, then the expert that comes first in the roster.
"""

from typing import Any

import polars as pl

DIGITS = 12  # of a compared score, so that sums in another order stay equal
# Unrounded scores closer than EQUAL are equal. Scores further apart than ROUNDED differ.
EQUAL, ROUNDED = 1e-13, 1e-11


def battle_score(alpha: float, expected: Any, local: Any) -> Any:
    """Return alpha X + (1 - alpha) x (Eq. 5) of numbers, arrays or polars expressions.

    The score is linear, so the score of differences is the difference of two scores.

    Args:
        expected: X of Eq. 3.
        local: x of Eq. 2.
    """
    return alpha * expected + (1 - alpha) * local


def precedence(instruction: str) -> pl.Expr:
    """Return the rank of each candidate among equal scores, from 1 (wins).

    The rows have a column `n_tokens`, and the candidates of one `instruction` (a column's name)
    stand in roster order.
    """
    return pl.col("n_tokens").rank("ordinal").over(instruction).alias("precedence")
