"""Benchmarks of the trained models, and the sandbox of their programs."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from warriorcoder.config.section import (
    Commit,
    Nucleus,
    Place,
    Section,
    Sha256,
    Temperature,
    Url,
    text,
)

PROBLEMS = {  # of the published sets
    "humaneval": 164,
    "mbpp": 378,
    "cruxeval-input": 800,
    "cruxeval-output": 800,
    "ds1000": 1000,
}


class Decoding(Section):
    """A way to sample a benchmark. `pass@k` is estimated from `n` samples per problem."""

    n: int = Field(1, gt=0, description="Samples per problem.")
    temperature: Temperature = Field(0.0, description="0 is greedy.")
    top_p: Nucleus = Field(1.0, description="Nucleus of the samples.")
    report: list[Annotated[int, Field(gt=0)]] = Field(
        [1], min_length=1, description="Each k of the reported pass@k."
    )

    @model_validator(mode="after")
    def _enough_samples(self):
        if max(self.report) > self.n:
            raise ValueError(
                f"pass@{max(self.report)} needs n >= {max(self.report)}, not {self.n}. Raise n."
            )
        return self

    def setting(self, chain_of_thought: bool) -> str:
        """Return the label of a report's column. Each setting has its own column."""
        drawn = f"T {self.temperature:g}, top-p {self.top_p:g}, {self.n} samples"
        how = drawn if self.temperature else "greedy"
        return how + (", chain of thought" if chain_of_thought else "")


class Hub(Section):
    """A file of a data-set repository on the Hugging Face hub."""

    repo: str = Field(description="`owner/name`.")
    revision: Commit = Field(description="Commit of the repository.")
    file: str = Field(description="Path in the repository.")


class Dataset(Section):
    """A local file, or a file that is downloaded and checked."""

    dataset: Place = Field(description="JSON lines or a JSON array, may be `.gz`.")
    url: Url | None = Field(None, description="Address to fetch `dataset` from.")
    hub: Hub | None = Field(None, description="File of a hub repository to fetch `dataset` from.")
    sha256: Sha256 | None = Field(None, description="Checksum of the fetched file.")

    @property
    def fetched(self) -> bool:
        """Return True if the file is downloaded."""
        return bool(self.url or self.hub)

    @property
    def source(self) -> dict:
        """Return the source and the checksum of a downloaded file."""
        return self.model_dump(include={"url", "hub", "sha256"}, exclude_none=True)

    @model_validator(mode="after")
    def _checked(self):
        if self.url and self.hub:
            raise ValueError("url and hub both name a source. Keep one.")
        if self.fetched and not self.sha256:
            raise ValueError("a fetched file is checked: add its sha256")
        if self.fetched and not self.dataset.startswith("resources/"):
            raise ValueError(f"a fetched file lies under resources/: dataset is {self.dataset!r}")
        return self


class Benchmark(Dataset):
    """A benchmark set, its prompts, its decodings and the limits of its programs."""

    dataset: Place = Field(
        description="File of problems, may be `.gz`. `{results}` in it is the key `results`."
    )
    kind: Literal["humaneval", "mbpp", "cruxeval-input", "cruxeval-output", "ds1000"] = Field(
        description="Format of the set, its prompts and its scoring."
    )
    version: str = Field(description="Printed beside every figure.")
    chain_of_thought: bool = Field(
        False, description="CRUXEval's prompts that ask for reasoning before the answer."
    )
    max_tokens: int = Field(gt=0, description="New tokens per sample, at most.")
    problems: int | None = Field(
        None, gt=0, description="First problems of the set that are sampled and scored. Null: all."
    )
    decodings: list[Decoding] = Field(min_length=1, description="Ways to sample the set.")
    environment: Annotated[str, text(r"^envs/[\w.-]+\.txt$", words="envs/NAME.txt")] | None = Field(
        None,
        description="Hash lock of the packages that programs import. Null: the pipeline's.",
    )
    seconds: float | None = Field(None, gt=0, le=86400, description="Instead of `sandbox.seconds`.")
    memory_mb: int | None = Field(None, gt=0, description="Instead of `sandbox.memory_mb`.")

    @model_validator(mode="after")
    def _consistent(self):
        if self.chain_of_thought and not self.kind.startswith("cruxeval"):
            raise ValueError(
                f"chain_of_thought is a key of CRUXEval. {self.kind} has one prompt. Remove it."
            )
        reported = [k for decoding in self.decodings for k in decoding.report]
        for k in reported:
            if reported.count(k) > 1:
                raise ValueError(f"decodings: pass@{k} is reported twice. Keep one.")
        return self


class Sandbox(Section):
    """Isolation and limits of model-written programs."""

    isolation: Literal["bubblewrap", "container", "process"] = Field(
        "bubblewrap", description="Isolation of model-written programs."
    )
    i_accept_weak_isolation: bool = Field(
        False, description="Consent that `container` and `process` need."
    )
    container: list[str] | None = Field(
        None, description="Command of `container` that starts Python 3.11 with stdin attached."
    )
    memory_mb: int = Field(1024, gt=0, description="Address space of one program.")
    seconds: float = Field(5.0, gt=0, le=86400, description="Wall time of one program.")

    @model_validator(mode="after")
    def _consent(self):
        if self.isolation != "bubblewrap" and not self.i_accept_weak_isolation:
            raise ValueError(
                f"isolation {self.isolation!r} is weaker against model-written programs. Install "
                "bubblewrap, or consent with i_accept_weak_isolation: true."
            )
        if (self.isolation == "container") != (self.container is not None):
            raise ValueError(
                "container is the command of isolation 'container'. Give both or none."
            )
        return self


class World(Section):
    """Problems per benchmark set that the miniature builds under `{results}/datasets`.

    No set has a problem twice. Its templates can give as many problems as its bound allows.
    """

    humaneval: int = Field(gt=0, le=1000, description="HumanEval+ format.")
    mbpp: int = Field(gt=0, le=1000, description="MBPP+ format.")
    cruxeval: int = Field(gt=0, le=1000, description="CRUXEval format.")
    ds1000: int = Field(gt=0, le=90, description="DS-1000 format.")
