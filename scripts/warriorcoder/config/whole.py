"""The whole configuration of a run."""

from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, ValidationError, field_validator, model_validator

from warriorcoder import presets
from warriorcoder.config.benchmarks import Benchmark, Sandbox, World
from warriorcoder.config.data import (
    Answers,
    Arena,
    Compression,
    Curation,
    Decontamination,
    Difficulty,
    Export,
    Mining,
    Rating,
    Roster,
)
from warriorcoder.config.experts import Engine, Expert
from warriorcoder.config.section import Name, RosterName, Section
from warriorcoder.config.training import Training


class ConfigError(ValueError):
    """A configuration that cannot be used; the message names each key and its fix."""


class Analysis(Section):
    overlap_corpus: str | None = Field(
        None, description="JSON(L) of an existing training set for Figure 3; null skips it."
    )
    truth: Literal["miniature"] | None = Field(
        None, description="A world that can tell right answers by execution; null where none can."
    )
    examples: int = Field(2, ge=0, description="Example instructions per difficulty level.")


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
    fidelity: Literal[presets.NAMES] | None = Field(
        None, description="Preset: fills the choices below that the file leaves out."
    )
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
    export: Export = Field(Export(), description="What enters the training sets.")
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

    @field_validator("experts")
    @classmethod
    def _served(cls, experts: list[Expert]) -> list[Expert]:
        for expert in experts:
            if expert.api and expert.engine:
                raise ValueError(
                    f"expert {expert.name!r}: its server decides how it runs: remove engine"
                )
            if expert.chats and "mine" in expert.roles:
                raise ValueError(
                    f"expert {expert.name!r}: a chat server puts its own template around every "
                    "prompt and cannot be mined: give it roles: [answer, judge], or "
                    "api.protocol: completions"
                )
            if expert.chats and expert.chat_template:
                raise ValueError(
                    f"expert {expert.name!r}: a chat server has a template of its own: "
                    "remove chat_template"
                )
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
        models = {f"experts.{expert.name}": expert for expert in self.experts}
        for key, spec in (models | {"training": self.target}).items():
            width = self.engine_of(spec).tensor_parallel
            if self.engine.kind == "vllm" and width and spec.gpus and spec.gpus % width:
                raise ValueError(
                    f"{key}.gpus: {spec.gpus} on a node is no multiple of its tensor_parallel "
                    f"{width} ({key}.engine, or engine, has it)"
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
            n, pairs = len(spec.experts), len(spec.experts) * (len(spec.experts) - 1) // 2
            if self.arena.budget and n > 2 and self.arena.budget * pairs <= n // 2:
                raise ValueError(
                    f"arena.budget: where everybody in rosters.{roster} plays once, "
                    f"{n // 2 / pairs:.0%} of its battles are asked for: take more than that"
                )
        if not any("mine" in expert.roles for expert in self.experts):
            raise ValueError("experts: nobody has role mine, so nobody attacks")
        if "base" in self.rosters:
            raise ValueError("rosters.base: so the untrained target is called; take another name")
        return self

    @model_validator(mode="after")
    def _told_apart(self):
        columns: dict[tuple, str] = {}
        for name, spec in self.benchmarks.items():
            for decoding in spec.decodings:
                setting = decoding.setting(spec.chain_of_thought)
                for k in decoding.report:
                    first = columns.setdefault((spec.kind, spec.version, setting, k), name)
                    if first != name:
                        raise ValueError(
                            f"benchmarks.{name}: pass@{k} on {spec.version!r}, {setting}, is "
                            f"{first}'s as well; leave one out, or give each set its own version"
                        )
        return self

    def expert(self, name: str) -> Expert:
        return next(expert for expert in self.experts if expert.name == name)

    @property
    def target(self) -> Expert:
        """The untrained target as what answers benchmarks, on the GPUs of one node."""
        own, gpus = self.training, self.training.gpus
        return Expert(
            name="base",
            model=own.base,
            revision=own.revision,
            chat_template=own.chat_template,
            roles=("answer",),
            gpus=gpus and gpus // own.nodes,
            engine=own.engine,
        )

    def engine_of(self, expert: Expert) -> Engine:
        """`engine`, with what this expert sets itself."""
        own = expert.engine.model_dump(exclude_none=True) if expert.engine else {}
        return self.engine.model_copy(update=own)


def validate(raw: dict) -> Config:
    """`raw`, with its preset's choices where it makes none, as a Config.

    Raises:
        ConfigError: one line per wrong key, with the key's path, what is wrong and what would do.
    """
    try:
        return Config.model_validate(presets.fill(raw))
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            where = ".".join(map(str, problem["loc"])) or "config"
            lines.append(f"  {where}: {_explain(problem)}")
        raise ConfigError("the configuration cannot be used:\n" + "\n".join(lines)) from None


def load(path: str | Path) -> Config:
    """The configuration in a YAML file.

    Raises:
        ConfigError: it cannot be read, or as `validate`.
    """
    try:
        return validate(yaml.safe_load(Path(path).read_text()))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"cannot be read ({error}); give a YAML file") from None


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
