"""Battle logs of users: a CSV or Parquet table with two players and a winner per row."""

import csv
import io
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from warriorcoder.cli import terminal
from warriorcoder.cli.errors import InputError
from warriorcoder.core import inputs, parquet

RESULTS = {"left": 1.0, "right": 0.0, "tie": 0.5}
# Words of Chatbot Arena's published logs.
RESULTS |= {"model_a": 1.0, "model_b": 0.0, "tie (bothbad)": 0.5, "both_bad": 0.5}
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"  # white space for people, not for Python


@dataclass(frozen=True)
class Log:
    """A battle log of m battles as arrays.

    Attributes:
        players: The names, sorted.
        a: [m] Index in `players` of the left player.
        d: [m] Index of the right player.
        s: [m] Result of the left player: 1, 0.5 or 0.
        notes: Names that were taken for one player.
    """

    players: list[str]
    a: np.ndarray
    d: np.ndarray
    s: np.ndarray
    notes: list[str]


def read(path: str | Path, left: str, right: str, winner: str) -> Log:
    """Read the battles in a file, in its order. `left`, `right` and `winner` name the columns.

    Names are trimmed and compared in Unicode's composed form (NFC).

    Raises:
        FileError: the file cannot be read.
        InputError: a column or a row is invalid. The message names the first invalid row. The row
            after a CSV's header is row 1. Blank lines count, and are no battles.
    """
    kind = Path(path).suffix.lower()
    if kind not in (".csv", ".parquet"):
        raise InputError(f"{path}: is neither .csv nor .parquet. Give one of these.")
    columns = {"left": left, "right": right, "winner": winner}
    spelt: dict[str, str] = {}  # as in the file → the name
    battles, wrong = [], []
    for row, cells in (_csv if kind == ".csv" else _parquet)(path, columns):
        for cell in cells:
            if cell not in spelt:
                spelt[cell] = _name(cell)
        one, two, result = (spelt[cell] for cell in cells)
        if reason := _reason(columns, one, two, result):
            wrong.append((row, reason))
        battles.append((one, two, RESULTS.get(result, 0.0)))
    if wrong:
        others = f" ({len(wrong) - 1} more rows are invalid)" if len(wrong) > 1 else ""
        raise InputError(f"{path}, row {wrong[0][0]}: {wrong[0][1]}{others}")
    if not battles:
        raise InputError(
            f"{path}: no battle in it. Write one row per battle: {left},{right},{winner}"
        )
    lefts, rights, results = zip(*battles, strict=True)
    players = sorted({*lefts, *rights})
    place = {name: number for number, name in enumerate(players)}
    a, d = (np.array([place[name] for name in side]) for side in (lefts, rights))
    return Log(players, a, d, np.array(results), _notes(spelt, place))


def _name(cell: str) -> str:
    """Return a name without outer white space, in composed form."""
    return unicodedata.normalize("NFC", cell).strip().strip(INVISIBLE).strip()


def _reason(columns: dict[str, str], one: str, two: str, result: str) -> str | None:
    """Return the fault of a battle and its fix, None for a valid one."""
    for column, name in ((columns["left"], one), (columns["right"], two)):
        if not name:
            return f"{column} is empty. Name the player."
    if one == two:
        return f"{terminal.word(one)} plays against itself. Name two players, or remove the row."
    if result not in RESULTS:
        return f"{columns['winner']} is '{terminal.word(result)}'. Write left, right or tie."
    return None


def _notes(spelt: dict[str, str], players: Iterable[str]) -> list[str]:
    """Return a note for each player with several spellings."""
    spellings = defaultdict(list)
    for cell, name in spelt.items():
        spellings[name].append(cell)
    return [
        f"{name}: {', '.join(map(ascii, sorted(spellings[name])))} are one player"
        for name in players
        if len(spellings[name]) > 1
    ]


def _csv(path: str | Path, columns: dict[str, str]) -> Iterator[tuple[int, list[str]]]:
    """Yield number and cells of each row under a header. A short row has empty cells."""
    text = inputs.text(path, inputs.LARGEST).lstrip("\n")
    if not text.strip():
        raise InputError(f"{path}: is empty. Write a header and one row per battle.")
    rows = csv.reader(io.StringIO(text), strict=True)
    number = 0
    try:
        header = [_name(cell) for cell in next(rows)]
        columns = {option: _name(column) for option, column in columns.items()}
        places = _places(path, columns, header)
        for number, row in enumerate(rows, 1):
            if not "".join(row).strip() and len(row) < 2:
                continue
            if len(row) > len(header):
                raise InputError(
                    f"{path}, row {number}: has {len(row)} cells, the header {len(header)}. Put a "
                    "name with a comma into quotes."
                )
            row += [""] * (len(header) - len(row))
            yield number, [row[place] for place in places]
    except csv.Error as error:
        raise InputError(f"{path}, row {number + 1}: no CSV ({error}). Fix the row.") from None


def _parquet(path: str | Path, columns: dict[str, str]) -> Iterator[tuple[int, list[str]]]:
    """Yield number and cells of each row. A null is an empty cell."""
    import pyarrow.types as types

    names, table = parquet.read(path, *columns.values())
    _places(path, columns, names)
    for option, column in columns.items():
        kind = table.schema.field(column).type
        if types.is_dictionary(kind):
            kind = kind.value_type
        texts = (types.is_string, types.is_large_string, types.is_string_view, types.is_integer)
        if not any(fits(kind) for fits in texts):
            raise InputError(
                f"{path}: column {column!r} is {kind}. Give texts, or name another column with "
                f"--{option}."
            )
    cells = (table[column].to_pylist() for column in columns.values())
    for number, row in enumerate(zip(*cells, strict=True), 1):
        yield number, ["" if cell is None else str(cell) for cell in row]


def _places(path: str | Path, columns: dict[str, str], header: list[str]) -> list[int]:
    """Return the place of each column in a header."""
    for option, column in columns.items():
        if header.count(column) != 1:
            there = f"{header.count(column)} columns" if column in header else "no column"
            raise InputError(
                f"{path}: {there} {column!r}. It has {', '.join(header) or 'none'}. "
                f"Name the right column with --{option}."
            )
    return [header.index(column) for column in columns.values()]
