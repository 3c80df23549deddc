"""Sampling of a model on a benchmark."""

import os
from collections.abc import Sequence

import polars as pl

from warriorcoder.core.seeds import seed
from warriorcoder.evaluation import benchmarks
from warriorcoder.models.engines import Completion, Request, Sampling
from warriorcoder.models.model import Model
from warriorcoder.models.reasoning import Reply

FUNCTIONS = ("humaneval", "mbpp")


def sample(
    model: Model, benchmark: dict, problems: list[dict], style: str, run_seed: int
) -> pl.DataFrame:
    """Return the table `samples`: every decoding's n samples of every problem.

    Args:
        model: the sampled model.
        benchmark: `name`, `kind`, `max_tokens`, `decodings` with `n`, `temperature`, `top_p`, and
            `chain_of_thought` if it is true.
        problems: the data set.
        style: `completion` gives the model the bare prompt, `chat` its template.
        run_seed: the seed of the run.
    """
    kind, frames = benchmark["kind"], []
    thinks = benchmark.get("chain_of_thought", False)
    for number, decoding in enumerate(benchmark["decodings"]):
        asked = [
            (p, benchmarks.task_id(kind, p), k) for p in problems for k in range(decoding["n"])
        ]
        requests = [
            Request(
                f"{task}#{k}",
                _prompt(model, kind, benchmarks.prompt(kind, problem, style, thinks), style),
                seed("sample", run_seed, benchmark["name"], task, number, k),
            )
            for problem, task, k in asked
        ]
        stops = benchmarks.stops(kind, style)
        texts = _texts(model, requests, decoding, benchmark["max_tokens"], stops, style)
        frames.append(
            pl.DataFrame(
                {
                    "task_id": [task for _, task, _ in asked],
                    "decoding": number,
                    "sample": [k for _, _, k in asked],
                    "seed": [request.seed for request in requests],
                    "raw": [text.text for text in texts],
                    "finish_reason": [text.finish_reason for text in texts],
                    "n_tokens": [text.n_tokens for text in texts],
                }
            )
        )
    return pl.concat(frames)


def _prompt(
    model: Model, kind: str, text: str, style: str
) -> tuple[int, ...] | tuple[dict[str, str], ...]:
    """Return the prompt to continue.

    Some tokenizers have one token for a line's end and the next line's indentation. For these the
    prompt leaves a function's last newline to the model, which could not indent otherwise.
    """
    if style == "chat":
        return model.chat.prompt(text)
    ids = model.tokenizer(text)["input_ids"]
    if kind in FUNCTIONS:
        ids = os.path.commonprefix([ids, model.tokenizer(f"{text}    return")["input_ids"]])
    return tuple(ids)


def _texts(
    model: Model,
    requests: list[Request],
    decoding: dict,
    max_tokens: int,
    stops: tuple[str, ...],
    style: str,
) -> Sequence[Completion | Reply]:
    """Return the continuations of bare prompts, or the final answers of chats."""
    how = (decoding["temperature"], decoding["top_p"], max_tokens)
    if style == "chat":
        return model.reply(requests, *how, stops)
    return model.generate(requests, Sampling(*how, (model.tokenizer.eos_token_id,), stops))
