"""Experts and the engines or servers that run them."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from warriorcoder.config.section import EXPANDED, Distinct, Place, RosterName, Section, text

Role = Literal["mine", "answer", "judge", "benchmark"]
Family = Literal[
    "none", "think", "magistral", "seed", "command", "open-thoughts", "final-answer", "harmony"
]
Rows = Annotated[str, text(r"\.(jsonl|parquet)$", words="a file .jsonl or .parquet"), EXPANDED]


# Arguments of vLLM → the config key that sets them, if there is one.
SET_BY_US = {
    "model": "model",
    "dtype": "engine.dtype",
    "max_model_len": "engine.max_model_len",
    "gpu_memory_utilization": "engine.gpu_memory_utilization",
    "tensor_parallel_size": "engine.tensor_parallel",
    "max_num_seqs": "engine.max_num_seqs",
    "max_num_batched_tokens": "engine.max_num_batched_tokens",
    "trust_remote_code": None,
    "tokenizer": None,
    "enable_prefix_caching": None,
}


def _unset_by_us(extra: dict[str, Any]) -> dict[str, Any]:
    for name in extra:
        if name in SET_BY_US:
            key = SET_BY_US[name]
            fix = f"Set {key} instead" if key else "The pipeline decides it. Remove it"
            raise ValueError(f"{name!r} cannot be given here. {fix}.")
    return extra


class Engine(Section):
    """The engine that runs the models on this site's machines."""

    kind: Literal["transformers", "vllm"] = Field(description="Library that runs the models.")
    dtype: Literal["float32", "bfloat16", "float16", "auto"] = Field(
        "auto", description="Weights and activations."
    )
    batch_size: int = Field(
        64, gt=0, description="Rows per batch of transformers. It affects the results."
    )
    max_model_len: int | None = Field(
        None, gt=0, description="vLLM's context window in tokens. Null takes the model's own."
    )
    gpu_memory_utilization: float = Field(0.9, gt=0, le=1, description="vLLM's share of a GPU.")
    tensor_parallel: int | None = Field(
        None,
        gt=0,
        description="GPUs that share one copy of a model in vLLM. A job with a multiple of them "
        "runs several copies. Null: the fewest GPUs of the job that have room for weights and "
        "context (`warriorcoder doctor` shows the number).",
    )
    max_num_seqs: int | None = Field(
        None, gt=0, description="Rows that vLLM runs at once. Null takes its default."
    )
    max_num_batched_tokens: int | None = Field(
        None, gt=0, description="Tokens in one step of vLLM. Null takes its default."
    )
    extra: dict[str, Any] = Field(
        {}, description="Further arguments of vLLM, spelt as in its `EngineArgs`."
    )

    @field_validator("extra")
    @classmethod
    def _others(cls, extra: dict) -> dict:
        return _unset_by_us(extra)


class OwnEngine(Section):
    """Keys of `engine` that one expert overrides. Null keeps the value of `engine`."""

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
    max_num_seqs: int | None = Field(None, gt=0, description="Instead of `engine.max_num_seqs`.")
    max_num_batched_tokens: int | None = Field(
        None, gt=0, description="Instead of `engine.max_num_batched_tokens`."
    )
    extra: dict[str, Any] | None = Field(None, description="Instead of `engine.extra`.")

    @field_validator("extra")
    @classmethod
    def _others(cls, extra: dict | None) -> dict | None:
        return extra if extra is None else _unset_by_us(extra)


class Api(Section):
    """A server that speaks OpenAI's protocol."""

    base_url: str = Field(description="The server's address, with `/v1`.")
    model: str | None = Field(
        None, description="The expert's name on the server. Null: its `model`."
    )
    protocol: Literal["completions", "chat"] = Field(
        "completions",
        description="`completions` sends token ids. `chat` sends messages, and cannot be mined.",
    )
    prompt: Literal["ids", "text"] = Field(
        "ids",
        description="Form of a prompt of `completions`. `text` is for servers that take no token "
        "ids. It goes without the BOS token that the tokenizer puts before a text.",
    )
    key_env: str | None = Field(None, description="Environment variable that holds the key.")
    body: dict[str, Any] = Field(
        {}, description="Additional fields of every request. Null removes a field of the pipeline."
    )
    refused: Literal["fail", "empty"] = Field(
        "fail",
        description="Effect of a row that the server refuses (400), or whose token ids no text "
        "gives (`prompt: text`): the job fails after all other rows, or the row is an empty text "
        "(`content_filter`).",
    )
    concurrency: int = Field(64, gt=0, description="Requests in flight.")
    timeout: float = Field(600, gt=0, description="Seconds that one request may take.")
    patience: float = Field(
        1800, ge=0, description="Seconds that a row is asked for again while the server fails."
    )

    @field_validator("base_url")
    @classmethod
    def _address(cls, url: str) -> str:
        if not re.fullmatch(r"https?://[^\s@?#]+", url):  # not in the message: it may hold a key
            raise ValueError(
                "is http(s)://HOST/v1, without user, password or query. Put the key into the "
                "environment variable that key_env names."
            )
        return url

    @field_validator("key_env")
    @classmethod
    def _name_of_a_variable(cls, name: str | None) -> str | None:
        if name is not None and not re.fullmatch(r"[A-Z][A-Z0-9_]*", name):
            raise ValueError(
                "is the NAME (capitals) of an environment variable. Never write a key into a "
                "config."
            )
        return name

    @field_validator("body")
    @classmethod
    def _ours(cls, body: dict) -> dict:
        if ours := body.keys() & {"model", "prompt", "messages", "n", "stream"}:
            raise ValueError(f"{sorted(ours)[0]!r} is set by the pipeline. Remove it.")
        return body

    @model_validator(mode="after")
    def _messages(self):
        if self.protocol == "chat" and self.prompt == "text":
            raise ValueError("a chat server takes messages. Remove prompt.")
        return self


class OwnLengths(Section):
    """An expert's own `max_tokens` per section. Tokens of a thought count, too."""

    difficulty: int | None = Field(None, gt=0, description="Instead of `difficulty.max_tokens`.")
    answers: int | None = Field(None, gt=0, description="Instead of `answers.max_tokens`.")
    arena: int | None = Field(None, gt=0, description="Instead of `arena.max_tokens`.")


class Source(Section):
    """A model: its weights, the engine or server that runs it, and its chat template."""

    model: Place = Field(description="Hub id, or a local folder.")
    revision: str | None = Field(
        None, description="Commit of the hub repository. `warriorcoder pin` writes it."
    )
    api: Api | None = Field(None, description="A server that runs it instead of `engine`.")
    gpus: int | None = Field(
        default_factory=lambda data: 0 if data.get("api") else None,
        ge=0,
        description="GPUs of a job with this model. Null: `cluster`, or 0 with an `api`.",
    )
    engine: OwnEngine | None = Field(
        None, description="Keys of `engine` that differ for this model."
    )
    chat_template: Place | None = Field(
        None, description="File with a Jinja chat template, if the tokenizer has none."
    )
    template_date: date = Field(
        date(2024, 7, 26), description="Date given to templates that print today's date."
    )
    reasoning: Family = Field(
        "none",
        description="Format that separates thoughts from the final answer (docs/experts.md).",
    )

    @model_validator(mode="after")
    def _served(self):
        if self.api and self.engine:
            raise ValueError("its server decides how it runs. Remove engine.")
        if self.chats and self.chat_template:
            raise ValueError("a chat server has its own template. Remove chat_template.")
        return self

    @property
    def chats(self) -> bool:
        """Return True for a chat server, which has no tokenizer or template here and no mining."""
        return self.api is not None and self.api.protocol == "chat"


class Named(Section):
    """A section with a name in the key `name`."""

    name: RosterName = Field(description="Wildcard and column value. Never reuse one.")


class Expert(Source, Named):
    """A model that mines, answers, judges or is benchmarked."""

    roles: Annotated[tuple[Role, ...], Distinct] = Field(
        ("mine", "answer", "judge"),
        description="Stages that this expert takes part in. `benchmark` gives it a row in the "
        "tables of results.",
    )
    instructions: Rows | None = Field(
        None,
        description="File that replaces its mining: JSONL or Parquet with a column `text` "
        "(docs/experts.md).",
    )
    answers: Rows | None = Field(
        None,
        description="File that replaces its answering: JSONL or Parquet with columns `instruction` "
        "and `answer`.",
    )
    max_tokens: OwnLengths = Field(OwnLengths(), description="Its own limits per section.")

    @property
    def files(self) -> dict[str, str]:
        """Return the files that replace its generation, by role."""
        given = {"mine": self.instructions, "answer": self.answers}
        return {role: path for role, path in given.items() if path}

    @property
    def generates(self) -> tuple[str, ...]:
        """Return the roles in which the model generates."""
        return tuple(role for role in self.roles if role not in self.files)
