"""Choose the next votes of sequential judging, from tables of battles and votes.

`judges` is every judge in the order of asking; a battle's own are those outside of it. `orders` is
how many votes each casts on a battle (2 where `arena.orders` is `both`).
"""

import numpy as np
import polars as pl

from warriorcoder.arena import elo, rate, tally, voters
from warriorcoder.arena.battle_score import precedence
from warriorcoder.arena.sequential import plan
from warriorcoder.arena.tables import ASKED
from warriorcoder.config.rating import Rating

ROUNDS = 2  # of phase 2; the last asks all that is left of a pivotal battle


def unsettled(
    battles: pl.DataFrame, votes: pl.DataFrame, judges: list[str], judge: str, orders: int
) -> pl.DataFrame:
    """Return the battles of phase 1 that `judge` votes on, given the votes of earlier judges."""
    known = battles.join(
        tally.tally(votes), on=tally.BATTLE, how="left", maintain_order="left"
    ).with_columns(
        pl.col("t_attacker", "t_defender").fill_null(0),
        left=orders * voters.count(judges[judges.index(judge) :]),
    )
    fixed = plan.settled(*(known[name].to_numpy() for name in _COUNTS))
    return battles.filter(pl.Series(~fixed) & known.select(voters.count([judge]) == 1).to_series())


def pivotal(
    battles: pl.DataFrame,
    votes: pl.DataFrame,
    answers: pl.DataFrame,
    rosters: dict[str, list[str]],
    judges: list[str],
    orders: int,
    rating: Rating,
    last: bool,
    run_seed: int,
) -> pl.DataFrame:
    """Return table `asked` of a round of phase 2: votes that could change a roster's gold answers.

    Args:
        votes: all so far; they fix every result.
        answers: columns id, answerer, n_tokens.
        rosters: name → experts in config order.
        last: ask all that is left of every pivotal battle, not one vote an instruction.
    """
    found = [pl.DataFrame(schema=ASKED.schema)]
    answers = answers.select("id", "n_tokens", candidate="answerer")
    for roster, experts in rosters.items():
        fought = tally.tally(rate.votes_of_roster(votes, battles, roster))
        arena = rate.Arena.of(experts, fought, run_seed)
        if arena.battles.is_empty():
            continue
        known = arena.battles.with_columns(left=orders * voters.count(judges) - pl.col("votes"))
        candidates = (
            arena.battles.select(pl.col("id").unique().sort())
            .join(pl.DataFrame({"candidate": experts}), how="cross", maintain_order="left_right")
            .join(answers, on=["id", "candidate"], how="left", maintain_order="left")
            .with_columns(pl.col("n_tokens").fill_null(0))
            .with_columns(precedence("id"))
        )
        move = plan.pivotal(
            arena.a,
            arena.d,
            arena.instruction,
            _expected(arena, rating),
            *plan.bounds(*(known[name].to_numpy() for name in _COUNTS)),
            candidates["precedence"].to_numpy().reshape(-1, len(experts)),
            rating.alpha,
        )
        moving = known.with_columns(move=pl.Series(move)).filter(pl.col("move") > 0)
        moving = moving.sort("move", "order", descending=[True, False])
        wanted = moving if last else moving.unique("id", keep="first", maintain_order=True)
        left = voters.missing(wanted, votes, judges)
        if not last:
            left = left.unique(tally.BATTLE, keep="first", maintain_order=True)
        found.append(left.select(list(ASKED.schema)))
    return pl.concat(found).unique().sort(list(ASKED.schema))


_COUNTS = ("t_attacker", "t_defender", "left")


def _expected(arena: rate.Arena, rating: Rating) -> np.ndarray:
    """X_{A>D} of each battle by the snapshot that enters Eq. 5; it depends on results alone."""
    a, d, s, n = arena.a, arena.d, arena.s, len(arena.experts)
    if rating.snapshot == "permuted":
        orders = arena.orders(rating.permutations)
        mean = elo.elo_orders(a, d, s, orders, n, rating.k, rating.initial).mean(0)
        return elo.expected(mean[a], mean[d])
    final, before_a, before_d = elo.elo(a, d, s, n, rating.k, rating.initial)
    if rating.snapshot == "online":
        return elo.expected(before_a, before_d)
    return elo.expected(final[a], final[d])
