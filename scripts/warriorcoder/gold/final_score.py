"""The best answer to every instruction (Eq. 5), and the training sets made of it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from warriorcoder.arena import ratings
from warriorcoder.arena.tables import ORDERS, RATINGS
from warriorcoder.core.seeds import digest, rng, seed
from warriorcoder.gold.tables import SCORED

# The table's rating that entered Eq. 5 under each snapshot; `online` ends where `final` does.
SNAPSHOT = {"final": "elo_final", "online": "elo_final", "permuted": "elo_permuted"}


@dataclass(frozen=True)
class Arena:
    """One roster's battles, in the seeded order in which Elo plays them.

    `battles` is `ratings.tally`'s table in that order; `a`, `d`, `s`, `local` are its columns as
    arrays [m], `instruction` [m] numbers its ids.
    """

    experts: list[str]
    battles: pl.DataFrame
    run_seed: int

    @classmethod
    def of(cls, experts: list[str], battles: pl.DataFrame, run_seed: int) -> "Arena":
        order = [
            digest("elo", run_seed, *battle) for battle in battles.select(ratings.BATTLE).rows()
        ]
        return cls(
            experts,
            battles.with_columns(order=pl.Series(order, dtype=pl.String)).sort("order"),
            run_seed,
        )

    @property
    def a(self) -> np.ndarray:
        return self._players("attacker")

    @property
    def d(self) -> np.ndarray:
        return self._players("defender")

    @property
    def s(self) -> np.ndarray:
        return self.battles["result"].to_numpy()

    @property
    def local(self) -> np.ndarray:
        return self.battles["local"].to_numpy()

    @property
    def instruction(self) -> np.ndarray:
        return self.battles["id"].rank("dense").to_numpy().astype(np.int64) - 1

    def orders(self, permutations: int) -> Iterator[np.ndarray]:
        """Seeded orders [m] of the battles, so many."""
        draw = rng("elo-orders", self.run_seed)
        return (draw.permutation(len(self.battles)) for _ in range(permutations))

    def _players(self, column: str) -> np.ndarray:
        number = {expert: n for n, expert in enumerate(self.experts)}
        return self.battles[column].replace_strict(number, return_dtype=pl.Int64).to_numpy()


def votes_of_roster(votes: pl.DataFrame, battles: pl.DataFrame, roster: str) -> pl.DataFrame:
    """The votes on battles that `roster` uses."""
    used = battles.filter(pl.col("rosters").list.contains(roster))
    return votes.join(used, on=ratings.BATTLE, how="semi", maintain_order="left")


def rate(
    arena: Arena, roster: str, k: float, initial: float, permutations: int, resamples: int
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Tables `ratings` (Elo and Bradley-Terry), `outcomes` and `orders` of one roster."""
    n, (a, d, s) = len(arena.experts), (arena.a, arena.d, arena.s)
    final, online_a, online_d = ratings.elo(a, d, s, n, k, initial)
    orders = ratings.elo_orders(a, d, s, arena.orders(permutations), n, k, initial)
    permuted = orders.mean(0)
    scores = ratings.bradley_terry(ratings.wins(a, d, s, n))
    draw = rng("bradley-terry", arena.run_seed)
    resampled = ratings.bootstrap(arena.instruction, a, d, s, n, resamples, draw)
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
        expected_final=pl.Series(ratings.expected(final[a], final[d])),
        expected_online=pl.Series(ratings.expected(online_a, online_d)),
        expected_permuted=pl.Series(ratings.expected(permuted[a], permuted[d])),
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


def score(outcomes: pl.DataFrame, snapshot: str, alpha: float) -> pl.DataFrame:
    """Eq. 5: one row per (id, candidate): battles, mean `local`, mean `expected`, and `score` e.

    e_A = mean over the battles that A fought on i of alpha X_{A>B} + (1 - alpha) x_{A>B}.
    """
    x = pl.col(f"expected_{snapshot}")
    sides = [
        outcomes.select("id", candidate=pl.col("attacker"), local=pl.col("local"), expected=x),
        outcomes.select(
            "id", candidate=pl.col("defender"), local=1 - pl.col("local"), expected=1 - x
        ),
    ]
    return (
        pl.concat(sides)
        .group_by("id", "candidate", maintain_order=True)
        .agg(battles=pl.len().cast(pl.Int64), local=pl.mean("local"), expected=pl.mean("expected"))
        .with_columns(score=alpha * pl.col("expected") + (1 - alpha) * pl.col("local"))
    )


def crown(
    scores: pl.DataFrame,
    instructions: pl.DataFrame,
    answers: pl.DataFrame,
    experts: list[str],
    how: str,
    run_seed: int,
) -> pl.DataFrame:
    """Table `scored`: every candidate's answer with its score, one gold answer per instruction.

    Args:
        scores: from `score`; empty for a roster of one, whose own answer is gold.
        instructions: columns id, expert, text, in canonical order.
        answers: columns id, answerer, text, n_tokens.
        how: `winner` takes the highest e (ties: fewer tokens, then roster order), `random` any
            candidate, by a seeded hash.
    """
    if len(experts) == 1:
        scores = instructions.select(
            "id", candidate="expert", battles=0, local=None, expected=None, score=None
        ).cast(
            {"battles": pl.Int64, "local": pl.Float64, "expected": pl.Float64, "score": pl.Float64}
        )
    place = pl.col("candidate").replace_strict(
        {expert: n for n, expert in enumerate(experts)}, return_dtype=pl.Int64
    )
    rows = (
        instructions.select("id", author="expert", instruction="text")
        .with_row_index("nth")
        .join(scores, on="id", maintain_order="left")
        .join(
            answers.select("id", candidate="answerer", answer="text", n_tokens="n_tokens"),
            on=["id", "candidate"],
            maintain_order="left",
        )
        .with_columns(place=place)
        .sort("nth", "place")
    )
    if how == "random":
        drawn = {
            id: names[seed("random-gold", run_seed, id) % len(names)]
            for id, names in rows.group_by("id").agg("candidate").iter_rows()
        }
        best = pl.DataFrame(
            list(drawn.items()), schema={"id": pl.String, "winner": pl.String}, orient="row"
        )
    else:
        # Rounded, so that equal scores that were summed in another order stay equal.
        best = (
            rows.with_columns(pl.col("score").round(12))
            .sort("nth", "score", "n_tokens", "place", descending=[False, True, False, False])
            .group_by("nth", maintain_order=True)
            .first()
            .select("id", winner="candidate")
        )
    return (
        rows.join(best, on="id", maintain_order="left")
        .with_columns(gold=pl.col("candidate") == pl.col("winner"))
        .select(list(SCORED.schema))
    )
