"""Tokens a second: our path against vLLM alone, and against a loop of single calls.

Ours is `Model.generate`: a process of its own, rows kept in the row cache. vLLM alone is
`LLM.generate` with the same requests, parameters and engine settings, and nothing kept. The loop is
the official code's: one prompt a call. All three mine the same expert, in turns.
Run: make bench-vllm, or with PYTHONPATH=scripts python THIS [rows rounds singles], and with
OMP_WAIT_POLICY=passive (threads of two processes that wait for each other: ten times as slow).
"""

import logging
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from vllm import LLM
from vllm.inputs import TokensPrompt

from warriorcoder import prompts
from warriorcoder.config.experts import Engine, Expert
from warriorcoder.engines import Request, Sampling
from warriorcoder.engines.vllm import CPU_ENVIRONMENT, ON_CPU, parameters
from warriorcoder.model import Model

EXPERT = Path(__file__).parents[2] / "scripts/warriorcoder/miniature/weights/athene"
ENGINE = Engine(kind="vllm", dtype="float32")


def ours(model: Model, requests: list[Request], sampling: Sampling) -> int:
    """New tokens that count: a completion's, without its stop."""
    return sum(completion.n_tokens for completion in model.generate(requests, sampling))


def bare(engine: LLM, requests: list[Request], sampling: Sampling) -> int:
    outputs = engine.generate(
        [TokensPrompt(prompt_token_ids=list(request.prompt)) for request in requests],
        [parameters(request, sampling) for request in requests],
        use_tqdm=False,
    )
    return sum(
        len(said.token_ids) - (said.finish_reason == "stop")
        for output in outputs
        for said in output.outputs
    )


def singles(engine: LLM, requests: list[Request], sampling: Sampling) -> int:
    return sum(bare(engine, [request], sampling) for request in requests)


def rate(function, *arguments) -> float:
    begun = time.perf_counter()
    tokens = function(*arguments)
    return tokens / (time.perf_counter() - begun)


def main(rows: int = 2000, rounds: int = 5, alone: int = 60) -> None:
    logging.disable(logging.WARNING)
    os.environ.update(CPU_ENVIRONMENT)
    folder = tempfile.TemporaryDirectory()
    spec = Expert(name="athene", model=str(EXPERT))
    model = Model(spec, ENGINE, Path(folder.name) / "rows.sqlite")
    stops = model.chat.user_stops(prompts.SYSTEM)
    sampling = Sampling(1.0, 0.99, 140, stops.ids, stops.texts)
    prefix = model.chat.prefix(prompts.SYSTEM)

    def asked(number: int, count: int) -> list[Request]:
        """Seeds that no round had before, so that nothing comes from the row cache."""
        return [Request(f"{number}:{row}", prefix, number * 10**6 + row) for row in range(count)]

    engine = LLM(str(EXPERT), dtype="float32", enable_prefix_caching=True, **ON_CPU)
    for warm_up in (lambda r: ours(model, r, sampling), lambda r: bare(engine, r, sampling)):
        warm_up(asked(0, 300))
    found: dict[str, list[float]] = {"ours": [], "vLLM alone": [], "single calls": []}
    for number in range(1, rounds + 1):
        requests = asked(number, rows)
        found["single calls"].append(rate(singles, engine, requests[:alone], sampling))
        pair = [("ours", ours, model), ("vLLM alone", bare, engine)]
        for name, function, what in pair if number % 2 else pair[::-1]:
            found[name].append(rate(function, what, requests, sampling))
    print(f"{os.environ.get('OMP_NUM_THREADS', 'all')} threads")
    for name, rates in found.items():
        print(f"{name}: {statistics.median(rates):,.0f} tokens/s (median of {rounds} rounds)")
    for peer in ("vLLM alone", "single calls"):
        ratios = [a / b for a, b in zip(found["ours"], found[peer], strict=True)]
        print(
            f"ours / {peer}: {statistics.median(ratios):.2f} "
            f"({min(ratios):.2f} to {max(ratios):.2f})"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
