"""Conversations of a gold file, and the rows whose answer its length limit cut."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from warriorcoder.core import seeds

LINEAGE = ("winner", "answers")  # columns of our own exports; a user's file may lack them


class GoldError(RuntimeError):
    """A file without conversations to learn from."""


class Batch(NamedTuple):
    """Some rows of a gold file: conversations, and which replies were cut by `max_tokens`."""

    conversations: list[list[dict]]
    cut: list[bool]


def batches(gold: str | Path, rows: int = 256) -> Iterator[Batch]:
    """Yield the column `messages` of a Parquet file, at most `rows` rows at a time.

    Raises:
        GoldError: the file has no such column, or is no Parquet file.
    """
    try:
        with pq.ParquetFile(gold) as file:
            lineage = [name for name in LINEAGE if name in file.schema_arrow.names]
            for batch in file.iter_batches(rows, columns=["messages", *lineage]):
                conversations = batch.column("messages").to_pylist()
                known = len(lineage) == len(LINEAGE)
                yield Batch(conversations, _cut(batch) if known else [False] * len(conversations))
    except (OSError, KeyError, ValueError) as error:
        raise GoldError(
            f"{gold}: no conversations in a column 'messages' ({error}). Delete it and run "
            "snakemake again."
        ) from None


def rows_digest(gold: str | Path) -> str:
    """Return the SHA-256 of all that training reads of a gold file, row by row."""
    found = hashlib.sha256()
    for batch in batches(gold):
        for row in zip(*batch, strict=True):
            found.update(seeds.digest(row).encode())
    return found.hexdigest()


def _cut(batch: pa.RecordBatch) -> list[bool]:
    """Return for each row whether the winner's answer reached its length limit."""
    rows = zip(*(batch.column(name).to_pylist() for name in LINEAGE), strict=True)
    return [
        any(
            answer["answerer"] == winner and answer["finish_reason"] == "length"
            for answer in answers or ()
        )
        for winner, answers in rows
    ]
