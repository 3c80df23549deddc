"""Rate one roster: Elo and Bradley-Terry over its battles (METHOD 9 and 10)."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from warriorcoder.arena import bradley_terry, elo, tally
from warriorcoder.arena.players import sides
from warriorcoder.arena.tables import ORDERS, RATINGS
from warriorcoder.config.rating import Rating
from warriorcoder.core.seeds import digest, rng


@dataclass(frozen=True)
class Arena:
    """One roster's battles, in the seeded order in which Elo plays them.

    `battles` is `tally.tally`'s table in that order; `a`, `d`, `s`, `local` are its columns as
    arrays [m], `instruction` [m] numbers its ids.
    """

    experts: list[str]
    battles: pl.DataFrame
    run_seed: int

    @classmethod
    def of(cls, experts: list[str], battles: pl.DataFrame, run_seed: int) -> "Arena":
        """Return the battles in Elo's order, by a seeded hash of each battle."""
        order = [digest("elo", run_seed, *battle) for battle in battles.select(tally.BATTLE).rows()]
        return cls(
            experts,
            battles.with_columns(order=pl.Series(order, dtype=pl.String)).sort("order"),
            run_seed,
        )

    @property
    def a(self) -> np.ndarray:
        """Return the attacker's number of each battle."""
        return sides(self.battles, self.experts)[0]

    @property
    def d(self) -> np.ndarray:
        """Return the defender's number of each battle."""
        return sides(self.battles, self.experts)[1]

    @property
    def s(self) -> np.ndarray:
        """Return each battle's result for the attacker."""
        return self.battles["result"].to_numpy()

    @property
    def local(self) -> np.ndarray:
        """Return x of each battle (Eq. 2)."""
        return self.battles["local"].to_numpy()

    @property
    def instruction(self) -> np.ndarray:
        """Return the number of each battle's instruction."""
        return self.battles["id"].rank("dense").to_numpy().astype(np.int64) - 1

    def orders(self, permutations: int) -> Iterator[np.ndarray]:
        """Return this many seeded orders [m] of the battles."""
        draw = rng("elo-orders", self.run_seed)
        return (draw.permutation(len(self.battles)) for _ in range(permutations))


def votes_of_roster(votes: pl.DataFrame, battles: pl.DataFrame, roster: str) -> pl.DataFrame:
    """Return the votes on battles that `roster` uses."""
    used = battles.filter(pl.col("rosters").list.contains(roster))
    return votes.join(used, on=tally.BATTLE, how="semi", maintain_order="left")


def rate_roster(
    arena: Arena, roster: str, rating: Rating
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return tables `ratings` (Elo and Bradley-Terry), `outcomes` and `orders` of one roster."""
    n, (a, d, s) = len(arena.experts), (arena.a, arena.d, arena.s)
    final, online_a, online_d = elo.elo(a, d, s, n, rating.k, rating.initial)
    permutations = rating.permutations
    orders = elo.elo_orders(a, d, s, arena.orders(permutations), n, rating.k, rating.initial)
    permuted = orders.mean(0)
    scores = bradley_terry.scores(bradley_terry.wins(a, d, s, n))
    draw = rng("bradley-terry", arena.run_seed)
    resampled = bradley_terry.bootstrap(arena.instruction, a, d, s, n, rating.bootstrap, draw)
    rows = []
    for method, values, spread in (
        ("elo_final", final, None),
        ("elo_permuted", permuted, orders),
        ("bradley_terry", scores, resampled),
    ):
        bounds = [None] * n, [None] * n
        if spread is not None:
            bounds = np.percentile(spread, [2.5, 97.5], axis=0).tolist()
        rows += [
            (roster, expert, method, value, low, high)
            for expert, value, low, high in zip(
                arena.experts, values.tolist(), *bounds, strict=True
            )
        ]
    outcomes = arena.battles.with_columns(
        expected_final=pl.Series(elo.expected(final[a], final[d])),
        expected_online=pl.Series(elo.expected(online_a, online_d)),
        expected_permuted=pl.Series(elo.expected(permuted[a], permuted[d])),
    )
    finals = pl.DataFrame(
        {
            "order": np.repeat(np.arange(permutations), n),
            "expert": arena.experts * permutations,
            "rating": orders.ravel(),
        }
    ).with_columns(roster=pl.lit(roster))
    return (
        pl.DataFrame(rows, schema=RATINGS.schema, orient="row"),
        outcomes.drop("order"),
        finals.select(pl.col(name).cast(kind) for name, kind in ORDERS.schema.items()),
    )
