"""Judge calls saved, and what that costs in gold answers and ratings, on arenas of known truth.

`full` is every pair of experts on every instruction before every other expert. Beside each mode
stands `full` itself once more with other votes (retest): a mode that differs from `full` less often
than that is as good as asking again. Run: PYTHONPATH=scripts:tests python THIS [experts …]
"""

import sys

import dense
import numpy as np
import polars as pl
import simulation
from scipy.special import ndtri
from scipy.stats import kendalltau
from simulation import Judges, World

from warriorcoder.arena import elo, schedule
from warriorcoder.arena.budgeted import completion, pairing
from warriorcoder.config.rating import Rating
from warriorcoder.core.seeds import rng
from warriorcoder.gold import final_score
from warriorcoder.report.scale import Assumptions

ALPHA = 0.7
SPREAD = 0.4  # of the experts' strengths, where an expert's answers spread by 1
BUDGET = {5: 0.5, 10: 0.38, 20: 0.19}  # share of all battles
PLAIN = Judges(noise="constant", position=(0, 0), ties=0)
SIZES = {5: (3, 500), 10: (3, 500), 20: (1, 1000)}  # experts: arenas, instructions
TARGETS = {10: 0.6, 20: 0.8}


def world(n: int, instructions: int, seed: int) -> World:
    strengths = SPREAD * ndtri((np.arange(n) + 0.5) / n)[::-1]
    return World.of(strengths, instructions, rng("bench-arena", n, seed))


# --- lossless sequential judging ---------------------------------------------------------------


def scheduled(n: int, instructions: int, mode: str) -> np.ndarray:
    """(instruction, attacker, defender) of all battles, instructions dealt to authors in turns."""
    names = [f"e{k}" for k in range(n)]
    tables = [
        schedule.battles([str(i) for i in range(k, instructions, n)], name, {"all": names}, mode, 1)
        for k, name in enumerate(names)
    ]
    number = {name: k for k, name in enumerate(names)}
    return np.array(
        [
            (int(i), number[a], number[d])
            for i, a, d in pl.concat(tables)["id", "attacker", "defender"].rows()
        ]
    )


def crowned(battles, votes, asked, x, arena: World) -> np.ndarray:
    """Gold answers from the votes asked for, by `final_score.score`."""
    t_a, t_d, _ = dense.tally(votes, asked)
    i, a, d = battles.T
    local = np.divide(t_a, t_a + t_d, np.full(len(i), 0.5), where=t_a + t_d > 0)
    table = pl.DataFrame(
        {"id": i, "attacker": a, "defender": d, "local": local, "expected_final": x}
    )
    found = final_score.score(table, Rating(snapshot="final", alpha=ALPHA))
    e = np.full((len(arena.quality), arena.n), -np.inf)
    e[found["id"], found["candidate"]] = found["score"]
    return simulation.gold(e, arena.precedence)


def lossless(arena: World, votes: np.ndarray, mode: str, seed: int, rounds: int | None) -> tuple:
    """(share of calls saved after phase 1, after phase 2, gold answers that differ)."""
    battles = scheduled(arena.n, len(arena.quality), mode)
    i, a, d = battles.T
    cast = votes[i, a, d]
    all_judges = np.full(len(cast), cast.shape[1])
    asked = dense.fix_results(cast)
    results = [
        (np.sign(np.subtract(*dense.tally(cast, many)[:2])) + 1) / 2 for many in (asked, all_judges)
    ]
    assert (results[0] == results[1]).all(), "a result differs: ratings are not exact"
    draw = rng("bench-arena", "elo", seed)
    orders = np.stack([draw.permutation(len(i)) for _ in range(simulation.ORDERS)])
    mean = elo.elo_orders(a, d, results[0], orders, arena.n, 40, 1000).mean(0)
    x = elo.expected(mean[a], mean[d])
    bought = dense.fix_gold(cast, asked, a, d, i, x, arena.precedence, ALPHA, rounds)
    full, cheap = (crowned(battles, cast, many, x, arena) for many in (all_judges, bought))
    return *(1 - many.sum() / cast.size for many in (asked, bought)), int((full != cheap).sum())


def show_lossless(n: int, modes: list[str], kinds: dict[str, Judges], arenas, instructions) -> None:
    bound = dense.saving_bound(0.8, n - 2)
    print(
        f"\n{n} experts, {n - 2} judges, lossless; {arenas} arenas of {instructions} instructions"
    )
    print(f"nothing that fixes every result saves more than {bound:.1%} (independent, no ties)")
    print("judges, right in 80 %    schedule      phase 1   both   both, 2 rounds   gold differs")
    for name, judges in kinds.items():
        for mode in modes:
            runs = []
            for seed in range(arenas):
                arena = world(n, instructions, seed)
                votes = arena.votes(judges, rng("bench-arena", "votes", n, seed))
                runs.append([lossless(arena, votes, mode, seed, limit) for limit in (None, 2)])
            (first, free, wrong), (_, limited, also_wrong) = np.mean(runs, 0)
            assert wrong == also_wrong == 0, "gold differs"
            print(f"{name:24} {mode:12} {first:8.1%} {free:6.1%} {limited:11.1%} {0:14}")
            assert n != 5 or judges != PLAIN or limited >= 0.15, "less than 15 % saved"


# --- budgeted pairing and skipping --------------------------------------------------------------


def outcome(arena: World, x: np.ndarray, s: np.ndarray, seed) -> tuple[np.ndarray, np.ndarray]:
    """Gold answers, and Bradley-Terry scores, of local scores x and results s of all battles."""
    elo = simulation.elo(s, rng("bench-arena", "elo", seed))
    e = completion.scores(x, elo, ALPHA)
    return simulation.gold(e, arena.precedence), simulation.bradley_terry(s, np.ones_like(s))


def evenly(wins: np.ndarray, seed) -> tuple:
    """(battles asked, votes heard, weights) where the budget buys battles drawn evenly."""
    nothing = np.zeros(wins.shape, dtype=bool)
    count, n = wins.shape[:2]
    audits = np.full(count, BUDGET[n] * n * (n - 1) / 2)
    drawn = pairing.audited(nothing, nothing, audits, seed, 1)
    return drawn.battles, wins * drawn.battles, pairing.weights([drawn])


def paired(wins: np.ndarray, how: str, seed) -> tuple:
    """The same of a mode of `arena.judging`."""
    budget = None if how == "skipping" else BUDGET[wins.shape[1]]
    rounds, heard = simulation.budgeted(wins, how, budget, ALPHA, seed)
    asked = np.logical_or.reduce([each.battles for each in rounds])
    return asked, heard, pairing.weights(rounds)


def runs(arena: World, first: np.ndarray, again: np.ndarray, seed) -> dict:
    """Mode → (asked, x, s, results as voted, weights)."""
    n, (x, s), (other_x, other_s) = arena.n, *map(completion.results, (first, again))
    all_pairs = np.broadcast_to(~np.eye(n, dtype=bool), s.shape)
    found = {"retest": (all_pairs, other_x, other_s, other_s, all_pairs)}
    for how in ("random", "swiss", "information", "skipping"):
        asked, heard, weight = evenly(first, seed) if how == "random" else paired(first, how, seed)
        latent = completion.fit(heard)
        found[how] = asked, *completion.complete(heard, asked, n - 2, latent), s, weight
    # What skipping would be without a prediction from votes on the same answers.
    strength = simulation.bradley_terry(s, weight)
    expected = strength[:, None] / np.maximum(strength[:, None] + strength, 1e-12)
    taken = (np.where(asked, known, expected) for known in (x, s))
    return found | {"skipping, X": (asked, *taken, s, weight)}


def show_budgeted(n: int, name: str, judges: Judges, arenas: int, instructions: int) -> None:
    rows = {}
    for seed in range(arenas):
        arena = world(n, instructions, seed)
        draw = rng("bench-arena", "votes", n, seed)
        first, again = ((arena.votes(judges, draw) > 0).sum(3, dtype=float) for _ in range(2))
        full, rating = outcome(arena, *completion.results(first), [seed, "full"])
        found = runs(arena, first, again, seed)
        for mode, (asked, x, s, voted, weight) in found.items():
            gold, strength = outcome(arena, x, s, [seed, mode])
            weighted = simulation.bradley_terry(voted, weight)
            rows.setdefault(mode, []).append(
                (
                    1 - asked.sum() / (n * (n - 1) * instructions),
                    (gold != full).mean(),
                    kendalltau(rating, strength).statistic,
                    kendalltau(rating, weighted).statistic,
                    arena.points(gold) - arena.points(full),
                )
            )
    print(f"\n{n} experts, judges: {name}; {arenas} arenas of {instructions} instructions")
    print("mode                 calls saved  gold differs    tau  tau, weighted  true quality")
    means = {mode: np.mean(each, 0) for mode, each in rows.items()}
    for mode, (saved, differs, tau, weighted, points) in means.items():
        reached = (
            saved >= TARGETS.get(n, 1)
            and differs <= means["retest"][1]
            and tau >= 0.95
            and abs(points) <= 1
        )
        print(
            f"{mode:20} {saved:11.1%} {differs:13.1%} {tau:6.3f} {weighted:14.3f} {points:+13.2f}"
            + ("  all targets" if reached else "")
        )


def show_loads() -> None:
    """Calls that further model loads are worth, with the assumptions of `make scale`."""
    a = Assumptions()
    prompt = a.template + a.instruction + 2 * a.answer
    call = 2e9 * 72.7 * (prompt / a.read + a.verdict / a.write) / a.flops
    load = 60 * a.load * 4 / call
    print(f"\na load of a 72.7 B judge on 4 GPUs is worth {load:.0f} of its calls")
    print("further loads of all judges, as a share of full's calls on 70,000 instructions:")
    for mode, n, battles, loads in (
        # Of five judges in turn the first two are asked everything at once, three up to twice more.
        ("lossless, single", 5, 1, 6),
        ("lossless, attacker", 5, 4, 6),
        ("lossless, round_robin", 5, 10, 6),
        ("swiss, 3 rounds", 10, 45, 2 * 10),
        ("information, 4 rounds", 10, 45, 3 * 10),
        ("information, 4 rounds", 20, 190, 3 * 20),
        ("skipping, 2 rounds", 10, 45, 10),
    ):
        print(f"{mode:22} {n:2} experts {loads * load / (70_000 * battles * (n - 2)):7.2%}")


def main(*experts: int) -> None:
    kinds = {
        "any gap": PLAIN,
        "any gap, biased": Judges(noise="constant", ties=0),
        "any gap, biased, ties": Judges(noise="constant"),
        "wide gaps, biased, ties": Judges(),
    }
    for n in experts or SIZES:
        arenas, instructions = SIZES[n]
        modes = ["single", "attacker", "round_robin"] if n == 5 else ["round_robin"]
        show_lossless(n, modes, kinds, arenas, instructions if n == 5 else 100)
        for name in list(kinds)[2:]:
            show_budgeted(n, name, kinds[name], arenas, instructions)
    show_loads()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
