"""Shipped experts behind either engine.

This folder has no __init__.py: it would hide the package vllm.
"""

from pathlib import Path

from warriorcoder.config.experts import Engine, Expert
from warriorcoder.models import system_prompt
from warriorcoder.models.engines import Request, Sampling
from warriorcoder.models.model import Model

WEIGHTS = Path(__file__).parents[2] / "scripts/warriorcoder/miniature/weights"
VLLM = Engine(kind="vllm", dtype="float32")
TRANSFORMERS = Engine(kind="transformers", dtype="float32", batch_size=16)


def model(cache: Path, expert: str = "athene", engine: Engine = VLLM, gpus: int = 0) -> Model:
    return Model(Expert(name=expert, model=str(WEIGHTS / expert), gpus=gpus), engine, cache)


def mining(one: Model, rows: int, max_tokens: int = 60) -> tuple[list[Request], Sampling]:
    prefix, stops = one.chat.prefix(system_prompt.SYSTEM), one.chat.user_stops(system_prompt.SYSTEM)
    requests = [Request(f"r{row}", prefix, 1000 + row) for row in range(rows)]
    return requests, Sampling(1.0, 0.99, max_tokens, stops.ids, stops.texts)
