"""Texts that a user's JSONL or Parquet file brings in, with every row checked."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from warriorcoder.core import inputs, parquet
from warriorcoder.core.inputs import FileError
from warriorcoder.core.tables import INT, TEXT


def read(path: str | Path, *columns: str) -> pl.DataFrame:
    """Return the text columns of a file, stripped of outer white space, with column `row`.

    `row` counts the lines of JSONL and the rows of Parquet from 1. Blank lines and other columns
    are ignored.

    Raises:
        FileError: the file cannot be read or has no row, or a row lacks a text.
    """
    rows = []
    given = inputs.items(path) if Path(path).suffix == ".jsonl" else _parquet(path, columns)
    for number, where, item in given:
        if not isinstance(item, dict):
            raise FileError(
                f'{where}: {inputs.short(item)} is no object. Write {{"{columns[0]}": "…"}}'
            )
        rows.append((number, *(_text(item, name, where) for name in columns)))
    if not rows:
        raise FileError(f"{path}: has no row. Give each row a {' and a '.join(columns)}.")
    return pl.DataFrame(rows, schema={"row": INT} | dict.fromkeys(columns, TEXT), orient="row")


def _parquet(path: str | Path, columns: tuple[str, ...]) -> Iterator[tuple[int, str, Any]]:
    names, table = parquet.read(path, *columns)
    if absent := [name for name in columns if name not in names]:
        raise FileError(
            f"{path}: column {absent[0]!r} is missing, there are {names}. "
            "Rename the column that holds it."
        )
    for number, row in enumerate(table.to_pylist(), 1):
        yield number, f"{path}, row {number}", row


def _text(given: dict, name: str, where: str) -> str:
    if name not in given:
        raise FileError(f"{where}: key {name!r} is missing, there are {list(given)}. Add it.")
    return inputs.string(where, name, given[name]).strip()
