"""Answers from a file in place of generated ones, in the same table."""

import polars as pl

from warriorcoder.arena.tables import ANSWERS
from warriorcoder.models.reader import Reader


class EnteredError(ValueError):
    """A file that lacks an answer or has two. The message names the file, the row and the fix."""


def told_apart(given: pl.DataFrame, path: str) -> pl.DataFrame:
    """Return one row per instruction of columns row, instruction, answer.

    Raises:
        EnteredError: an instruction has two different answers.
    """
    given = given.unique(["instruction", "answer"], keep="first", maintain_order=True)
    twice = given.filter(pl.col("instruction").is_duplicated())
    if len(twice):
        text = twice["instruction"][0]
        first, second = twice.filter(instruction=text)["row"].head(2)
        raise EnteredError(
            f"{path}: rows {first} and {second} answer the same instruction ({text[:60]!r}…) "
            "differently. Remove one."
        )
    return given


def enter(
    reader: Reader, instructions: pl.DataFrame, given: pl.DataFrame, path: str
) -> pl.DataFrame:
    """Return table `answers` for rows (id, text) of instructions, in their order.

    An answer belongs to the instruction with the same text. It has no seed.

    Args:
        reader: the expert that answered. Its tokenizer counts tokens.
        instructions: columns id, text.
        given: as from `told_apart`.
        path: the file, for errors.

    Raises:
        EnteredError: the file lacks an answer.
    """
    name, chat = reader.spec.name, reader.chat
    both = instructions.select("id", "text").join(
        given, left_on="text", right_on="instruction", how="left", maintain_order="left"
    )
    absent = both.filter(pl.col("answer").is_null())
    if len(absent):
        id, text = absent.select("id", "text").row(0)
        raise EnteredError(
            f"{path}: lacks answers of {name} to {len(absent)} of {len(both)} instructions, the "
            f"first is {id} ({text[:60]!r}…). Add a row for each (their texts: selected/*.parquet "
            f"in the folder of results), or remove experts.{name}.answers."
        )
    return pl.DataFrame(
        {
            "id": both["id"],
            "answerer": [name] * len(both),
            "seed": None,
            "text": both["answer"],
            "raw": both["answer"],
            "finish_reason": ["stop"] * len(both),
            "n_tokens": [chat.size(text) for text in both["answer"]],
        },
        schema=ANSWERS.schema,
    )
