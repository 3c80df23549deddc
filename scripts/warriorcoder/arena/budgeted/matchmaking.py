"""Budgeted pairing on tables: the votes of a round, and imputed results of other battles.

Every roster has rounds of its own, so that what one needs does not depend on the others. `judges`
is every judge; a battle's own are those outside of it, each with `orders` votes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from warriorcoder.arena import tally, voters
from warriorcoder.arena.budgeted import completion, pairing
from warriorcoder.arena.players import sides
from warriorcoder.arena.rate import votes_of_roster
from warriorcoder.arena.tables import BATTLES
from warriorcoder.config.arena import Arena
from warriorcoder.config.judges import may_judge
from warriorcoder.config.rating import Rating


def plan(
    pairs: pl.DataFrame,
    fought: pl.DataFrame,
    votes: pl.DataFrame,
    rosters: dict[str, list[str]],
    judges: list[str],
    *,
    arena: Arena,
    rating: Rating,
    number: int,
    run_seed: int,
) -> pl.DataFrame:
    """Return table `battles`: round `number` (from 1) of each roster, with each battle's chance.

    Rosters of the same experts share their rounds.

    Args:
        pairs: table `battles` of all that could be asked.
        fought: earlier rounds, as this returns them; `votes` has all votes on them.
        rosters: name → experts in config order, of two or more.
    """
    found = [pl.DataFrame(schema=BATTLES.schema)]
    for experts in dict.fromkeys(map(tuple, rosters.values())):
        names = [name for name, theirs in rosters.items() if tuple(theirs) == experts]
        field = _Field.of(pairs, votes_of_roster(votes, fought, names[0]), names[0], experts)
        each = pairing.play(
            arena,
            number,
            field.asked,
            field.wins,
            _voters(experts, judges, arena.votes_each),
            alpha=rating.alpha,
            run_seed=run_seed,
        )
        place = field.i, field.a, field.d
        found.append(
            field.pairs.with_columns(
                round=pl.lit(number, pl.Int64),
                rosters=pl.lit(names),
                chance=pl.Series(each.chance[place], dtype=pl.Float64),
            ).filter(pl.Series(each.battles[place]))
        )
    return pl.concat(found)


def asked(planned: pl.DataFrame, votes: pl.DataFrame, judges: list[str]) -> pl.DataFrame:
    """Return table `asked`: the missing votes on planned battles, each once."""
    battles = planned.select(tally.BATTLE).unique(maintain_order=True)
    return voters.missing(battles, votes, judges)


def completed(
    pairs: pl.DataFrame,
    votes: pl.DataFrame,
    roster: str,
    experts: list[str],
    judges: list[str],
    orders: int,
) -> pl.DataFrame:
    """Return `tally.tally` of all `pairs` of a roster, imputed where a pair has no `votes`."""
    field = _Field.of(pairs, votes, roster, experts)
    voters = _voters(experts, judges, orders)
    latent = completion.fit(field.wins)
    place = field.i, field.a, field.d
    x, s = (each[place] for each in completion.complete(field.wins, field.asked, voters, latent))
    heard = tally.tally(votes)
    expected = field.pairs.select(
        *tally.BATTLE,
        t_attacker=pl.lit(0, pl.Int64),
        t_defender=pl.lit(0, pl.Int64),
        votes=pl.lit(0, pl.Int64),
        local=pl.Series(x),
        result=pl.Series(s),
    )
    rest = expected.join(heard, on=tally.BATTLE, how="anti", maintain_order="left")
    return pl.concat([heard, rest])


@dataclass(frozen=True)
class _Field:
    """A roster's `pairs`, each at [i, a, d] of the dense arrays, and what was asked of them."""

    pairs: pl.DataFrame
    i: np.ndarray
    a: np.ndarray
    d: np.ndarray
    wins: np.ndarray
    asked: np.ndarray

    @classmethod
    def of(cls, pairs, votes, roster, experts) -> "_Field":
        pairs = pairs.filter(pl.col("rosters").list.contains(roster))
        instruction = pairs["id"].rle_id().to_numpy().astype(np.int64)
        a, d = sides(pairs, experts)
        heard = pairs.select(tally.BATTLE).join(
            tally.tally(votes), on=tally.BATTLE, how="left", maintain_order="left"
        )
        wins = np.zeros((instruction.max(initial=-1) + 1, len(experts), len(experts)))
        wins[instruction, a, d] = heard["t_attacker"].fill_null(0)
        wins[instruction, d, a] = heard["t_defender"].fill_null(0)
        asked = np.zeros(wins.shape, dtype=bool)
        asked[instruction, a, d] = asked[instruction, d, a] = heard["votes"].is_not_null()
        return cls(pairs, instruction, a, d, wins, asked)


def _voters(experts: Sequence[str], judges: list[str], orders: int) -> np.ndarray:
    """Return the number of votes that each pair's battle gets, [n, n]."""
    return orders * np.array(
        [[sum(may_judge(judge, a, d) for judge in judges) for d in experts] for a in experts]
    )
