"""Rounds and battles that a budget pays. The rules count with them before any vote is cast."""

from collections.abc import Iterable

from warriorcoder.config.arena import Arena

ROUNDS = {"information": 4, "skipping": 2}


def most_rounds(arena: Arena, rosters: Iterable[list[str]]) -> int:
    """Return the rounds of the roster that plays most; 0 where none battles."""
    sizes = [len(experts) for experts in rosters if len(experts) > 1]
    return max((rounds(arena, n) for n in sizes), default=0)


def rounds(arena: Arena, n: int) -> int:
    """Return the rounds of n experts with the budget's share of all pairs on an instruction.

    `swiss` plays as many as the budget pays, with an audit or more in each after the opening.
    """
    if arena.judging == "swiss":
        return max(1, int((battles(arena, n) + 1) / (n // 2 + 1)))
    return ROUNDS[arena.judging]


def battles(arena: Arena, n: int) -> float:
    """Return how many of n experts' battles on an instruction all rounds together may have."""
    if arena.budget is None:
        raise ValueError("budget: swiss and information need one, for example 0.4")
    return arena.budget * (n * (n - 1) // 2)
