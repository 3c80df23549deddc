"""The interface of all engines.

A request holds token ids, a seed and a stable id. It holds messages if a server takes nothing else.
A completion comes back under the id of its request. Engines may batch and order requests freely.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Request:
    """One prompt, as token ids or messages, with the seed of its draws."""

    id: str
    prompt: tuple[int, ...] | tuple[dict[str, str], ...]
    seed: int


@dataclass(frozen=True)
class Sampling:
    """Settings of decoding. `temperature` 0 is greedy.

    A completion ends before its first stop id or stop text. It is one of `choices` if there are
    any.
    """

    temperature: float
    top_p: float
    max_tokens: int
    stop_ids: tuple[int, ...]
    stop_texts: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()

    @property
    def decides(self) -> dict[str, Any]:
        """Return the settings as the keys of the row cache hold them, which older rows share."""
        return {key: value for key, value in asdict(self).items() if key != "choices" or value}


@dataclass(frozen=True)
class Completion:
    """The generated text of a request.

    `text` keeps special tokens. `finish_reason` is `stop`, `length`, or a server's
    `content_filter`. `prompt_tokens` is a server's count for messages.
    """

    id: str
    text: str
    finish_reason: str
    n_tokens: int
    prompt_tokens: int | None = field(default=None, compare=False)


def cut(text: str, stops: Sequence[str]) -> str:
    """Return `text` up to the first of `stops` in it."""
    return text[: min((text.index(stop) for stop in stops if stop in text), default=len(text))]


class EngineError(RuntimeError):
    """A model that cannot run. The message names the expert and the fix."""


class Engine(Protocol):
    """Software that runs a model."""

    def generate(
        self, requests: Sequence[Request], sampling: Sampling
    ) -> Iterable[list[Completion]]:
        """Yield one completion per request, in groups. The caller stores each group at once."""
        ...
