"""The small interface through which every model is reached.

A request is a list of token ids (messages, where a server takes nothing else) with a seed of its
own and a stable id; a completion comes back under that id. Engines batch and order as they like.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Request:
    id: str
    prompt: tuple[int, ...] | tuple[dict[str, str], ...]
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
    """`text` keeps special tokens; `finish_reason` is `stop`, `length`, or a server's
    `content_filter`. `prompt_tokens` is what a server counted in messages."""

    id: str
    text: str
    finish_reason: str
    n_tokens: int
    prompt_tokens: int | None = field(default=None, compare=False)


class EngineError(RuntimeError):
    """A model that cannot be run; the message names the expert and what mends it."""


class Engine(Protocol):
    def generate(
        self, requests: Sequence[Request], sampling: Sampling
    ) -> Iterable[list[Completion]]:
        """One completion per request, in groups as they come; the caller keeps each at once."""
        ...
