"""Experts, and what runs them."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from warriorcoder.config.section import Distinct, RosterName, Section

Family = Literal[
    "none", "think", "magistral", "seed", "command", "open-thoughts", "final-answer", "harmony"
]


class Engine(Section):
    kind: Literal["transformers", "vllm"] = Field(description="What runs the models.")
    dtype: Literal["float32", "bfloat16", "float16", "auto"] = Field(
        "auto", description="Weights and activations."
    )
    batch_size: int = Field(
        64, gt=0, description="Rows a transformers batch holds; part of its results."
    )
    max_model_len: int | None = Field(
        None, gt=0, description="vLLM's context window in tokens; null takes the model's own."
    )
    gpu_memory_utilization: float = Field(0.9, gt=0, le=1, description="vLLM's share of a GPU.")
    tensor_parallel: int | None = Field(
        None,
        gt=0,
        description="GPUs that share one copy of a model in vLLM; a job with a multiple of them "
        "runs as many copies. null: all GPUs of the job share one.",
    )


class OwnEngine(Section):
    """Keys of `engine` that one expert sets itself; null leaves them as they are."""

    dtype: Literal["float32", "bfloat16", "float16", "auto"] | None = Field(
        None, description="Instead of `engine.dtype`."
    )
    max_model_len: int | None = Field(None, gt=0, description="Instead of `engine.max_model_len`.")
    gpu_memory_utilization: float | None = Field(
        None, gt=0, le=1, description="Instead of `engine.gpu_memory_utilization`."
    )
    tensor_parallel: int | None = Field(
        None, gt=0, description="Instead of `engine.tensor_parallel`."
    )


class Api(Section):
    """A server that speaks OpenAI's protocol."""

    base_url: str = Field(description="The server's address, with `/v1`.")
    model: str | None = Field(None, description="The expert's name there; null: its `model`.")
    protocol: Literal["completions", "chat"] = Field(
        "completions",
        description="`completions` sends token ids; `chat` sends messages, and cannot be mined.",
    )
    key_env: str | None = Field(None, description="Environment variable that holds the key.")
    body: dict[str, Any] = Field(
        {}, description="More fields of every request; null leaves one of ours out."
    )
    refused: Literal["fail", "empty"] = Field(
        "fail",
        description="What becomes of a row that the server refuses (400): the job fails after all "
        "other rows, or the row is an empty text (`content_filter`).",
    )
    concurrency: int = Field(64, gt=0, description="Requests in flight.")
    timeout: float = Field(600, gt=0, description="Seconds that one request may take.")
    patience: float = Field(
        1800, ge=0, description="Seconds that a row is asked for again while the server fails."
    )

    @field_validator("base_url")
    @classmethod
    def _address(cls, url: str) -> str:
        if not re.fullmatch(r"https?://[^\s@?#]+", url):  # not told: it may hold a key
            raise ValueError(
                "is http(s)://HOST/v1, without user, password or query; a key goes into the "
                "environment variable that key_env names"
            )
        return url

    @field_validator("key_env")
    @classmethod
    def _name_of_a_variable(cls, name: str | None) -> str | None:
        if name is not None and not re.fullmatch(r"[A-Z][A-Z0-9_]*", name):
            raise ValueError(
                "is the NAME (capitals) of an environment variable; never write a key into a config"
            )
        return name

    @field_validator("body")
    @classmethod
    def _ours(cls, body: dict) -> dict:
        if ours := body.keys() & {"model", "prompt", "messages", "n", "stream"}:
            raise ValueError(f"{sorted(ours)[0]!r} is the pipeline's to set; remove it")
        return body


class OwnLengths(Section):
    """`max_tokens` that one expert has instead of a section's: a thought counts, too."""

    difficulty: int | None = Field(None, gt=0, description="Instead of `difficulty.max_tokens`.")
    answers: int | None = Field(None, gt=0, description="Instead of `answers.max_tokens`.")
    arena: int | None = Field(None, gt=0, description="Instead of `arena.max_tokens`.")


class Expert(Section):
    name: RosterName = Field(description="Wildcard and column value; never reuse one.")
    model: str = Field(description="Hub id, or a local folder.")
    revision: str | None = Field(
        None, description="Commit of the hub repository; `warriorcoder pin` writes it."
    )
    roles: Annotated[tuple[Literal["mine", "answer", "judge"], ...], Distinct] = Field(
        ("mine", "answer", "judge"), description="What this expert takes part in."
    )
    api: Api | None = Field(None, description="A server that runs it instead of `engine`.")
    gpus: int | None = Field(
        default_factory=lambda data: 0 if data.get("api") else None,
        ge=0,
        description="GPUs of a job with this expert; null: `cluster`, or 0 with an `api`.",
    )
    engine: OwnEngine | None = Field(None, description="Where it runs unlike the others.")
    chat_template: str | None = Field(
        None, description="File with a Jinja chat template, where the tokenizer has none."
    )
    template_date: date = Field(
        date(2024, 7, 26), description="What templates that print today's date get instead."
    )
    reasoning: Family = Field(
        "none", description="How its final answer is told from its thoughts (docs/experts.md)."
    )
    max_tokens: OwnLengths = Field(OwnLengths(), description="Where it needs more room, or less.")

    @property
    def chats(self) -> bool:
        """Whether it is reached by messages alone: no tokenizer here, no template, no mining."""
        return self.api is not None and self.api.protocol == "chat"
