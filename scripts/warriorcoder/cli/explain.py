"""`warriorcoder explain`, the history of one mined row, and a search for rows."""

import argparse
import json
import random
import textwrap
from pathlib import Path

from warriorcoder.cli import terminal
from warriorcoder.cli.errors import InputError
from warriorcoder.cli.options import file

WIDTH, LONGEST = 100, 40  # columns, and lines of a quoted text
CHOICES = ("search", "overruled", "disagree")


def register(commands) -> None:
    """Add the parser of `explain`."""
    parser = commands.add_parser(
        "explain",
        help="print the history of one row, or find rows",
        description="Print from the files of a run where a row was mined, why it was kept or "
        "dropped, all answers to it, what each judge wrote and who won by how much. Without "
        "ROW_ID, list the instructions of a roster that all options ask for, or explain one of "
        "them (--random).",
    )
    parser.add_argument(
        "id", metavar="ROW_ID", nargs="?", help="as in the tables: expert:sampling:row"
    )
    parser.add_argument("--config", type=file, metavar="FILE", default="config/miniature.yaml")
    parser.add_argument(
        "--roster", metavar="NAME", help="the arena's roster (default: the one with most experts)"
    )
    parser.add_argument("--search", metavar="TEXT", help="instructions that hold a text")
    parser.add_argument(
        "--overruled", action="store_true", help="instructions on which ratings reversed the votes"
    )
    parser.add_argument(
        "--disagree", action="store_true", help="instructions on which judges disagreed, most first"
    )
    parser.add_argument("--random", action="store_true", help="explain one of them, drawn anew")
    parser.add_argument("--json", action="store_true", help="print JSON with all texts whole")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Print the history of a row, or a list of rows.

    Raises:
        InputError: the config, roster or row does not exist, or a file of the run is broken.
    """
    from warriorcoder.config import reading
    from warriorcoder.core import tables
    from warriorcoder.report.row import Row

    chosen = any(getattr(arguments, name) for name in CHOICES)
    if bool(arguments.id) == (chosen or arguments.random):
        raise InputError("give either a ROW_ID, or --search, --overruled, --disagree or --random.")
    try:
        spec = reading.load(arguments.config)
    except reading.ConfigError as error:
        raise InputError(str(error)) from None
    roster = _roster(spec, arguments)
    try:
        if arguments.id:
            _explain(Row(spec, roster, _known(spec, arguments.id)), arguments.json)
        else:
            _find(spec, roster, arguments)
    except tables.TableError as error:
        raise InputError(str(error)) from None


def _explain(row, as_json: bool) -> None:
    from warriorcoder.report import row_history
    from warriorcoder.report.row import Quote

    chapters = list(row_history.tell(row))
    if as_json:
        told = [{"title": each.title, "lines": each.lines} for each in chapters]
        story = None if any(each.end for each in chapters) else _story(row)
        _print_json({"id": row.id, "roster": row.roster, "chapters": told, "story": story})
        return
    terminal.say(f"{row.id}, roster {row.roster}")
    for number, chapter in enumerate(chapters, 1):
        terminal.say(f"\n{number} {chapter.title}")
        for line in chapter.lines:
            terminal.say(_quoted(line) if isinstance(line, Quote) else _wrapped(line))


def _story(row) -> dict:
    """Return a row's answers, battles and votes with all texts."""
    files, rating = _arena(row)
    line = files.outline(rating).filter(id=row.id)
    return next(iter(files.stories(row.expert, line, rating)))


def _find(spec, roster: str, arguments: argparse.Namespace) -> None:
    """List the instructions that the options ask for, or explain one of them."""
    import polars as pl

    from warriorcoder.report.row import Row

    files, rating = _arena(Row(spec, roster, ""))
    lines = files.outline(rating)
    found = lines
    if arguments.search:
        text = pl.col("text").str.to_lowercase()
        found = found.filter(text.str.contains(arguments.search.lower(), literal=True))
    if arguments.overruled:
        found = found.filter("overruled")
    if arguments.disagree:
        found = found.filter(pl.col("disagreement") > 0).sort(
            "disagreement", descending=True, maintain_order=True
        )
    if arguments.random:
        if found.is_empty():
            raise InputError(
                f"none of the {len(lines)} instructions of roster {roster} is like that. Leave an "
                "option out."
            )
        _explain(Row(spec, roster, random.choice(found["id"])), arguments.json)
    elif arguments.json:
        _print_json(found.to_dicts())
    else:
        for line in found.iter_rows(named=True):
            terminal.say(_line(line))
        terminal.say(f"{len(found)} of {len(lines)} instructions of roster {roster}")


def _arena(row):
    """Return the files of a row's roster, and the section `rating` that scored its battles."""
    from warriorcoder.config.rating import Rating
    from warriorcoder.report.battles.files import Files

    made = row.record(f"gold/{row.roster}/scored.parquet")
    return Files.of_results(row.config.results, made), Rating.recorded(made["rating"])


def _line(line: dict) -> str:
    """Return an instruction of the outline as one line of the terminal."""
    won = line["winner"]
    if line["margin"] is not None:
        won += f" by {line['margin']:.3f}"
    marks = " overruled" if line["overruled"] else ""
    if line["disagreement"]:
        marks += f" votes differ {line['disagreement']:.0%}"
    start = f"{line['id']}  {won}{marks}  "
    return start + textwrap.shorten(line["text"], max(WIDTH - len(start), 30), placeholder="…")


def _print_json(value) -> None:
    # ASCII, so that a text is data to the terminal, and is read back as it was.
    terminal.say(json.dumps(value, indent=2))


def _roster(spec, arguments: argparse.Namespace) -> str:
    """Return the roster in the options, or the main roster of the row's author."""
    from warriorcoder.report.comparison import main_roster

    author = (arguments.id or "").split(":")[0]
    named = {name: spec.rosters[name].model_dump() for name in spec.crowned}
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
        lines = [*lines[: LONGEST - 1], f"… {len(lines) - LONGEST + 1} more lines (--json has all)"]
    return "\n".join(f"    │ {line}".rstrip() for line in lines)
