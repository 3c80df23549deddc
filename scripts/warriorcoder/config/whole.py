"""The whole configuration of a run."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator, model_validator

from warriorcoder.config import presets
from warriorcoder.config.analysis import Analysis
from warriorcoder.config.answers import Answers
from warriorcoder.config.arena import Arena
from warriorcoder.config.benchmarks import PROBLEMS, Benchmark, Dataset, Sandbox, World
from warriorcoder.config.cluster import Cluster
from warriorcoder.config.compression import Compression, Decontamination
from warriorcoder.config.curation import Curation
from warriorcoder.config.difficulty import Difficulty
from warriorcoder.config.experts import Engine, Expert
from warriorcoder.config.gold import Export, Roster
from warriorcoder.config.judges import judges_of, may_judge
from warriorcoder.config.mining import Mining
from warriorcoder.config.models import Model, Published, Style
from warriorcoder.config.rating import Rating
from warriorcoder.config.rehearsal import Rehearsal
from warriorcoder.config.section import Name, RosterName, Section, text
from warriorcoder.config.training import Training
from warriorcoder.core.paths import find, searched
from warriorcoder.download import hub

WRITES = {
    "mine": ["mining"],
    "answer": ["answers"],
    "judge": ["difficulty", "arena"],
    "benchmark": ["benchmarks"],
}


class Config(Section):
    """The whole configuration of a run, checked across sections."""

    fidelity: presets.Fidelity | None = Field(
        None, description="Preset: fills the choices below that the file leaves out."
    )
    name: Name = Field(description="Title of the report.")
    seed: int = Field(ge=0, description="Enters every random choice.")
    results: Annotated[str, text(r"^[^{}]+$", words="the name of a folder, without { and }")] = (
        Field(description="Folder of all outputs.")
    )
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
    export: Export = Field(Export(), description="Filters of the training sets.")
    training: Training
    benchmarks: dict[Name, Benchmark] = Field(min_length=1)
    models: dict[RosterName, Model] = Field(
        {}, description="Models beside the base and the rosters in the tables of results."
    )
    published: dict[RosterName, list[Published]] = Field(
        {},
        description="Known figures of the base, of `models` and of benchmarked experts, for "
        "`snakemake calibrate`.",
    )
    sandbox: Sandbox
    analysis: Analysis
    world: World | None = Field(None, description="Only the miniature has one.")
    cluster: Cluster = Field(Cluster(), description="Set by a profile.")
    rehearsal: Rehearsal | None = Field(
        Rehearsal(), description="Size of `snakemake rehearsal`; null: there is no such target."
    )

    @field_validator("experts")
    @classmethod
    def _unique(cls, experts: list[Expert]) -> list[Expert]:
        names = [expert.name for expert in experts]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(
                    f"expert {name!r} is named twice. Names are wildcards, so rename one."
                )
            if "_" in name:
                raise ValueError(f"expert {name!r}: '_' joins two names in paths. Use '-'.")
        return experts

    @field_validator("experts")
    @classmethod
    def _mined(cls, experts: list[Expert]) -> list[Expert]:
        for expert in experts:
            if expert.chats and "mine" in expert.generates:
                raise ValueError(
                    f"expert {expert.name!r}: a chat server puts its own template around every "
                    "prompt and cannot be mined. Give it roles: [answer, judge], or "
                    "api.protocol: completions, or a file of instructions."
                )
        return experts

    @field_validator("experts")
    @classmethod
    def _files_of_roles(cls, experts: list[Expert]) -> list[Expert]:
        for expert in experts:
            for role in expert.files.keys() - set(expert.roles):
                key = "instructions" if role == "mine" else "answers"
                raise ValueError(
                    f"expert {expert.name!r}: {key} belongs to role {role}, which it lacks. Add "
                    f"the role, or remove {key}."
                )
        return experts

    @field_validator("benchmarks")
    @classmethod
    def _placed(cls, benchmarks: dict[str, Benchmark], info: ValidationInfo):
        def placed(spec: Benchmark) -> Benchmark:
            path = spec.dataset.replace("{results}", info.data.get("results", ""))
            return spec.model_copy(update={"dataset": path})

        return {name: placed(spec) for name, spec in benchmarks.items()}

    @model_validator(mode="after")
    def _consistent(self):
        names = [expert.name for expert in self.experts]
        for roster, spec in self.rosters.items():
            for name in spec.experts:
                if name not in names:
                    raise ValueError(
                        f"rosters.{roster}.experts: {name!r} is no expert. Choose from {names}."
                    )
                if "answer" not in self.expert(name).roles:
                    raise ValueError(
                        f"rosters.{roster}.experts: {name!r} lacks role answer. Add it."
                    )
            if not any("mine" in self.expert(name).roles for name in spec.experts):
                raise ValueError(
                    f"rosters.{roster}.experts: none has role mine, so there is nothing to train "
                    "on. Add an expert with that role."
                )
        sources: dict[str, tuple] = {}
        for key, dataset in self.datasets.items():
            source = (dataset.url, dataset.hub, dataset.sha256)
            if source != sources.setdefault(dataset.dataset, source):
                raise ValueError(
                    f"{key}.dataset: {dataset.dataset} has another url, hub or sha256 elsewhere. "
                    "Give each file its own name."
                )
        for key, model in self.loaded.items():
            width = self.engine_of(model).tensor_parallel
            if self.engine.kind == "vllm" and width and model.gpus and model.gpus % width:
                raise ValueError(
                    f"{key}.gpus: {model.gpus} on a node is no multiple of its tensor_parallel "
                    f"{width}. Change it, or tensor_parallel in {key}.engine or engine."
                )
        judges = [expert.name for expert in self.experts if "judge" in expert.roles]
        for roster, spec in self.rosters.items():
            if len(spec.experts) > 1 and any(
                not any(may_judge(judge, a, d) for judge in judges)
                for a in spec.experts
                for d in spec.experts
                if a != d
            ):
                raise ValueError(
                    f"rosters.{roster}: a battle needs a judge that does not play in it. Give at "
                    f"least 3 experts the role judge. {len(judges)} have it ({judges})."
                )
            n, pairs = len(spec.experts), len(spec.experts) * (len(spec.experts) - 1) // 2
            if self.arena.budget and n > 2 and self.arena.budget * pairs <= n // 2:
                raise ValueError(
                    f"arena.budget: {self.arena.budget:g} is too small for rosters.{roster}. One "
                    f"battle of each expert is {n // 2 / pairs:.0%} of all. Set more than that."
                )
            for name in spec.experts:
                if "mine" in self.expert(name).roles:
                    judges_of(name, judges, self.difficulty.judges_per_author)
        return self

    @model_validator(mode="after")
    def _rows_told_apart(self):
        """Check the names of the rows in the tables of results."""
        _refuse(
            f"models.{name}: {name!r} is an expert. Choose another name, or add the role benchmark "
            "to the expert."
            for name in self.models
            if any(expert.name == name for expert in self.experts)
        )
        _refuse(
            f"{section}.base: 'base' is reserved for the untrained target. Choose another name."
            for section, names in (("models", self.models), ("rosters", self.rosters))
            if "base" in names
        )
        _refuse(
            f"rosters.{name}: {name!r} is a row of the tables already, under models or as a "
            "benchmarked expert. Choose another name."
            for name in self.rosters
            if name in self.scored
        )
        _refuse(
            f"published.{name}: {name!r} is not scored before training; there are "
            f"{list(self.scored)}"
            for name in self.published
            if name not in self.scored
        )
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
                            f"{first}'s as well. Remove one, or give each set its own version."
                        )
        return self

    @model_validator(mode="after")
    def _room_for_prompts(self):
        """Check that vLLM's context window holds a prompt and `max_tokens` of output."""
        for key, spec in self.loaded.items():
            window = self.engine_of(spec).max_model_len
            where = f"{key}.engine" if spec.engine and spec.engine.max_model_len else "engine"
            _refuse(
                f"{limit}: {tokens} leave a prompt no room in {where}.max_model_len, {window}. "
                "Lower the one, or raise the other."
                for limit, tokens in self._writes(key, spec)
                if self.engine.kind == "vllm" and window and not spec.api and tokens >= window
            )
        return self

    def _writes(self, key: str, spec: Expert) -> Iterator[tuple[str, int]]:
        """Yield the keys that limit the tokens of a model's outputs, and their values."""
        for section in sum((WRITES[role] for role in spec.generates), []):
            if section == "benchmarks":
                for name, benchmark in self.benchmarks.items():
                    yield f"benchmarks.{name}.max_tokens", benchmark.max_tokens
            elif own := getattr(spec.max_tokens, section, None):
                yield f"{key}.max_tokens.{section}", own
            else:
                yield f"{section}.max_tokens", getattr(self, section).max_tokens

    @model_validator(mode="after")
    def _has_its_world(self):
        needy = {"analysis.truth": self.analysis.truth is not None}
        needy |= {
            f"benchmarks.{name}.dataset": self._makes(b) for name, b in self.benchmarks.items()
        }
        _refuse(
            f"{key}: belongs to the miniature's world. Add `world`, as in config/miniature.yaml."
            for key, needs in needy.items()
            if needs and not self.world
        )
        return self

    @model_validator(mode="after")
    def _models_are_somewhere(self):
        """Check that each model is a hub id or a folder.

        The embedder's package may be missing here, as another environment may have it.
        """
        models = {
            key: ("model", spec.model, spec.revision)
            for key, spec in self.loaded.items()
            if not spec.chats
        }
        models["compression"] = ("embedder", self.compression.embedder, self.compression.revision)
        models["training"] = ("base", self.training.base, self.training.revision)
        _refuse(
            f"{key}.{name}: {model!r} is no folder in {searched()}, and no model of the hub "
            "(owner/name)"
            for key, (name, model, _) in models.items()
            if not (
                hub.on_hub(model)
                or (model and Path(find(model)).is_dir())
                or (name == "embedder" and _in_package(model))
            )
        )
        _refuse(
            f"{key}.revision: {revision!r} is no commit, and may move. Remove it, and run "
            "`warriorcoder pin` to write today's commit."
            for key, (_, model, revision) in models.items()
            if revision and hub.on_hub(model) and not re.fullmatch("[0-9a-f]{40}", revision)
        )
        return self

    @model_validator(mode="after")
    def _files_are_here(self):
        files = {f"{key}.chat_template": spec.chat_template for key, spec in self.loaded.items()}
        files |= {
            f"experts.{expert.name}.{key}": getattr(expert, key)
            for expert in self.experts
            for key in ("instructions", "answers")
        }
        for name, spec in self.benchmarks.items():
            files[f"benchmarks.{name}.environment"] = spec.environment
        for key, dataset in self.datasets.items():
            if not (dataset.fetched or self._makes(dataset)):
                files[f"{key}.dataset"] = dataset.dataset
        _refuse(
            f"{key}: there is no file {path!r} in {searched()}. Fix the path."
            for key, path in files.items()
            if path is not None and not Path(find(path)).is_file()
        )
        return self

    def _makes(self, spec: Dataset) -> bool:
        """Return True if the miniature's world builds the data set."""
        folder = Path(self.results, "datasets")
        return Path(spec.dataset) in {folder / f"{name}.jsonl" for name in World.model_fields}

    def file_of(self, spec: Dataset) -> str:
        """Return the path of a data set. What a run fetches or makes ships with no project."""
        return spec.dataset if spec.fetched or self._makes(spec) else find(spec.dataset)

    def problems_of(self, benchmark: str) -> int:
        """Return the number of problems of a benchmark, of a file that no run has the published."""
        spec = self.benchmarks[benchmark]
        made = self.world if self._makes(spec) else None
        size = getattr(made, Path(spec.dataset).stem) if made else PROBLEMS[spec.kind]
        return min(size, spec.problems or size)

    @property
    def datasets(self) -> dict[str, Dataset]:
        """The data sets of all benchmarks and analyses, by config key."""
        corpus = self.analysis.overlap_corpus
        benchmarks = {f"benchmarks.{name}": spec for name, spec in self.benchmarks.items()}
        return benchmarks | ({"analysis.overlap_corpus": corpus} if corpus else {})

    @property
    def loaded(self) -> dict[str, Expert]:
        """The models that `engine` or a server runs, by config key."""
        experts = {f"experts.{expert.name}": expert for expert in self.experts}
        models = {f"models.{name}": model.named(name) for name, model in self.models.items()}
        return experts | models | {"training": self.target}

    @property
    def scored(self) -> dict[str, Expert]:
        """The models that benchmarks score as they are, by row: base, `models`, experts."""
        models = {name: model.named(name) for name, model in self.models.items()}
        experts = {expert.name: expert for expert in self.experts if "benchmark" in expert.roles}
        return {"base": self.target} | models | experts

    def style(self, row: str) -> Style:
        """Return the prompts of a row. The base continues a text, a trained model chats."""
        if row in self.models:
            return self.models[row].style
        return "completion" if row == "base" else "chat"

    def expert(self, name: str) -> Expert:
        """Return the expert with a name."""
        return next(expert for expert in self.experts if expert.name == name)

    @property
    def target(self) -> Expert:
        """The untrained target as an expert that answers benchmarks on the GPUs of one node."""
        own, gpus = self.training, self.training.gpus
        return Expert(
            name="base",
            model=own.base,
            revision=own.revision,
            chat_template=own.chat_template,
            roles=("benchmark",),
            gpus=gpus and gpus // own.nodes,
            engine=own.engine,
        )

    def training_of(self, roster: str) -> Training:
        """Return `training` with the length that a roster sets itself."""
        own = self.rosters[roster].model_dump(include={"steps", "epochs"})
        return self.training.model_copy(update=own) if any(own.values()) else self.training

    def engine_of(self, expert: Expert) -> Engine:
        """Return `engine` with the keys that an expert overrides."""
        own = expert.engine.model_dump(exclude_none=True) if expert.engine else {}
        return self.engine.model_copy(update=own)


def _refuse(problems: Iterable[str]) -> None:
    if lines := list(problems):
        raise ValueError("\n  ".join(lines))


def _in_package(embedder: str) -> bool:
    """Return False if the package of `package:NAME/FOLDER` is installed without the folder."""
    try:
        return hub.locate(embedder) != embedder
    except hub.PackageMissing:
        return True
    except FileNotFoundError:
        return False
