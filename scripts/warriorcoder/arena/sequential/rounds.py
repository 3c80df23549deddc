"""Which votes to ask for next under sequential judging, from tables of battles and votes.

`judges` is every judge in the order of asking; a battle's own are those outside of it. `orders` is
how many votes each casts on a battle (2 where `arena.orders` is `both`).
"""

import numpy as np
import polars as pl

from warriorcoder.arena import elo, rate, tally
from warriorcoder.arena.sequential import plan
from warriorcoder.arena.tables import ASKED

ROUNDS = 2  # of phase 2; the last asks all that is left of a pivotal battle


def unsettled(
    battles: pl.DataFrame, votes: pl.DataFrame, judges: list[str], judge: str, orders: int
) -> pl.DataFrame:
    """Phase 1: the battles that `judge` votes on, given all votes of the judges before it."""
    known = battles.join(
        tally.tally(votes), on=tally.BATTLE, how="left", maintain_order="left"
    ).with_columns(
        pl.col("t_attacker", "t_defender").fill_null(0),
        left=orders * _voters(judges[judges.index(judge) :]),
    )
    fixed = plan.settled(*(known[name].to_numpy() for name in _COUNTS))
    return battles.filter(pl.Series(~fixed) & known.select(_voters([judge]) == 1).to_series())


def pivotal(
    battles: pl.DataFrame,
    votes: pl.DataFrame,
    answers: pl.DataFrame,
    rosters: dict[str, list[str]],
    judges: list[str],
    orders: int,
    rating: dict,
    last: bool,
    run_seed: int,
) -> pl.DataFrame:
    """Phase 2: table `asked`, the votes of one round that could change any roster's gold answers.

    Args:
        votes: all so far; they fix every result.
        answers: columns id, answerer, n_tokens.
        rosters: name → experts in config order.
        rating: the config's section.
        last: ask all that is left of every pivotal battle, not one vote an instruction.
    """
    found = [pl.DataFrame(schema=ASKED.schema)]
    tokens = {(id, who): n for id, who, n in answers.select("id", "answerer", "n_tokens").rows()}
    for roster, experts in rosters.items():
        fought = tally.tally(rate.votes_of_roster(votes, battles, roster))
        arena = rate.Arena.of(experts, fought, run_seed)
        if arena.battles.is_empty():
            continue
        known = arena.battles.with_columns(left=orders * _voters(judges) - pl.col("votes"))
        ids = arena.battles["id"].unique().sort().to_list()
        length = np.array([[tokens.get((id, e), 0) for e in experts] for id in ids])
        move = plan.pivotal(
            arena.a,
            arena.d,
            arena.instruction,
            _expected(arena, rating),
            *plan.bounds(*(known[name].to_numpy() for name in _COUNTS)),
            length.argsort(1, kind="stable").argsort(1),
            rating["alpha"],
        )
        moving = known.with_columns(move=pl.Series(move)).filter(pl.col("move") > 0)
        moving = moving.sort("move", "order", descending=[True, False])
        wanted = moving if last else moving.unique("id", keep="first", maintain_order=True)
        left = (
            wanted.join(pl.DataFrame({"judge": judges}), how="cross", maintain_order="left_right")
            .filter(pl.col("judge") != pl.col("attacker"), pl.col("judge") != pl.col("defender"))
            .join(votes, on=[*tally.BATTLE, "judge"], how="anti", maintain_order="left")
        )
        if not last:
            left = left.unique(tally.BATTLE, keep="first", maintain_order=True)
        found.append(left.select(list(ASKED.schema)))
    return pl.concat(found).unique().sort(list(ASKED.schema))


_COUNTS = ("t_attacker", "t_defender", "left")


def _voters(judges: list[str]) -> pl.Expr:
    """How many of `judges` are outside of a battle."""
    outside = [(pl.col("attacker") != j) & (pl.col("defender") != j) for j in judges]
    return pl.sum_horizontal(pl.lit(0, pl.Int64), *(each.cast(pl.Int64) for each in outside))


def _expected(arena: rate.Arena, rating: dict) -> np.ndarray:
    """X_{A>D} of each battle by the snapshot that enters Eq. 5; it depends on results alone."""
    a, d, s, n = arena.a, arena.d, arena.s, len(arena.experts)
    k, initial = rating["k"], rating["initial"]
    if rating["snapshot"] == "permuted":
        orders = arena.orders(rating["permutations"])
        mean = elo.elo_orders(a, d, s, orders, n, k, initial).mean(0)
        return elo.expected(mean[a], mean[d])
    final, before_a, before_d = elo.elo(a, d, s, n, k, initial)
    if rating["snapshot"] == "online":
        return elo.expected(before_a, before_d)
    return elo.expected(final[a], final[d])
