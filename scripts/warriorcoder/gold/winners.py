"""Winners of instructions under Eq. 5, and their stability when votes are drawn again."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from warriorcoder.arena.battle_score import DIGITS, battle_score, precedence
from warriorcoder.config.rating import Rating
from warriorcoder.core.seeds import rng
from warriorcoder.gold.final_score import expected_column

RESAMPLES = 200


@dataclass(frozen=True)
class Contest:
    """Every candidate of every instruction that was fought over, and its battles.

    `cells` [c] has one row (id, candidate) per candidate; those of one instruction stand together,
    in the order that breaks ties. `a` and `d` [m] are the cells of a battle's players, `first` [i]
    is the first cell of each instruction.
    """

    cells: pl.DataFrame
    a: np.ndarray
    d: np.ndarray
    first: np.ndarray

    @classmethod
    def of(cls, outcomes: pl.DataFrame, scored: pl.DataFrame) -> "Contest":
        """Return the battles of `outcomes`; `scored` has each id's candidates in roster order."""
        cells = (
            scored.select("id", "candidate", "n_tokens")
            .join(outcomes, on="id", how="semi", maintain_order="left")
            .with_columns(nth=pl.col("id").rle_id())
            .sort("nth", precedence("nth"))
            .with_row_index("cell")
        )
        a, d = (
            outcomes.select("id", candidate=side)
            .join(cells, on=["id", "candidate"], how="left", maintain_order="left")["cell"]
            .to_numpy()
            for side in ("attacker", "defender")
        )
        first = np.flatnonzero(np.diff(cells["nth"].to_numpy(), prepend=-1))
        return cls(cells.select("id", "candidate"), a, d, first)

    @property
    def ids(self) -> pl.Series:
        """Return the id of each instruction."""
        return self.cells["id"][self.first]

    def winners(self, e: np.ndarray) -> np.ndarray:
        """Return the winning cell of each instruction [i], where attackers score `e` [m] (Eq. 5).

        Equal scores go to fewer tokens, then roster order, as gold answers do.
        """
        fought, battles = self._fought
        total = np.bincount(self._players, np.concatenate([e, 1 - e]), minlength=len(fought))
        mean = np.where(fought, total / battles, -1).round(DIGITS)
        best = np.flatnonzero(mean == np.maximum.reduceat(mean, self.first)[self._row])
        found = np.empty(len(self.first), dtype=np.int64)
        # Of equals the last that is written stays: the first cell.
        found[self._row[best[::-1]]] = best[::-1]
        return found

    @cached_property
    def _players(self) -> np.ndarray:
        return np.concatenate([self.a, self.d])

    @cached_property
    def _fought(self) -> tuple[np.ndarray, np.ndarray]:
        """Return whether each cell has a battle, and its battles (at least 1, to divide by)."""
        battles = np.bincount(self._players, minlength=len(self.cells))
        return battles > 0, np.maximum(battles, 1)

    @cached_property
    def _row(self) -> np.ndarray:
        """The instruction of each cell [c]."""
        return np.repeat(np.arange(len(self.first)), np.diff(self.first, append=len(self.cells)))


def stability(
    outcomes: pl.DataFrame,
    scored: pl.DataFrame,
    rating: Rating,
    run_seed: int,
    resamples: int = RESAMPLES,
) -> pl.DataFrame:
    """Return the share of draws of its votes in which each instruction's winner stays.

    The verdicts of every battle (invalid ones too) are drawn with replacement, as many as there
    are; ratings stay, and so does what is expected of battles without votes. An undivided vote can
    only repeat itself: its stability is 1. The winner is that of Eq. 5, also where a control takes
    another answer for gold.

    Args:
        scored: columns id, candidate (roster order within an id), n_tokens.

    Returns:
        Columns id, stability (share of `resamples`): one row per instruction with a battle, in the
        order of `scored`. A row depends on its own votes and ratings alone.
    """
    if outcomes.is_empty():
        return pl.DataFrame(schema={"id": pl.String, "stability": pl.Float64})
    contest = Contest.of(outcomes, scored)
    drawn = outcomes.select(
        "t_attacker",
        "t_defender",
        "votes",
        place=pl.struct("attacker", "defender").rank("ordinal").over("id").cast(pl.Int64),
    )
    kinds = drawn.unique().sort(pl.all())
    kind = drawn.join(kinds.with_row_index("kind"), on=drawn.columns, maintain_order="left")["kind"]
    heard = (outcomes["votes"] > 0).to_numpy()
    redrawn = [
        _drawn_again(t_a, t_d, asked, place, resamples, run_seed)
        for t_a, t_d, asked, place in kinds.rows()
    ]
    x, local = outcomes[expected_column(rating)].to_numpy(), outcomes["local"].to_numpy()
    winners = contest.winners(battle_score(rating.alpha, x, local))
    kept = np.zeros(len(winners))
    for locals_ in np.stack(redrawn, axis=1):
        drawn_local = np.where(heard, locals_[kind], local)
        kept += contest.winners(battle_score(rating.alpha, x, drawn_local)) == winners
    return pl.DataFrame({"id": contest.ids, "stability": kept / resamples})


def _drawn_again(t_a: int, t_d: int, asked: int, place: int, resamples: int, run_seed: int):
    """Return local scores [resamples] of a battle whose votes are drawn with replacement.

    The battle is the `place`-th of its instruction. It has `t_a` and `t_d` votes for the players
    and `asked` votes in all, as many as are drawn.
    """
    draws = [
        asked * rng("stability", run_seed, place, vote).random(resamples) for vote in range(asked)
    ]
    for_a = sum(draw < t_a for draw in draws) + np.zeros(resamples)
    for_d = sum((draw >= t_a) & (draw < t_a + t_d) for draw in draws) + np.zeros(resamples)
    cast = for_a + for_d
    return np.divide(for_a, cast, out=np.full(resamples, 0.5), where=cast > 0)
