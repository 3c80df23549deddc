"""Battle logs of users: a CSV or Parquet table with two players and a winner per row."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from warriorcoder.arena.players import numbers
from warriorcoder.cli.errors import InputError

RESULTS = {"left": 1.0, "right": 0.0, "tie": 0.5}


@dataclass(frozen=True)
class Log:
    """A battle log of m battles as arrays.

    Attributes:
        players: The names, sorted.
        a: [m] Index in `players` of the left player.
        d: [m] Index of the right player.
        s: [m] Result of the left player: 1, 0.5 or 0.
    """

    players: list[str]
    a: np.ndarray
    d: np.ndarray
    s: np.ndarray


def read(path: str | Path, left: str, right: str, winner: str) -> Log:
    """Read the battles in a file, in its order. `left`, `right` and `winner` name the columns.

    Raises:
        InputError: the file or a row is invalid. The message names the first invalid row. The row
            after a CSV's header is row 1.
    """
    frame = _table(path)
    for option, column in (("left", left), ("right", right), ("winner", winner)):
        if column not in frame.columns:
            raise InputError(
                f"{path}: no column {column!r}. It has {', '.join(frame.columns) or 'none'}. "
                f"Name the right column with --{option}."
            )
    frame = frame.select(
        pl.col(column).cast(pl.String).fill_null("").alias(name)
        for name, column in (("left", left), ("right", right), ("winner", winner))
    )
    if frame.is_empty():
        raise InputError(
            f"{path}: no battle in it. Write one row per battle: {left},{right},{winner}"
        )
    _check(path, frame, left, right, winner)
    players = pl.concat([frame["left"], frame["right"]]).unique().sort().to_list()
    a, d = (numbers(frame[side], players).to_numpy() for side in ("left", "right"))
    return Log(players, a, d, frame["winner"].replace_strict(RESULTS).to_numpy())


def _check(path, frame: pl.DataFrame, left: str, right: str, winner: str) -> None:
    """Raise InputError for the first invalid row."""
    wrong = (
        pl.when(pl.col("left").str.strip_chars() == "")
        .then(pl.lit(f"{left} is empty. Name the player."))
        .when(pl.col("right").str.strip_chars() == "")
        .then(pl.lit(f"{right} is empty. Name the player."))
        .when(pl.col("left") == pl.col("right"))
        .then(pl.format("{} plays against itself. Name two players, or remove the row.", "left"))
        .when(~pl.col("winner").is_in(list(RESULTS)))
        .then(pl.format("{} is '{}'. Write left, right or tie.", pl.lit(winner), "winner"))
    )
    found = frame.with_row_index("row", 1).select("row", wrong=wrong).drop_nulls()
    if len(found):
        row, reason = found.row(0)
        others = f" ({len(found) - 1} more rows are invalid)" if len(found) > 1 else ""
        raise InputError(f"{path}, row {row}: {reason}{others}")


def _table(path: str | Path) -> pl.DataFrame:
    kind = Path(path).suffix.lower()
    if kind not in (".csv", ".parquet"):
        raise InputError(f"{path}: is neither .csv nor .parquet. Give one of these.")
    try:
        if kind == ".parquet":
            return pl.read_parquet(path)
        return pl.read_csv(path, infer_schema=False)
    except pl.exceptions.NoDataError:
        raise InputError(f"{path}: is empty. Write a header and one row per battle.") from None
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = str(error).split("\n")[0]
        raise InputError(f"{path}: cannot be read ({reason}). Give a {kind[1:]} table.") from None
