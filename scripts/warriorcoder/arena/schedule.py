"""Battles of each instruction (paper 3.3 step 5, appendix C), and the order of the answers.

Offence-defence balance holds by construction: authors with equally many instructions give every
ordered pair of the largest roster, and of all that are its first experts, the same number of
rounds, ±1. An author's schedule depends on no other author's instructions.
"""

from collections.abc import Iterable
from itertools import combinations

import polars as pl

from warriorcoder.arena.players import pair_name
from warriorcoder.arena.tables import BATTLES
from warriorcoder.core.seeds import rng, seed


def battles(
    ids: list[str], author: str, rosters: dict[str, list[str]], mode: str, run_seed: int
) -> pl.DataFrame:
    """Return table `battles`: each battle on `author`'s instructions once, with its rosters.

    Args:
        ids: the author's selected instructions, by rank.
        rosters: name → experts in config order, for every roster of two or more.
        mode: `single` (one defender per instruction, drawn from the roster), `attacker` (the
            author against every other) or `round_robin` (every pair).
    """
    largest_first = sorted(rosters.values(), key=len, reverse=True)
    order = {expert: n for n, expert in enumerate(dict.fromkeys(sum(largest_first, [])))}
    found: dict[tuple[int, str, str], list[str]] = {}
    for roster, experts in rosters.items():
        if author in experts:
            for place, attacker, defender in _meet(ids, author, experts, order, mode, run_seed):
                found.setdefault((place, attacker, defender), []).append(roster)
    rows = [
        (ids[place], author, attacker, defender, place, names, 1.0)
        for (place, attacker, defender), names in sorted(
            found.items(), key=lambda item: (item[0][0], order[item[0][1]], order[item[0][2]])
        )
    ]
    return pl.DataFrame(rows, schema=BATTLES.schema, orient="row")


def _meet(ids, author, experts, order, mode, run_seed):
    """Yield (place of the instruction, attacker, defender).

    In `round_robin` two experts that are not the author attack in turns. Of an odd number of turns
    the one left over goes to either of them by turns, from author to author in `order`.
    """
    others = [expert for expert in experts if expert != author]
    if mode == "single":
        dealt = rng("single", run_seed, author, experts).permutation(len(ids))
        for turn, place in enumerate(dealt.tolist()):
            yield place, author, others[turn % len(others)]
        return
    for place in range(len(ids)):
        for defender in others:
            yield place, author, defender
    if mode == "round_robin":
        for a, b in combinations(others, 2):
            dealt = rng("round_robin", run_seed, author, a, b).permutation(len(ids)).tolist()
            before = order[author] - sum(order[expert] < order[author] for expert in (a, b))
            left_over = [(b, a) if before % 2 else (a, b)] * (len(ids) % 2)
            turns = [(a, b), (b, a)] * (len(ids) // 2) + left_over
            for place, players in zip(dealt, turns, strict=True):
                yield place, *players


def pairs(author: str, experts: list[str], rosters: Iterable[list[str]], mode: str) -> list[str]:
    """Return the names of the pairs that may meet on an author's instructions, each once.

    Args:
        experts: the experts of all rosters, in config order.
        rosters: the experts of each roster.
    """
    joined = [roster for roster in rosters if author in roster]
    return [
        pair_name(a, b)
        for a, b in combinations(experts, 2)
        if any(a in roster and b in roster for roster in joined)
        and (mode == "round_robin" or author in (a, b))
    ]


def shown_first(id: str, attacker: str, defender: str, judge: str, run_seed: int) -> str:
    """Return the player whose answer this judge sees as assistant A's, by a seeded hash."""
    return (attacker, defender)[seed("order", run_seed, id, attacker, defender, judge) % 2]
