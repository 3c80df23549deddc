"""The summary of a finished run, for commands that take a folder of results."""

import json
from collections.abc import Callable
from pathlib import Path

from warriorcoder.cli.errors import InputError

SUMMARY = "report/summary.json"


def read(results: Path, pick: Callable[[dict], dict]) -> dict:
    """Return what `pick` takes from the summary in a folder of results.

    Raises:
        InputError: the summary is no JSON or lacks a key.
    """
    path = results / SUMMARY
    try:
        return pick(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError) as error:
        raise InputError(
            f"{path}: not complete ({error}). Delete it and run snakemake again."
        ) from None
