"""Answers (paper 3.3, step 4): every expert that a battle needs answers once per instruction."""

import polars as pl

from warriorcoder.arena.tables import ANSWERS
from warriorcoder.config.answers import Answers
from warriorcoder.core.seeds import seed
from warriorcoder.models import system_prompt
from warriorcoder.models.engines import Request
from warriorcoder.models.model import Model


def due(
    instructions: pl.DataFrame, battles: pl.DataFrame, answerer: str, *, alone: bool
) -> pl.DataFrame:
    """Return the rows of instructions that an expert answers.

    They are those on which it has a battle, or all where it is alone in a roster.
    """
    if alone:
        return instructions
    plays = (pl.col("attacker") == answerer) | (pl.col("defender") == answerer)
    return instructions.join(battles.filter(plays), on="id", how="semi", maintain_order="left")


def answer(
    model: Model, instructions: pl.DataFrame, decoding: Answers, run_seed: int
) -> pl.DataFrame:
    """Return table `answers` for rows (id, text) of instructions, in their order."""
    name = model.spec.name
    requests = [
        Request(
            id, model.chat.prompt(text, system_prompt.SYSTEM), seed("answer", run_seed, name, id)
        )
        for id, text in instructions.select("id", "text").iter_rows()
    ]
    replies = model.reply(requests, decoding.temperature, decoding.top_p, decoding.max_tokens)
    return pl.DataFrame(
        {
            "id": [request.id for request in requests],
            "answerer": [name] * len(requests),
            "seed": [request.seed for request in requests],
            "text": [model.chat.without_specials(reply.text) for reply in replies],
            "raw": [reply.raw for reply in replies],
            "finish_reason": [reply.finish_reason for reply in replies],
            "n_tokens": [reply.n_tokens for reply in replies],
        },
        schema=ANSWERS.schema,
    )
