"""A mined row in a folder of results: its rows in the tables, records of files, and chapters."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from warriorcoder.config.whole import Config
from warriorcoder.core import tables
from warriorcoder.provenance import records


@dataclass(frozen=True)
class Row:
    """A mined row `id` of `config`'s results, seen from one roster."""

    config: Config
    roster: str
    id: str

    def path(self, name: str) -> Path:
        """Return the path of a result file."""
        return Path(self.config.results) / name

    def paths(self, pattern: str) -> list[Path]:
        """Return files that match, parts in the order of their numbers."""
        found = Path(self.config.results).glob(pattern)
        return sorted(found, key=lambda path: (path.parent, len(path.name), path.name))

    def read(self, table: tables.Table, *paths: Path, column: str = "id") -> list[dict]:
        """This row's rows in files of `table`, read one by one."""
        frames = [tables.read(table, path).filter(pl.col(column) == self.id) for path in paths]
        return [row for frame in frames for row in frame.iter_rows(named=True)]

    def record(self, name: str) -> dict:
        """Return the record of a file.

        Raises:
            tables.TableError: the file is missing or incomplete, or holds no record.
        """
        path = self.path(name)
        if not path.exists():
            raise tables.TableError(f"{path}: no such file. Run snakemake, which makes it.")
        if (found := records.read(path)) is None:
            raise tables.TableError(f"{path}: it holds no record. Delete it and run snakemake.")
        return found

    @property
    def expert(self) -> str:
        """Return the author in the row's id."""
        return self.id.split(":")[0]

    @property
    def sampling(self) -> str:
        """Return the sampling config in the row's id."""
        return self.id.split(":")[1]


class Quote(str):
    """A text that a model wrote."""


@dataclass(frozen=True)
class Chapter:
    """A stage, and what it did to the row; `end` where the row went no further."""

    title: str
    lines: list[str]
    end: bool = False
