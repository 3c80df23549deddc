"""Parquet files that users give."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from warriorcoder.core.inputs import FileError


def read(path: str | Path, *columns: str) -> tuple[list[str], pa.Table]:
    """Return the names of all columns of a Parquet file, and the table of those in `columns`.

    Raises:
        FileError: the file cannot be read, or is no complete Parquet file.
    """
    try:
        with open(path, "rb") as opened:
            file = pq.ParquetFile(opened)
            names = file.schema_arrow.names
            return names, file.read([name for name in columns if name in names])
    except FileNotFoundError:
        raise FileError(f"{path}: no such file. Fix the path.") from None
    except (pa.ArrowException, OSError, ValueError) as error:
        raise FileError(f"{path}: no complete Parquet file ({error}). Copy it again.") from None
