"""The page "What was run": code, machine, versions and config of a run."""

import os
import platform
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import polars as pl

from warriorcoder.report import reproduction
from warriorcoder.report.pages import Page, Table

ROOT = Path(__file__).parents[3]
PACKAGES = ("snakemake", "torch", "transformers", "vllm", "deepspeed", "evalplus", "polars")
CAPTION = (
    "The commit, the machine and the packages are of the job that wrote this page. Other jobs may "
    "have run on other machines, or before a change that did not touch their results."
)


def page(name: str, config: Mapping) -> Page:
    """Return the page of the run of `config`, as plain values."""
    settings = [(path, *values) for path, values in reproduction.differing(config).items()]
    changes = pl.DataFrame(
        settings, schema=dict.fromkeys(reproduction.SETTINGS, pl.String), orient="row"
    )
    whole = pl.DataFrame(list(_flat(config)), schema=["key", "value"], orient="row")
    tables = [
        Table(pl.DataFrame(_facts(), schema=["what", "value"], orient="row")),
        Table(changes, "Settings that differ from the paper's"),
        Table(whole, "Config, defaults included, without empty values"),
    ]
    return Page(f"{name}: what was run", tables, [], [CAPTION])


def _facts() -> list[tuple[str, str]]:
    facts = [
        ("written", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"),
        ("commit", commit(ROOT)),
        ("machine", f"{platform.system()} {platform.release()}, {platform.machine()}"),
        ("processors", str(os.cpu_count())),
        ("Python", platform.python_version()),
    ]
    return [*facts, *((name, _version(name)) for name in PACKAGES if _version(name))]


def commit(folder: Path) -> str:
    """Return the commit of a folder, and whether files differ from it."""
    try:
        head, changed = (
            subprocess.run(
                ["git", "-C", str(folder), *command],
                capture_output=True,
                text=True,
                check=True,
            ).stdout.strip()
            for command in (["rev-parse", "HEAD"], ["status", "--porcelain", "-uno"])
        )
    except (OSError, subprocess.CalledProcessError):
        return "not a git repository"
    return f"{head}, with changed files" if changed else head


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _flat(values: Mapping, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield (dotted key, value) of the keys with a value. Items of a list are named or numbered."""
    for key, value in values.items():
        if isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
            value = {item.get("name", str(n)): item for n, item in enumerate(value)}
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{prefix}{key}.")
        elif isinstance(value, list) and value:
            yield f"{prefix}{key}", ", ".join(map(str, value))
        elif value not in (None, {}, []):
            yield f"{prefix}{key}", str(value)
