"""A model's samples on a benchmark."""

import polars as pl

from warriorcoder import benchmarks
from warriorcoder.engines import Request, Sampling
from warriorcoder.model import Model
from warriorcoder.seeds import seed


def sample(
    model: Model, benchmark: dict, problems: list[dict], style: str, run_seed: int
) -> pl.DataFrame:
    """Table `samples`: every decoding's n samples of every problem.

    Args:
        benchmark: `name`, `kind`, `max_tokens`, and `decodings` with `n`, `temperature`, `top_p`.
        style: `completion` gives the model the bare prompt, `chat` its template.
    """
    kind, frames = benchmark["kind"], []
    for number, decoding in enumerate(benchmark["decodings"]):
        asked = [
            (p, benchmarks.task_id(kind, p), k) for p in problems for k in range(decoding["n"])
        ]
        requests = [
            Request(
                f"{task}#{k}",
                _prompt(model, benchmarks.prompt(kind, problem, style), style),
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


def _prompt(model: Model, text: str, style: str) -> tuple[int, ...]:
    if style == "chat":
        return model.chat.prompt(text)
    return tuple(model.tokenizer(text)["input_ids"])


def _how(model: Model, decoding: dict, max_tokens: int, texts: tuple[str, ...], style: str):
    if style == "chat":
        ends = model.chat.reply_stops()
        ids, texts = ends.ids, (*ends.texts, *texts)
    else:
        ids = (model.tokenizer.eos_token_id,)
    return Sampling(decoding["temperature"], decoding["top_p"], max_tokens, ids, tuple(texts))
