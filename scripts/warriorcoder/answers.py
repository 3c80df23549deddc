"""Answers (paper 3.3, step 4): every expert that a battle needs answers once per instruction."""

import polars as pl

from warriorcoder import prompts
from warriorcoder.engines import Request
from warriorcoder.model import Model
from warriorcoder.seeds import seed
from warriorcoder.tables import TABLES

END_OF_THOUGHT = "</think>"


def fought(battles: pl.DataFrame, answerer: str) -> pl.DataFrame:
    """Column id: the instructions on which `answerer` has a battle."""
    plays = (pl.col("attacker") == answerer) | (pl.col("defender") == answerer)
    return battles.filter(plays).select(pl.col("id").unique(maintain_order=True))


def answer(
    model: Model,
    instructions: pl.DataFrame,
    temperature: float,
    top_p: float,
    max_tokens: int,
    run_seed: int,
) -> pl.DataFrame:
    """Table `answers` for rows (id, text) of instructions, in their order."""
    name = model.spec.name
    requests = [
        Request(id, model.chat.prompt(text, prompts.SYSTEM), seed("answer", run_seed, name, id))
        for id, text in instructions.select("id", "text").iter_rows()
    ]
    completions = model.reply(requests, temperature, top_p, max_tokens)
    return pl.DataFrame(
        {
            "id": [request.id for request in requests],
            "answerer": [name] * len(requests),
            "seed": [request.seed for request in requests],
            "text": [model.chat.without_specials(final_answer(c.text)) for c in completions],
            "raw": [c.text for c in completions],
            "finish_reason": [c.finish_reason for c in completions],
            "n_tokens": [c.n_tokens for c in completions],
        },
        schema=TABLES["answers"],
    )


def final_answer(raw: str) -> str:
    """What a reasoning model says after it closes its thoughts; other models' text as it is."""
    return raw.rpartition(END_OF_THOUGHT)[2]
