"""`warriorcoder publish`, data sets, models and the report of a run for the hub."""

import argparse
import re
from datetime import UTC, datetime
from pathlib import Path

from warriorcoder.cli import finished, terminal
from warriorcoder.cli.errors import InputError
from warriorcoder.cli.finished import SUMMARY
from warriorcoder.cli.options import file

NAMESPACE = re.compile(r"[A-Za-z0-9][\w.-]*")
VERSION = re.compile(r"\d+\.\d+\.\d+")


def register(commands) -> None:
    """Add the parser of `publish`."""
    parser = commands.add_parser(
        "publish",
        help="publish data sets, models and the report on the hub",
        description="Write a folder for each repository: the data set and the model of each "
        "roster, with cards, licences and Croissant metadata, and the report. --push uploads them. "
        "Without it, nothing leaves this machine.",
    )
    add = parser.add_argument
    add("results", type=file, metavar="RESULTS", help="the folder of results of a finished run")
    add("--namespace", required=True, metavar="NAME", help="account or organization on the hub")
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--dry-run", action="store_true", help="write the folders and upload nothing")
    how.add_argument("--push", action="store_true", help="write the folders and upload them")
    add("--roster", metavar="NAME", action="append", help="only this roster; may be repeated")
    add("--to", type=file, metavar="DIR", default="publish", help="for the folders (%(default)s)")
    add("--public", action="store_true", help="repositories that everybody sees (else private)")
    add("--version", metavar="X.Y.Z", default="1.0.0", help="of the data sets (%(default)s)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Write the folders of a run, and upload them if asked to.

    Raises:
        InputError: the run is not finished, an option is invalid, or the hub refused a repository.
    """
    from warriorcoder.publish.staging import Release

    results = Path(arguments.results)
    if not NAMESPACE.fullmatch(arguments.namespace):
        raise InputError(f"--namespace {terminal.word(arguments.namespace)}: is no account name.")
    if not VERSION.fullmatch(arguments.version):
        raise InputError(f"--version {terminal.word(arguments.version)}: write it as 1.0.0.")
    record = _record(results)
    sources = {name: roster.get("trains_on") for name, roster in record["rosters"].items()}
    rosters = arguments.roster or [name for name, source in sources.items() if not source]
    for roster in rosters:
        if sources.get(roster):
            raise InputError(
                f"--roster {roster}: it trains on the gold answers of {sources[roster]}, and has "
                "no data set of its own to publish. Choose another."
            )
        if roster not in record["rosters"]:
            raise InputError(
                f"{results}: no roster {terminal.word(roster)!r}. It has "
                f"{', '.join(record['rosters'])}."
            )
    date = f"{datetime.now(UTC):%Y-%m-%d}"
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", record["name"]).strip("-.")
    release = Release(results, arguments.namespace, name, arguments.version, date)
    try:
        repositories = release.stage(rosters, Path(arguments.to))
    except ValueError as error:
        raise InputError(str(error)) from None
    for each in repositories:
        size = sum(path.stat().st_size for path in each.files)
        terminal.say(
            f"{each.kind:8}{each.id}  {len(each.files)} files, {size / 1e6:.1f} MB, {each.folder}"
        )
        if arguments.push:
            terminal.say(f"        {_push(each, arguments.public)}")
    if arguments.dry_run:
        terminal.say("Nothing was uploaded. Read the cards, then use --push instead of --dry-run.")


def _push(repository, public: bool) -> str:
    import httpx2
    from huggingface_hub.errors import HfHubHTTPError, LocalTokenNotFoundError

    from warriorcoder.publish import hub

    try:
        return hub.push(repository, public)
    except (HfHubHTTPError, LocalTokenNotFoundError, httpx2.HTTPError, OSError) as error:
        said = " ".join(str(error).split())
        raise InputError(
            f"{repository.id}: not uploaded ({said}). Log in (hf auth login) as an account that "
            "may write there, with HF_HUB_OFFLINE=0. The same command goes on."
        ) from None


def _record(results: Path) -> dict:
    """Return the record of a finished run.

    Raises:
        InputError: the run is not finished.
    """
    if not (results / SUMMARY).exists():
        raise InputError(
            f"{results}: no finished run, because {SUMMARY} is missing. Give a folder of results, "
            "or run snakemake with its config again."
        )
    keys = ("name", "rosters")
    return finished.read(results, lambda found: {key: found["record"][key] for key in keys})
