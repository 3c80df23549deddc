"""`warriorcoder explain`, the history of one mined row."""

import argparse
import textwrap
from pathlib import Path

from warriorcoder.cli import terminal
from warriorcoder.cli.errors import InputError
from warriorcoder.cli.options import file

WIDTH, LONGEST = 100, 14  # columns, and lines of a quoted text


def register(commands) -> None:
    """Add the parser of `explain`."""
    parser = commands.add_parser(
        "explain",
        help="print the history of one row",
        description="Print from the files of a run where a row was mined, why it was kept or "
        "dropped, who answered it, how each judge voted and who won by how much.",
    )
    parser.add_argument("id", metavar="ROW_ID", help="as in the tables: expert:sampling:row")
    parser.add_argument("--config", type=file, metavar="FILE", default="config/miniature.yaml")
    parser.add_argument(
        "--roster", metavar="NAME", help="the arena's roster (default: the one with most experts)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Print the history of a row.

    Raises:
        InputError: the config, roster or row does not exist, or a file of the run is broken.
    """
    from warriorcoder.config import reading
    from warriorcoder.core import tables
    from warriorcoder.report import row_history
    from warriorcoder.report.row import Row

    try:
        spec = reading.load(arguments.config)
    except reading.ConfigError as error:
        raise InputError(str(error)) from None
    try:
        row = Row(spec, _roster(spec, arguments), _known(spec, arguments.id))
        terminal.say(f"{row.id}, roster {row.roster}")
        for number, chapter in enumerate(row_history.tell(row), 1):
            terminal.say(f"\n{number} {chapter.title}")
            for line in chapter.lines:
                terminal.say(
                    _quoted(line) if isinstance(line, row_history.Quote) else _wrapped(line)
                )
    except tables.TableError as error:
        raise InputError(str(error)) from None


def _roster(spec, arguments: argparse.Namespace) -> str:
    """Return the roster in the options, or the main roster of the row's author."""
    from warriorcoder.report.comparison import main_roster

    author = arguments.id.split(":")[0]
    named = {name: roster.model_dump() for name, roster in spec.rosters.items()}
    theirs = {name: roster for name, roster in named.items() if author in roster["experts"]}
    if arguments.roster is None:
        return main_roster(theirs or named)
    if arguments.roster not in named:
        raise InputError(
            f"--roster {arguments.roster}: no such roster. Choose from {', '.join(named)}."
        )
    if arguments.roster not in theirs and author in [expert.name for expert in spec.experts]:
        raise InputError(
            f"--roster {arguments.roster}: {author} is not in it. Choose from {', '.join(theirs)}."
        )
    return arguments.roster


def _known(spec, id: str) -> str:
    """Return `id` if the run mined it.

    Raises:
        InputError: it did not. The message names the nearest rows.
    """
    from difflib import get_close_matches

    import pyarrow.parquet as pq

    def ids(shard: str) -> list[str]:
        expert, sampling = shard.split(":")
        parts = Path(spec.results, "mined", expert, sampling).glob("*.parquet")
        return [str(i) for part in parts for i in pq.read_table(part, columns=["id"])["id"]]

    mined = Path(spec.results) / "mined"
    shards = [":".join(path.relative_to(mined).parts) for path in sorted(mined.glob("*/*"))]
    if not shards:
        raise InputError(f"{mined}: nothing was mined. Run snakemake, or give another --config.")
    shard, _, number = id.rpartition(":")
    if shard in shards and id in ids(shard):
        return id
    wanted = int(number) if number.isdigit() else 0
    near = [shard] if shard in shards else get_close_matches(shard or id, shards, 3, 0)
    found = [
        min(ids(each), key=lambda one: abs(int(one.rpartition(":")[2]) - wanted)) for each in near
    ]
    raise InputError(f"{id}: no such row in {mined}. Close to it are: {', '.join(found)}")


def _wrapped(line: str) -> str:
    indent = "  " + " " * (len(line) - len(line.lstrip()))
    return textwrap.fill(
        line.strip(), WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  "
    )


def _quoted(text: str) -> str:
    """Return a model's text behind a bar, cut to `LONGEST` lines, without control characters."""
    shown = "".join(c if c.isprintable() or c == "\n" else " " for c in text.strip().expandtabs(4))
    lines = [
        piece
        for line in shown.split("\n")
        for piece in (textwrap.wrap(line, WIDTH - 6, drop_whitespace=False) or [""])
    ]
    if len(lines) > LONGEST:
        lines = [*lines[: LONGEST - 1], f"… {len(lines) - LONGEST + 1} more lines"]
    return "\n".join(f"    │ {line}".rstrip() for line in lines)
