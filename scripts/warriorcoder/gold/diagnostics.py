"""Facts about gold answers: the influence of ratings, of alpha and of the order of Elo."""

from collections import Counter
from typing import Any

import numpy as np
import polars as pl

from warriorcoder.arena.battle_score import DIGITS, battle_score
from warriorcoder.arena.elo import expected
from warriorcoder.arena.players import sides
from warriorcoder.config.rating import Rating
from warriorcoder.gold.final_score import expected_column
from warriorcoder.gold.winners import Contest

ALPHAS = tuple(step / 10 for step in range(11))
UNSTABLE = 0.9  # a winner that stays in fewer draws of its votes is called unstable


def undivided(t_attacker: Any, t_defender: Any) -> Any:
    """Return whether all votes for a player are for the same player; of numbers or arrays."""
    return (t_attacker > 0) != (t_defender > 0)


def overruled(t_attacker: Any, t_defender: Any, e: Any) -> Any:
    """Return whether the loser of an undivided vote has the higher score; of numbers or arrays.

    Equal scores overrule nothing.

    Args:
        t_attacker: votes for the attacker.
        t_defender: votes for the defender.
        e: the attacker's score in the battle (Eq. 5).
    """
    of_loser = np.where(t_attacker > 0, 1 - e, e)
    return undivided(t_attacker, t_defender) & (np.round(of_loser, DIGITS) > 0.5)


def diagnose(
    outcomes: pl.DataFrame,
    orders: pl.DataFrame,
    scored: pl.DataFrame,
    stability: pl.DataFrame,
    rating: Rating,
) -> dict:
    """Return the facts of one roster, for its page.

    Args:
        stability: from `contest.stability`.

    Returns:
        battles: those judged; unanimous: those with an undivided vote; overruled_unanimous: those
        whose loser scores higher under Eq. 5; gold_flip_share: share of instructions whose winner
        differs between two random orders of sequential Elo; gold_share {expert: share of gold
        answers}; stability: mean over instructions of `contest.stability`, and unstable_share:
        those below `UNSTABLE` (both null without battles); alphas: per α the share of winners that
        differ from those of `rating.alpha` and the unanimous votes overruled.
    """
    chosen = Counter(scored.filter("gold")["candidate"])
    shares = {name: chosen[name] / chosen.total() for name in scored["candidate"].unique().sort()}
    facts = {"battles": int((outcomes["votes"] > 0).sum()), "gold_share": shares}
    if outcomes.is_empty():
        nothing = {"unanimous": 0, "overruled_unanimous": 0, "gold_flip_share": 0.0, "alphas": []}
        return facts | nothing | {"stability": None, "unstable_share": None}
    local, x = outcomes["local"].to_numpy(), outcomes[expected_column(rating)].to_numpy()
    votes = outcomes["t_attacker"].to_numpy(), outcomes["t_defender"].to_numpy()
    contest = Contest.of(outcomes, scored)

    def e(weight: float) -> np.ndarray:
        return battle_score(weight, x, local)

    winners = contest.winners(e(rating.alpha))
    return facts | {
        "unanimous": int(undivided(*votes).sum()),
        "overruled_unanimous": int(overruled(*votes, e(rating.alpha)).sum()),
        "gold_flip_share": _flip_share(contest, outcomes, orders, rating.alpha),
        "stability": stability["stability"].mean(),
        "unstable_share": (stability["stability"] < UNSTABLE).mean(),
        "alphas": [
            {
                "alpha": weight,
                "changed": float((contest.winners(e(weight)) != winners).mean()),
                "overruled_unanimous": int(overruled(*votes, e(weight)).sum()),
            }
            for weight in ALPHAS
        ],
    }


def _flip_share(
    contest: Contest, outcomes: pl.DataFrame, orders: pl.DataFrame, alpha: float
) -> float:
    """Expected disagreement of two orders: mean over instructions of 1 - sum of squared shares."""
    experts = orders["expert"].unique(maintain_order=True).to_list()
    a, d = sides(outcomes, experts)
    finals = orders["rating"].to_numpy().reshape(-1, len(experts))
    local, chosen = outcomes["local"].to_numpy(), np.zeros(len(contest.cells))
    for final in finals:
        e = battle_score(alpha, expected(final[a], final[d]), local)
        chosen[contest.winners(e)] += 1
    return float(1 - ((chosen / len(finals)) ** 2).sum() / len(contest.first))
