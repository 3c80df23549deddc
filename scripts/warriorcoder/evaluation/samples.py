"""Sampling of a model on a benchmark."""

import os

import polars as pl

from warriorcoder.core.seeds import seed
from warriorcoder.evaluation import benchmarks
from warriorcoder.models.engines import Request, Sampling
from warriorcoder.models.model import Model

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
        completions = model.generate(
            requests,
            _how(model, decoding, benchmark["max_tokens"], benchmarks.stops(kind, style), style),
        )
        frames.append(
            pl.DataFrame(
                {
                    "task_id": [task for _, task, _ in asked],
                    "decoding": number,
                    "sample": [k for _, _, k in asked],
                    "seed": [request.seed for request in requests],
                    "raw": [completion.text for completion in completions],
                    "finish_reason": [completion.finish_reason for completion in completions],
                    "n_tokens": [completion.n_tokens for completion in completions],
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


def _how(model: Model, decoding: dict, max_tokens: int, texts: tuple[str, ...], style: str):
    if style == "chat":
        ends = model.chat.reply_stops()
        ids, texts = ends.ids, (*ends.texts, *texts)
    else:
        ids = (model.tokenizer.eos_token_id,)
    return Sampling(decoding["temperature"], decoding["top_p"], max_tokens, ids, tuple(texts))
