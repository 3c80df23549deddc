"""Tokens a second: our path against vLLM alone, its own benchmark, and a loop of single calls.

Ours is `Model.generate`: a process of its own, rows kept in the row cache. vLLM alone is
`LLM.generate` with the same requests, parameters and engine settings, and nothing kept. vLLM's
benchmark is `vllm bench throughput`'s: the same prompts and lengths, without seeds, top-p or stops.
The loop is the official code's: one prompt a call. All mine the same expert, in turns, with one
thread, which single calls like best, and with two, as batches do.
Run: make bench-vllm, or with PYTHONPATH=scripts python THIS [rows rounds singles].
"""

import logging
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from vllm import LLM
from vllm.benchmarks.datasets import SampleRequest
from vllm.benchmarks.throughput import run_vllm
from vllm.engine.arg_utils import EngineArgs
from vllm.inputs import TokensPrompt

from warriorcoder.config.experts import Engine, Expert
from warriorcoder.models import system_prompt
from warriorcoder.models.engines import Request, Sampling
from warriorcoder.models.engines.vllm import CPU_ENVIRONMENT, ON_CPU, parameters
from warriorcoder.models.model import Model

EXPERT = Path(__file__).parents[2] / "scripts/warriorcoder/miniature/weights/athene"
SETTINGS = {"dtype": "float32", "enable_prefix_caching": True, **ON_CPU}
THREADS = (1, 2)
OURS, ALONE, BENCHMARK, SINGLE = "ours", "vLLM alone", "vLLM's benchmark", "single calls"


def ours(model: Model, requests: list[Request], sampling: Sampling) -> list[int]:
    """New tokens that count, by request: a completion's, without its stop."""
    return [completion.n_tokens for completion in model.generate(requests, sampling)]


def alone(engine: LLM, requests: list[Request], sampling: Sampling) -> list[int]:
    outputs = engine.generate(
        [TokensPrompt(prompt_token_ids=list(request.prompt)) for request in requests],
        [parameters(request, sampling) for request in requests],
        use_tqdm=False,
    )
    return [
        len(said.token_ids) - (said.finish_reason == "stop")
        for output in outputs
        for said in output.outputs
    ]


def single(engine: LLM, requests: list[Request], sampling: Sampling) -> list[int]:
    return [alone(engine, [request], sampling)[0] for request in requests]


def benchmark(requests: list[Request], lengths: list[int]) -> float:
    """Tokens a second of vLLM's throughput benchmark, whose engine it makes itself."""
    asked = [
        SampleRequest(
            prompt={"prompt_token_ids": list(request.prompt)},
            prompt_len=len(request.prompt),
            expected_output_len=length,
        )
        for request, length in zip(requests, lengths, strict=True)
        if length
    ]
    seconds, _ = run_vllm(
        asked,
        n=1,
        engine_args=EngineArgs(str(EXPERT), **SETTINGS),
        do_profile=False,
        disable_detokenize=True,
        warmup_requests=asked[:300],
    )
    return sum(lengths) / seconds


def timed(function: Callable[..., list[int]], *arguments) -> tuple[float, list[int]]:
    begun = time.perf_counter()
    lengths = function(*arguments)
    return sum(lengths) / (time.perf_counter() - begun), lengths


def measure(rows: int, rounds: int, calls: int) -> dict[str, list[float]]:
    """Tokens a second by who made them, one figure a round."""
    folder = tempfile.TemporaryDirectory()
    spec = Expert(name="athene", model=str(EXPERT))
    model = Model(spec, Engine(kind="vllm", dtype="float32"), Path(folder.name) / "rows.sqlite")
    stops = model.chat.user_stops(system_prompt.SYSTEM)
    sampling = Sampling(1.0, 0.99, 140, stops.ids, stops.texts)
    prefix = model.chat.prefix(system_prompt.SYSTEM)

    def asked(number: int, count: int) -> list[Request]:
        """Seeds that no round had before, so that nothing comes from the row cache."""
        return [Request(f"{number}:{row}", prefix, number * 10**6 + row) for row in range(count)]

    engine = LLM(str(EXPERT), **SETTINGS)
    ours(model, asked(0, 300), sampling)
    alone(engine, asked(0, 300), sampling)
    found: dict[str, list[float]] = {name: [] for name in (OURS, ALONE, BENCHMARK, SINGLE)}
    for number in range(1, rounds + 1):
        requests = asked(number, rows)
        found[SINGLE].append(timed(single, engine, requests[:calls], sampling)[0])
        for name in (OURS, ALONE) if number % 2 else (ALONE, OURS):
            function, what = (ours, model) if name == OURS else (alone, engine)
            rate, lengths = timed(function, what, requests, sampling)
            found[name].append(rate)
        found[BENCHMARK].append(elsewhere(benchmark, requests, lengths))
    return found


def elsewhere(function: Callable, *arguments):
    """In a process of its own, which takes its number of threads from the environment."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=quiet) as pool:
        return pool.submit(function, *arguments).result()


def quiet() -> None:
    logging.disable(logging.WARNING)


def main(rows: int = 2000, rounds: int = 5, calls: int = 60) -> None:
    os.environ.update(CPU_ENVIRONMENT)
    # Threads that spin while another process works make both ten times as slow.
    os.environ["OMP_WAIT_POLICY"] = "passive"
    found = {}
    for threads in THREADS:
        os.environ["OMP_NUM_THREADS"] = str(threads)
        found[threads] = elsewhere(measure, rows, rounds, calls)
    print(f"tokens/s, median of {rounds} rounds")
    for name in found[THREADS[0]]:
        rates = ", ".join(
            f"{statistics.median(found[threads][name]):,.0f} with {threads}" for threads in THREADS
        )
        print(f"{name}: {rates}")
    for peer in (ALONE, BENCHMARK, SINGLE):
        ratios = {
            threads: [
                a / b for a, b in zip(found[threads][OURS], found[threads][peer], strict=True)
            ]
            for threads in THREADS
        }
        shown = ", ".join(
            f"{statistics.median(of):.2f} ({min(of):.2f} to {max(of):.2f}) with {threads}"
            for threads, of in ratios.items()
        )
        best = [max(statistics.median(found[t][name]) for t in THREADS) for name in (OURS, peer)]
        print(f"ours / {peer}: {shown}; each with what it likes best {best[0] / best[1]:.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
