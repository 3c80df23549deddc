"""The small interface through which every model is reached.

A request is a list of token ids with a seed of its own and a stable id; a completion comes back
under that id. Engines batch and order as they like.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Request:
    id: str
    prompt: tuple[int, ...]
    seed: int


@dataclass(frozen=True)
class Sampling:
    """`temperature` 0 is greedy. A completion ends before its first stop id or stop text."""

    temperature: float
    top_p: float
    max_tokens: int
    stop_ids: tuple[int, ...]
    stop_texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Completion:
    """`text` keeps special tokens; `finish_reason` is `stop` or `length`."""

    id: str
    text: str
    finish_reason: str
    n_tokens: int


class EngineError(RuntimeError):
    """A model that cannot be run; the message names the expert and what mends it."""


class Engine(Protocol):
    def generate(
        self, requests: Sequence[Request], sampling: Sampling
    ) -> Iterable[list[Completion]]:
        """One completion per request, in groups as they come; the caller keeps each at once."""
        ...
