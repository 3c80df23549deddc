"""`warriorcoder rate`, Elo and Bradley-Terry ratings of any battle log, with intervals."""

import argparse
import sys

from warriorcoder.cli import terminal
from warriorcoder.cli.options import file, positive, writable
from warriorcoder.core.atomic import STANDARD

LARGEST = 1e5  # of K and the first rating: Elo's powers of ten overflow at differences of 123,000
PERMUTATIONS = 200
RESAMPLES = 1000


def register(commands) -> None:
    """Add the parser of `rate`."""
    parser = commands.add_parser(
        "rate",
        help="rate players from a log of battles",
        description="Elo in one order, Elo as the mean over orders, and Bradley-Terry, as name → "
        "score, each with 95 % intervals.",
    )
    add = parser.add_argument
    add(
        "--battles",
        required=True,
        type=file,
        metavar="FILE",
        help="one battle a row, .csv (with a header) or .parquet; its winner is left, right or "
        "tie, or one of Chatbot Arena's words (model_a, model_b, tie (bothbad), both_bad)",
    )
    for side in ("left", "right", "winner"):
        add(f"--{side}", default=side, metavar="COL", help=f"its column ({side})")
    add("--k", type=positive(float, LARGEST), default=40.0, metavar="K", help="Elo's K (40)")
    add(
        "--initial",
        type=positive(float, LARGEST),
        default=1000.0,
        metavar="R",
        help="first rating (1000)",
    )
    add(
        "--order",
        choices=("file", "seeded"),
        default="file",
        help="order of the battles for `elo`: the file's (default), or drawn from the seed",
    )
    add("--seed", type=int, default=0, metavar="N", help="seed of every draw (0)")
    add(
        "--out",
        required=True,
        type=file,
        metavar="FILE",
        help="the ratings, JSON; - is standard output",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Read the log, rate the players, and write and print the ratings.

    Raises:
        FileError: the log cannot be read. Nothing is written.
        InputError: an option or the log is invalid. Nothing is written.
    """
    from warriorcoder.cli import battles
    from warriorcoder.core import tables

    out = writable(arguments.out, battles=arguments.battles)
    log = battles.read(arguments.battles, arguments.left, arguments.right, arguments.winner)
    results = rate(
        log, k=arguments.k, initial=arguments.initial, order=arguments.order, seed=arguments.seed
    )
    tables.write_json(results, out)
    terminal.say(_text(results), sys.stderr if out == STANDARD else sys.stdout)


def rate(log, *, k: float, initial: float, order: str, seed: int) -> dict:
    """Return ratings (name → score), their 95 % intervals and the settings.

    The interval of `elo` comes from battles drawn with replacement, in the same order. The interval
    of `elo_permuted` comes from random orders. The interval of `bradley_terry` comes from battles
    drawn with replacement.
    """
    import numpy as np

    from warriorcoder.arena import bradley_terry, elo
    from warriorcoder.core.seeds import rng

    n, m = len(log.players), len(log.s)
    played = np.arange(m) if order == "file" else rng("elo-order", seed).permutation(m)
    a, d, s = log.a[played], log.d[played], log.s[played]
    draw = rng("elo-bootstrap", seed)
    again = (np.sort(draw.integers(m, size=m)) for _ in range(PERMUTATIONS))
    draw_orders = rng("elo-orders", seed)
    orders = (draw_orders.permutation(m) for _ in range(PERMUTATIONS))
    permuted = elo.elo_orders(log.a, log.d, log.s, orders, n, k, initial)
    table = bradley_terry.wins(a, d, s, n)
    scores = {
        "elo": elo.elo(a, d, s, n, k, initial)[0],
        "elo_permuted": permuted.mean(0),
        "bradley_terry": bradley_terry.scores(table),
    }
    spread = {
        "elo": elo.elo_orders(a, d, s, again, n, k, initial),
        "elo_permuted": permuted,
        "bradley_terry": bradley_terry.bootstrap(
            np.arange(m), log.a, log.d, log.s, n, RESAMPLES, rng("bradley-terry", seed)
        ),
    }
    bounds = {name: np.percentile(each, [2.5, 97.5], axis=0).T for name, each in spread.items()}

    def by_name(values) -> dict:
        return dict(zip(log.players, values.tolist(), strict=True))

    apart = bradley_terry.unconnected(table)
    notes = [
        "bradley_terry: these groups have no wins both ways, so it orders them without distances: "
        + " / ".join(", ".join(log.players[i] for i in group) for group in apart)
    ]
    return {
        **{name: by_name(each) for name, each in scores.items()},
        "intervals": {name: by_name(each) for name, each in bounds.items()},
        "battles": m,
        "k": k,
        "initial": initial,
        "order": order,
        "seed": seed,
        "permutations": PERMUTATIONS,
        "resamples": RESAMPLES,
        "notes": [*log.notes, *(notes if apart else [])],
    }


def _text(results: dict) -> str:
    """Return one line per player, the best by Bradley-Terry first, then the notes."""
    best = sorted(results["bradley_terry"], key=lambda name: -results["bradley_terry"][name])
    width = max(len(terminal.word(name)) for name in best)
    lines = [f"{'':{width}}  {'elo':>7}  {'elo_permuted':>22}  {'bradley_terry':>22}"]
    for name in best:
        cells = [f"{results['elo'][name]:7.1f}"]
        for method, digits in (("elo_permuted", 1), ("bradley_terry", 4)):
            low, high = results["intervals"][method][name]
            value = results[method][name]
            cells.append(f"{f'{value:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]':>22}")
        lines.append("  ".join([f"{terminal.word(name):{width}}", *cells]))
    return "\n".join([*lines, *map(terminal.word, results["notes"])])
