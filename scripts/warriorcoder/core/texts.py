"""Texts that a user's JSONL or Parquet file brings in, with every row checked."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from warriorcoder.core.tables import INT, TEXT


class TextError(ValueError):
    """A file or a row that cannot be used. The message names the file, the row and the fix."""


def read(path: str | Path, *columns: str) -> pl.DataFrame:
    """Return the text columns of a file, stripped of outer white space, with column `row`.

    `row` counts the lines of JSONL and the rows of Parquet from 1. Blank lines and other columns
    are ignored.

    Raises:
        TextError: the file cannot be read or has no row, or a row lacks a text.
    """
    rows = []
    for number, given in _jsonl(path) if Path(path).suffix == ".jsonl" else _parquet(path, columns):
        where = f"{path}: row {number}"
        if not isinstance(given, dict):
            raise TextError(f'{where}: {_short(given)} is no object. Write {{"{columns[0]}": "…"}}')
        rows.append((number, *(_text(given, name, where) for name in columns)))
    if not rows:
        raise TextError(f"{path}: has no row. Give each row a {' and a '.join(columns)}.")
    return pl.DataFrame(rows, schema={"row": INT} | dict.fromkeys(columns, TEXT), orient="row")


def _jsonl(path: str | Path) -> Iterator[tuple[int, Any]]:
    try:
        lines = Path(path).read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        raise TextError(f"{path}: {error.strerror}. Fix the path in the config.") from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except ValueError as error:
                raise TextError(f"{path}: row {number}: no JSON ({error}). Fix the line.") from None


def _parquet(path: str | Path, columns: tuple[str, ...]) -> Iterator[tuple[int, Any]]:
    try:
        file = pq.ParquetFile(path)
        there = [name for name in columns if name in file.schema_arrow.names]
        batches = [batch.to_pylist() for batch in file.iter_batches(columns=there)] if there else []
    except (pa.ArrowException, OSError) as error:
        raise TextError(f"{path}: no whole Parquet file ({error}). Copy it again.") from None
    if absent := [name for name in columns if name not in there]:
        raise TextError(
            f"{path}: column {absent[0]!r} is missing, there are {file.schema_arrow.names}. "
            "Rename the column that holds it."
        )
    yield from enumerate((row for batch in batches for row in batch), 1)


def _text(given: dict, name: str, where: str) -> str:
    if name not in given:
        raise TextError(f"{where}: key {name!r} is missing, there are {list(given)}. Add it.")
    value = given[name]
    if not isinstance(value, str):
        raise TextError(f"{where}: {name} is {_short(value)}, no text. Write it as a string.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise TextError(f"{where}: {name} holds half of a surrogate pair. Remove it.") from None
    return value.strip()


def _short(value: Any) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 40 else f"{text[:39]}…"
