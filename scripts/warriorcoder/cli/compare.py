"""`warriorcoder compare`, the differences of finished runs, each with a paired test."""

import argparse
import json
from pathlib import Path
from string import ascii_uppercase

from warriorcoder.cli import finished, terminal
from warriorcoder.cli.errors import InputError
from warriorcoder.cli.finished import SUMMARY
from warriorcoder.cli.options import file, writable
from warriorcoder.core.atomic import STANDARD


def register(commands) -> None:
    """Add the parser of `compare`."""
    parser = commands.add_parser(
        "compare",
        help="compare finished runs, or rosters of a run",
        description="Compare each RUN with the first: config and code, each figure with a paired "
        "test on the same problems, problems that flipped, the smallest difference that the "
        "problems could show, and gold answers that changed.",
    )
    add = parser.add_argument
    add(
        "runs",
        metavar="RUN",
        nargs="+",
        type=file,
        help="a folder of results, which stands for its main roster, or FOLDER:MODEL for a roster, "
        "base or another scored model",
    )
    add(
        "--benchmark",
        metavar="NAME",
        action="append",
        default=[],
        help="compare only this benchmark of the config; may be repeated",
    )
    add("--html", type=file, metavar="FILE", help="write a page")
    add("--json", type=file, metavar="FILE", help="write all values; - is standard output")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Compare each run with the first one, and print and write what differs.

    Raises:
        InputError: a run is not finished, or two runs share no problems. Nothing is written.
    """
    if not 2 <= len(arguments.runs) <= len(ascii_uppercase):
        raise InputError(f"give 2 to {len(ascii_uppercase)} runs, not {len(arguments.runs)}.")
    outputs = {
        option: writable(getattr(arguments, option), option=option)
        for option in ("html", "json")
        if getattr(arguments, option)
    }
    from warriorcoder.core import tables
    from warriorcoder.core.atomic import atomic
    from warriorcoder.report.paired import page
    from warriorcoder.report.paired.comparing import Comparison
    from warriorcoder.report.paired.sides import NotComparable

    sides = [
        _side(name, text, tuple(arguments.benchmark))
        for name, text in zip(ascii_uppercase, arguments.runs, strict=False)
    ]
    try:
        found = [Comparison.of(sides[0], other) for other in sides[1:]]
    except NotComparable as error:
        raise InputError(str(error)) from None
    legend = [f"{side.name} is {side.model} of {side.results}" for side in sides]
    if outputs.get("json") != STANDARD:
        texts = ["\n".join(legend), *(page.text(each) for each in found)]
        terminal.say("\n\n".join(texts))
    if "html" in outputs:
        made = page.page("Comparison", found, [f"{'. '.join(legend)}."])
        with atomic(outputs["html"]) as temporary:
            temporary.write_text(made.html(), encoding="utf-8")
    if "json" in outputs:
        told = {"comparisons": [each.as_dict() for each in found]}
        tables.write_json(json.loads(json.dumps(told)), outputs["json"])


def _side(name: str, text: str, benchmarks: tuple[str, ...]):
    """Return the side that an argument names.

    Raises:
        InputError: the folder holds no finished run, or the run has no such model.
    """
    from warriorcoder.report.paired.sides import Side

    folder, model = text, ""
    if not Path(text).exists() and ":" in text:
        folder, _, model = text.rpartition(":")
    summary = _summary(Path(folder))
    model = model or summary["main_roster"]
    models = list(summary["benchmarks"])
    if model not in models:
        raise InputError(
            f"{folder}: no benchmark results of {terminal.word(model)!r}. It has "
            f"{', '.join(models) or 'none'}."
        )
    return Side(name, Path(folder), model, benchmarks)


def _summary(folder: Path) -> dict:
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder. Give the folder of results of a run.")
    if not (folder / SUMMARY).exists():
        inner = folder / "results"
        if (inner / SUMMARY).exists():
            raise InputError(f"{folder}: no folder of results. Did you mean {inner}?")
        raise InputError(
            f"{folder}: the run is not finished, because {SUMMARY} is missing. Run snakemake with "
            "its config again, which continues it."
        )
    keys = ("main_roster", "benchmarks")
    return finished.read(folder, lambda found: {key: found[key] for key in keys})
