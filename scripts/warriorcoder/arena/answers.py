"""Answers (paper 3.3, step 4): every expert that a battle needs answers once per instruction."""

import polars as pl

from warriorcoder.arena.tables import ANSWERS
from warriorcoder.config.answers import Answers
from warriorcoder.core.seeds import seed
from warriorcoder.models import system_prompt
from warriorcoder.models.engines import Request
from warriorcoder.models.model import Model


def fought(battles: pl.DataFrame, answerer: str) -> pl.DataFrame:
    """Return column id: the instructions on which `answerer` has a battle."""
    plays = (pl.col("attacker") == answerer) | (pl.col("defender") == answerer)
    return battles.filter(plays).select(pl.col("id").unique(maintain_order=True))


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
