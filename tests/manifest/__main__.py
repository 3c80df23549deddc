"""`python -m manifest compare A B | write | check | replays`."""

import argparse
import json
import os
import sys
from pathlib import Path

import pytest

from manifest import differences, golden, replays

FOLDER = Path(__file__).parent
REPLAYS = FOLDER / "replays.json"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m manifest", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("compare", help="compare two result folders row by row")
    command.add_argument("old", type=Path)
    command.add_argument("new", type=Path)
    for name, text in (
        ("write", "write the manifest of a finished run"),
        ("check", "check a finished run against the manifest"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("--results", type=Path, default=Path("results"))
        command.add_argument("--cache", type=Path, default=Path(".cache/rows"))
        command.add_argument("--manifest", type=Path, default=FOLDER / "miniature.json")
    command = commands.add_parser("replays", help="score published samples and references")
    command.add_argument("--workers", type=int, default=os.cpu_count())
    command.add_argument("--write", action="store_true", help=f"write {REPLAYS.name}")
    arguments = parser.parse_args()
    if arguments.command == "compare":
        report(differences.of_folders(arguments.old, arguments.new))
    elif arguments.command == "write":
        write(arguments.manifest, golden.of_run(arguments.results, arguments.cache))
    elif arguments.command == "check":
        check(arguments)
    else:
        score(arguments)


def check(arguments: argparse.Namespace) -> None:
    known, here = json.loads(arguments.manifest.read_text()), golden.processor()
    if known["processor"] != here:
        print(
            f"not compared: the manifest was made on {known['processor']!r}, this is {here!r}. "
            "Models that sample on another processor write other rows."
        )
        return
    report(golden.run_differences(known, arguments.results, arguments.cache))


def score(arguments: argparse.Namespace) -> None:
    try:
        statuses = {each: replays.score(each, arguments.workers) for each in replays.SETS}
    except pytest.skip.Exception as absent:
        sys.exit(str(absent))
    summaries = {each.name: replays.summarise(found) for each, found in statuses.items()}
    if arguments.write:
        write(REPLAYS, summaries)
    known = json.loads(REPLAYS.read_text())
    found = {}
    for each, own in statuses.items():
        found[each.name] = replays.differing_tasks(known.get(each.name), summaries[each.name])
        if each.replay:
            tasks = replays.disagreements(each, own)
            found[each.name] += [f"{task}: not the published status" for task in tasks]
    report(found)


def report(found: dict[str, list[str]]) -> None:
    """Print each name as equal or with its differences; exit with 1 if something differs."""
    for name, lines in found.items():
        print(f"{name}: {'' if lines else 'equal'}".rstrip(), *lines, sep="\n  ")
    differing = sum(map(bool, found.values()))
    print(f"{len(found) - differing} of {len(found)} equal")
    sys.exit(bool(differing))


def write(path: Path, document: dict) -> None:
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
