"""Parquet tables with declared schemas.

Writes are atomic and reproducible: the same rows give the same bytes. Reads check the schema.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from math import isfinite
from pathlib import Path
from typing import TypeVar

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from warriorcoder.core.atomic import atomic

SCHEMA_VERSION = 1
T = TypeVar("T")
Kind = pl.DataType | type[pl.DataType]
TEXT, INT, REAL, FLAG = pl.String, pl.Int64, pl.Float64, pl.Boolean


@dataclass(frozen=True)
class Table:
    """The name of a table and its columns in order: name → type. Every file keeps the name.

    Numbers are finite: no column may hold NaN or infinity.
    """

    name: str
    schema: dict[str, Kind]


class TableError(ValueError):
    """A file is missing, truncated, or does not hold the expected table."""


def write(frame: pl.DataFrame, table: Table, path: str | Path, record: dict | None = None) -> None:
    """Write `frame` to a file of `table` atomically, with the declared columns and types.

    The file's metadata keep `record`, the params of the rule.

    Raises:
        TableError: the frame has other columns, or a number is not finite.
    """
    write_arrow(_arrow(frame, table, path), path, table.name, record)


def write_arrow(arrow: pa.Table, path: str | Path, name: str, record: dict | None = None) -> None:
    """Write an Arrow table of any schema under a name, atomically and reproducibly."""
    arrow = arrow.replace_schema_metadata(_metadata(name, record))
    with atomic(path) as temporary:
        pq.write_table(arrow, temporary, compression="zstd", write_statistics=False)


def write_groups(
    frames: Iterable[pl.DataFrame], table: Table, path: str | Path, record: dict | None = None
) -> None:
    """Write each frame as one row group of `table`. One frame is in memory at a time."""
    schema = _arrow(pl.DataFrame(schema=table.schema), table, path).schema
    schema = schema.with_metadata(_metadata(table.name, record))
    options = {"compression": "zstd", "write_statistics": False}
    with atomic(path) as temporary, pq.ParquetWriter(temporary, schema, **options) as writer:
        for frame in frames:
            writer.write_table(_arrow(frame, table, path).replace_schema_metadata(schema.metadata))


class Groups:
    """A file of `table` that is read by row group."""

    def __init__(self, table: Table, path: str | Path):
        """Open the file.

        Raises:
            TableError: as `read`.
        """
        self.table, self.path = table, Path(path)
        self.file = _checked(self.path, table, pq.ParquetFile)

    def __len__(self) -> int:
        """Return the number of row groups."""
        return self.file.num_row_groups

    def read(self, group: int, columns: list[str] | None = None) -> pl.DataFrame:
        """Return the rows of one group.

        Raises:
            TableError: a number is not finite.
        """
        columns = columns or list(self.table.schema)
        frame = pl.DataFrame(self.file.read_row_group(group, columns, use_threads=False))
        if odd := _not_finite(frame):
            raise TableError(f"{self.path}: group {group + 1}: {odd} {_fix(self.path)}")
        return frame


def _arrow(frame: pl.DataFrame, table: Table, path: str | Path) -> pa.Table:
    schema = table.schema
    if set(schema) != set(frame.columns):
        raise TableError(f"{path}: {table.name} needs columns {list(schema)}, not {frame.columns}")
    frame = frame.select(pl.col(name).cast(kind) for name, kind in schema.items())
    if odd := _not_finite(frame):
        raise TableError(f"{path}: {odd}")
    return frame.to_arrow()


def _not_finite(frame: pl.DataFrame) -> str | None:
    """Return the first number that is not finite, in words."""
    for name, kind in frame.schema.items():
        values = pl.col(name)
        if isinstance(kind, pl.List) and kind.inner in (pl.Float32, pl.Float64):
            odd = values.list.eval(~pl.element().is_finite()).list.any()
        elif kind in (pl.Float32, pl.Float64):
            odd = ~values.is_finite()
        else:
            continue
        rows = frame.select(odd.fill_null(False)).to_series().arg_true()
        if len(rows):
            row = frame.row(rows[0], named=True)
            named = f" ({row['id']})" if "id" in row else ""
            value = row[name]
            if isinstance(value, list):
                value = next(each for each in value if each is not None and not isfinite(each))
            return f"{name} of row {rows[0] + 1}{named} is {value}, no finite number."
    return None


def _metadata(name: str, record: dict | None) -> dict[str, str]:
    stored = {"table": name, "schema_version": SCHEMA_VERSION, "record": record}
    return {"warriorcoder": json.dumps(stored, sort_keys=True)}


def read(table: Table, *paths: str | Path, without: tuple[str, ...] = ()) -> pl.DataFrame:
    """Return the rows of one or several files of `table`, in the order of `paths`.

    The columns in `without` are not read. The `raw` texts are most of the bytes of a file.

    Raises:
        TableError: a file is missing, truncated or foreign, or a number in it is not finite. The
            message names file, column and fix.
    """
    schema = {name: kind for name, kind in table.schema.items() if name not in without}
    frames = [_read(table, schema, Path(path)) for path in paths]
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)


def facts(path: str | Path) -> dict:
    """Return the table name, schema version and record from a file's metadata."""
    metadata = pq.read_schema(path).metadata or {}
    return json.loads(metadata.get(b"warriorcoder", b"{}"))


def _read(table: Table, schema: dict[str, Kind], path: Path) -> pl.DataFrame:
    frame = pl.DataFrame(_checked(path, table, partial(_columns, names=list(schema))))
    for name, kind in schema.items():
        if name not in frame.columns:
            raise TableError(f"{path}: column {name!r} is missing. {_fix(path)}")
        if frame.schema[name] != kind:
            raise TableError(
                f"{path}: column {name!r} is {frame.schema[name]}, not {kind}. {_fix(path)}"
            )
    if odd := _not_finite(frame):
        raise TableError(f"{path}: {odd} {_fix(path)}")
    return frame


def _columns(path: Path, names: list[str]) -> pa.Table:
    """Read the columns in `names` that exist in the file."""
    file = pq.ParquetFile(path)
    return file.read([name for name in names if name in file.schema_arrow.names])


def _fix(path: Path) -> str:
    return f"Delete it and run snakemake again: rm '{path}'"


def _checked(path: Path, table: Table, reader: Callable[[Path], T]) -> T:
    """Return `reader(path)` for a complete file that holds `table`."""
    try:
        stored = facts(path)
        found = reader(path)
    except FileNotFoundError:
        raise TableError(f"{path}: no such file. Run the rule that makes it.") from None
    except (pa.ArrowException, OSError, ValueError) as error:
        raise TableError(f"{path}: not a complete Parquet file ({error}). {_fix(path)}") from None
    if stored.get("table") != table.name:
        raise TableError(
            f"{path}: holds table {stored.get('table')!r}, not {table.name!r}. {_fix(path)}"
        )
    if stored["schema_version"] != SCHEMA_VERSION:
        raise TableError(
            f"{path}: schema version {stored['schema_version']}, not {SCHEMA_VERSION}. {_fix(path)}"
        )
    return found


def write_json(data: dict, path: str | Path, record: dict | None = None) -> None:
    """Write `data` as indented JSON atomically, with `record` (a rule's params) under its key.

    Raises:
        TableError: a number is NaN or infinite. The message names its keys.
    """
    if record is not None:
        data = data | {"record": record}
    for keys, value in _numbers(data):
        if not isfinite(value):
            raise TableError(f"{path}: {'.'.join(map(str, keys))} is {value}, no finite number.")
    with atomic(path) as temporary:
        text = json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False)
        temporary.write_text(f"{text}\n", encoding="utf-8")


def _numbers(value, keys: tuple = ()) -> Iterator[tuple[tuple, float]]:
    """Yield the keys and the value of each real number inside of a value."""
    if isinstance(value, float):
        yield keys, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _numbers(inner, (*keys, key))
    elif isinstance(value, list | tuple):
        for key, inner in enumerate(value):
            yield from _numbers(inner, (*keys, key))
