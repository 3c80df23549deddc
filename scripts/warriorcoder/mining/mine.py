"""Completion-based instruction mining (paper 3.2, step 1): the model writes the user's turn.

The model reads only its chat template up to the opening of the user turn. The text that it samples
before the end of that turn is an instruction.
"""

import re
from dataclasses import replace
from pathlib import Path

import polars as pl

from warriorcoder.core.seeds import seed
from warriorcoder.mining.tables import MINED
from warriorcoder.models import reasoning, system_prompt
from warriorcoder.models.chat import Chat, sha256
from warriorcoder.models.engines import Completion, Request, Sampling
from warriorcoder.models.model import Model
from warriorcoder.models.reader import Reader


def mine(
    model: Model,
    sampling: str,
    *,
    temperature: float,
    top_p: float,
    rows: range,
    max_tokens: int,
    run_seed: int,
) -> pl.DataFrame:
    """Return the table `mined` of the given global `rows` of one shard.

    A row's seed hashes (run seed, expert, sampling config, global row number), so that other parts
    of a shard change no row.

    Args:
        model: the expert.
        sampling: the name of the sampling config.
        temperature: of the sampling config.
        top_p: of the sampling config.
        rows: the global row numbers.
        max_tokens: the limit of an instruction.
        run_seed: the seed of the run.
    """
    spec, chat = model.spec, model.chat
    assert isinstance(chat, Chat), f"{spec.name}: a server of messages shows no template to mine"
    prefix = chat.prefix(system_prompt.SYSTEM)
    stops = chat.user_stops(system_prompt.SYSTEM)
    requests = [
        Request(
            f"{spec.name}:{sampling}:{row:06d}",
            prefix,
            seed("mine", run_seed, spec.name, sampling, row),
        )
        for row in rows
    ]
    how = Sampling(temperature, top_p, max_tokens, stops.ids, stops.texts)
    completions = [cut(made, stops.texts) for made in model.generate(requests, how)]
    marks = debris(model)
    return pl.DataFrame(
        {
            "id": [request.id for request in requests],
            "expert": spec.name,
            "sampling": sampling,
            "row": list(rows),
            "seed": [request.seed for request in requests],
            "model": spec.model,
            # A snapshot's folder is named by its commit.
            "revision": spec.revision or Path(model.description).name,
            "prefix_sha256": sha256(prefix),
            "text": [chat.without_specials(c.text) for c in completions],
            "raw": [c.text for c in completions],
            "leaked": [any(mark in c.text for mark in marks) for c in completions],
            "finish_reason": [c.finish_reason for c in completions],
            "n_tokens": [c.n_tokens for c in completions],
        },
        schema=MINED.schema,
    )


def cut(made: Completion, words: tuple[str, ...]) -> Completion:
    """Return a completion that ends before the words of the next turn.

    An engine stops at the words as the template spells them. A model may write other white space
    before them.
    """
    names = [re.escape(word.strip()) for word in words if word.strip()]
    found = re.search(rf"(?<!\S)(?:{'|'.join(names)})", made.text) if names else None
    if found is None:
        return made
    return replace(made, text=made.text[: found.start()].rstrip(), finish_reason="stop")


def debris(model: Reader) -> tuple[str, ...]:
    """Return the texts that no instruction holds: special tokens and marks of thoughts."""
    return (*model.chat.specials, *reasoning.marks(model.spec.reasoning))
