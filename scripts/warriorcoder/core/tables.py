"""Parquet tables: declared once, checked when read, written whole, same bytes for same rows."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from warriorcoder.core.atomic import atomic

SCHEMA_VERSION = 1
TEXT, INT, REAL, FLAG = pl.String, pl.Int64, pl.Float64, pl.Boolean


@dataclass(frozen=True)
class Table:
    """A table's name, kept in each of its files, and its columns in order: name → type."""

    name: str
    schema: dict[str, pl.DataType]


class TableError(ValueError):
    """A table that is missing, truncated or not what it should be."""


def write(frame: pl.DataFrame, table: Table, path: str | Path, record: dict | None = None) -> None:
    """Write `frame` as `table`: declared columns and types; renamed into place when whole.

    `record` is what made it (a rule's params): it is kept in the file.
    """
    write_arrow(_arrow(frame, table, path), path, table.name, record)


def write_arrow(arrow: pa.Table, path: str | Path, name: str, record: dict | None = None) -> None:
    """Write any Arrow table under a name, atomically and reproducibly."""
    arrow = arrow.replace_schema_metadata(_metadata(name, record))
    with atomic(path) as temporary:
        pq.write_table(arrow, temporary, compression="zstd", write_statistics=False)


def write_groups(
    frames: Iterable[pl.DataFrame], table: Table, path: str | Path, record: dict | None = None
) -> None:
    """Write `table` frame by frame, a row group each: only one is in memory at a time."""
    schema = _arrow(pl.DataFrame(schema=table.schema), table, path).schema
    schema = schema.with_metadata(_metadata(table.name, record))
    options = {"compression": "zstd", "write_statistics": False}
    with atomic(path) as temporary, pq.ParquetWriter(temporary, schema, **options) as writer:
        for frame in frames:
            writer.write_table(_arrow(frame, table, path).replace_schema_metadata(schema.metadata))


class Groups:
    """A file of `table` to be read by row group.

    Raises:
        TableError: as `read`.
    """

    def __init__(self, table: Table, path: str | Path):
        self.table, self.path = table, Path(path)
        self.file = _checked(self.path, table, pq.ParquetFile)

    def __len__(self) -> int:
        return self.file.num_row_groups

    def read(self, group: int, columns: list[str] | None = None) -> pl.DataFrame:
        """The rows of one group."""
        columns = columns or list(self.table.schema)
        return pl.from_arrow(self.file.read_row_group(group, columns, use_threads=False))


def _arrow(frame: pl.DataFrame, table: Table, path: str | Path) -> pa.Table:
    schema = table.schema
    if set(schema) != set(frame.columns):
        raise TableError(f"{path}: {table.name} needs columns {list(schema)}, not {frame.columns}")
    return frame.select(pl.col(name).cast(kind) for name, kind in schema.items()).to_arrow()


def _metadata(name: str, record: dict | None) -> dict[str, str]:
    said = {"table": name, "schema_version": SCHEMA_VERSION, "record": record}
    return {"warriorcoder": json.dumps(said, sort_keys=True)}


def read(table: Table, *paths: str | Path, without: tuple[str, ...] = ()) -> pl.DataFrame:
    """The rows of one or several files of `table`, in the order of `paths`.

    Columns named in `without` are left in the files: `raw` texts are most of their bytes.

    Raises:
        TableError: a file is missing, truncated or foreign; names file, column and fix.
    """
    schema = {name: kind for name, kind in table.schema.items() if name not in without}
    frames = [_read(table, schema, Path(path)) for path in paths]
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)


def facts(path: str | Path) -> dict:
    """What a file says of itself: its table, schema version and record."""
    metadata = pq.read_schema(path).metadata or {}
    return json.loads(metadata.get(b"warriorcoder", b"{}"))


def _read(table: Table, schema: dict, path: Path) -> pl.DataFrame:
    frame = pl.from_arrow(_checked(path, table, partial(_columns, names=list(schema))))
    for name, kind in schema.items():
        if name not in frame.columns:
            raise TableError(f"{path}: column {name!r} is missing; {_fix(path)}")
        if frame.schema[name] != kind:
            raise TableError(
                f"{path}: column {name!r} is {frame.schema[name]}, not {kind}; {_fix(path)}"
            )
    return frame


def _columns(path: Path, names: list[str]) -> pa.Table:
    """Those columns of a file that it has."""
    file = pq.ParquetFile(path)
    return file.read([name for name in names if name in file.schema_arrow.names])


def _fix(path: Path) -> str:
    return f"delete it and run again: rm '{path}'"


def _checked(path: Path, table: Table, reader: Callable):
    """What `reader` makes of a file that is whole and holds `table`."""
    fix = _fix(path)
    try:
        said = facts(path)
        found = reader(path)
    except FileNotFoundError:
        raise TableError(f"{path}: no such file; run the rule that makes it") from None
    except (pa.ArrowException, OSError, ValueError) as error:
        raise TableError(f"{path}: not a whole Parquet file ({error}); {fix}") from None
    if said.get("table") != table.name:
        raise TableError(f"{path}: holds table {said.get('table')!r}, not {table.name!r}; {fix}")
    if said["schema_version"] != SCHEMA_VERSION:
        raise TableError(
            f"{path}: schema version {said['schema_version']}, not {SCHEMA_VERSION}; {fix}"
        )
    return found


def write_json(data: dict, path: str | Path, record: dict | None = None) -> None:
    """`data` as readable JSON, atomically; the `record` that made it is kept under that key."""
    if record is not None:
        data = data | {"record": record}
    with atomic(path) as temporary:
        temporary.write_text(json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
