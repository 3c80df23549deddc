"""The experts that may judge: an author's difficulty judges, and the judges of a battle."""

from collections.abc import Sequence
from typing import Any


def judges_of(author: str, judges: Sequence[str], k: int) -> list[str]:
    """Return the first `k` of `judges` (experts with role judge, roster order) except `author`.

    Appending an expert changes no earlier author's judges, and thus no existing score.

    Raises:
        ValueError: there are fewer than `k` others, so a later expert would change existing
            scores.
    """
    others = [judge for judge in judges if judge != author]
    if len(others) < k:
        raise ValueError(
            f"difficulty.judges_per_author: {k} judges wanted, but only {others} may judge "
            f"{author!r}. Lower it, or give more experts the role judge."
        )
    return others[:k]


def may_judge(judge: Any, attacker: Any, defender: Any) -> Any:
    """Return whether a judge does not play in a battle (suspicion averting, METHOD 8).

    The arguments are names, or polars expressions of names.
    """
    return (judge != attacker) & (judge != defender)
