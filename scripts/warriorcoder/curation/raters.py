"""Difficulty judges: their requests, and the table of their scores (METHOD 3)."""

import polars as pl

from warriorcoder.config.difficulty import Difficulty
from warriorcoder.core.seeds import seed
from warriorcoder.curation import difficulty_prompt
from warriorcoder.curation.difficulty import parse_score
from warriorcoder.curation.tables import DIFFICULTY
from warriorcoder.models import ask_again
from warriorcoder.models.engines import Request
from warriorcoder.models.model import Model


def rate(
    model: Model, instructions: pl.DataFrame, asked: Difficulty, run_seed: int
) -> pl.DataFrame:
    """Return the table `difficulty`: one judge's scores of rows (id, text), null if unparsed.

    Args:
        model: the judge.
        instructions: columns id, text.
        asked: the prompt's levels, the decoding, and whether to ask again for the mark alone.
        run_seed: the seed of the run.
    """
    name = model.spec.name
    requests = [
        Request(
            id,
            model.chat.prompt(difficulty_prompt.render(text, asked.levels)),
            seed("rate", run_seed, name, id),
        )
        for id, text in instructions.select("id", "text").iter_rows()
    ]
    replies = model.reply(requests, asked.temperature, asked.top_p, asked.max_tokens)
    scores, again = ask_again.read(
        model, requests, replies, parse_score, None, asked.marks, asked.max_tokens
    )
    return pl.DataFrame(
        {
            "id": [request.id for request in requests],
            "judge": [name] * len(requests),
            "seed": [request.seed for request in requests],
            "raw": [reply.raw for reply in replies],
            "again": again,
            "score": scores,
            "finish_reason": [reply.finish_reason for reply in replies],
            "n_tokens": [reply.n_tokens for reply in replies],
        },
        schema=DIFFICULTY.schema,
    )
