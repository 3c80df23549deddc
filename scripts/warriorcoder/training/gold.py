"""Conversations and pairs of a gold file, and the replies that their length limit cut."""

import hashlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from warriorcoder.config.methods import Objective
from warriorcoder.core import seeds

SIDES = ("chosen", "rejected")  # of a preference pair


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
    for batch in _read(gold, ["messages"], ["winner"], rows):
        yield Batch(batch.column("messages").to_pylist(), _cut(batch, "winner"))


def pairs(gold: str | Path, rows: int = 256) -> Iterator[tuple[Batch, Batch]]:
    """Yield the chosen and the rejected conversations of a Parquet file of preferences.

    Raises:
        GoldError: the file lacks a column `prompt`, `chosen` or `rejected`.
    """
    experts = [f"{side}_expert" for side in SIDES]
    for batch in _read(gold, ["prompt", *SIDES], experts, rows):
        chosen, rejected = (_side(batch, side) for side in SIDES)
        yield chosen, rejected


def texts(gold: str | Path, objective: Objective = "sft") -> Iterator[tuple[Batch, ...]]:
    """Yield the conversations that a training reads: one a row, or both of a pair."""
    return pairs(gold) if objective == "dpo" else ((batch,) for batch in batches(gold))


def rows_digest(gold: str | Path, objective: Objective = "sft") -> str:
    """Return the SHA-256 of all that training reads of a gold file, row by row."""
    found = hashlib.sha256()
    for batch in texts(gold, objective):
        for row in zip(*chain(*batch), strict=True):
            found.update(seeds.digest(row).encode())
    return found.hexdigest()


def _read(
    gold: str | Path, columns: list[str], experts: list[str], rows: int
) -> Iterator[pa.RecordBatch]:
    """Yield columns of a Parquet file, with those of the lineage that `_cut` reads.

    They are in our own exports. A user's file may lack them.
    """
    try:
        with pq.ParquetFile(gold) as file:
            there = file.schema_arrow.names
            if missing := [name for name in columns if name not in there]:
                raise KeyError(*missing)
            lineage = [name for name in (*experts, "answers") if name in there]
            yield from file.iter_batches(rows, columns=[*columns, *lineage])
    except (OSError, KeyError, ValueError) as error:
        names = " or ".join(map(repr, columns))
        raise GoldError(
            f"{gold}: no conversations in a column {names} ({error}). Delete it and run "
            "snakemake again."
        ) from None


def _side(batch: pa.RecordBatch, side: str) -> Batch:
    """Return the conversations that end with one reply of each pair."""
    talks = (batch.column(name).to_pylist() for name in ("prompt", side))
    conversations = [prompt + reply for prompt, reply in zip(*talks, strict=True)]
    return Batch(conversations, _cut(batch, f"{side}_expert"))


def _cut(batch: pa.RecordBatch, expert: str) -> list[bool]:
    """Return for each row whether the answer of the expert in a column reached its length limit."""
    if not {expert, "answers"} <= set(batch.schema.names):
        return [False] * len(batch)
    rows = zip(*(batch.column(name).to_pylist() for name in (expert, "answers")), strict=True)
    return [
        any(
            answer["answerer"] == name and answer["finish_reason"] == "length"
            for answer in answers or ()
        )
        for name, answers in rows
    ]
