"""The whole configuration of a run."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator, model_validator

from warriorcoder.config import checks, presets
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
from warriorcoder.config.judges import judges_of
from warriorcoder.config.methods import Objective, objective
from warriorcoder.config.mining import Mining
from warriorcoder.config.models import Model, Published, Style
from warriorcoder.config.rating import Rating
from warriorcoder.config.rehearsal import Rehearsal
from warriorcoder.config.section import EXPANDED, Name, RosterName, Section, text
from warriorcoder.config.training import Training
from warriorcoder.core.paths import find
from warriorcoder.download import hub


class Config(Section):
    """The whole configuration of a run, checked across sections."""

    fidelity: presets.Fidelity | None = Field(
        None, description="Preset: fills the choices below that the file leaves out."
    )
    name: Name = Field(description="Title of the report.")
    caution: str | None = Field(
        None, description="First warning of the report, on what its figures do not show."
    )
    seed: int = Field(ge=0, description="Enters every random choice.")
    results: Annotated[
        str, text(r"^[^{}]+$", words="the name of a folder, without { and }"), EXPANDED
    ] = Field(description="Folder of all outputs.")
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
        Rehearsal(), description="Size of `snakemake rehearsal`. Null: there is no such target."
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

    @field_validator("rosters")
    @classmethod
    def _in_order(cls, rosters: dict[str, Roster], info: ValidationInfo):
        """Give each roster its experts in the order of `experts`. An unknown one stays.

        A roster that trains on another's gold answers has the experts and the gold of that one.
        """
        order = [expert.name for expert in info.data.get("experts", [])]
        places = {name: place for place, name in enumerate(order)}

        def ordered(spec: Roster) -> Roster:
            source = rosters.get(spec.trains_on or "", spec)
            experts = sorted(source.experts, key=lambda name: places.get(name, len(order)))
            return spec.model_copy(update={"experts": experts, "gold": source.gold})

        return {name: ordered(spec) for name, spec in rosters.items()}

    @field_validator("benchmarks")
    @classmethod
    def _placed(cls, benchmarks: dict[str, Benchmark], info: ValidationInfo):
        def placed(spec: Benchmark) -> Benchmark:
            path = spec.dataset.replace("{results}", info.data.get("results", ""))
            return spec.model_copy(update={"dataset": path})

        return {name: placed(spec) for name, spec in benchmarks.items()}

    @model_validator(mode="after")
    def _checked(self):
        for check in checks.ALL:
            check(self)
        return self

    def makes(self, spec: Dataset) -> bool:
        """Return True if the miniature's world builds the data set."""
        folder = Path(self.results, "datasets")
        return Path(spec.dataset) in {folder / f"{name}.jsonl" for name in World.model_fields}

    def file_of(self, spec: Dataset) -> str:
        """Return the path of a data set. What a run fetches or makes ships with no project."""
        return spec.dataset if spec.fetched or self.makes(spec) else find(spec.dataset)

    def problems_of(self, benchmark: str) -> int:
        """Return the number of problems of a benchmark that are sampled."""
        spec = self.benchmarks[benchmark]
        made = self.world if self.makes(spec) else None
        size = getattr(made, Path(spec.dataset).stem) if made else PROBLEMS[spec.kind]
        return min(size, spec.problems or size)

    @property
    def datasets(self) -> dict[str, Dataset]:
        """The data sets of all benchmarks and analyses, by config key."""
        corpus = self.analysis.overlap_corpus
        benchmarks = {f"benchmarks.{name}": spec for name, spec in self.benchmarks.items()}
        return benchmarks | ({"analysis.overlap_corpus": corpus} if corpus else {})

    @property
    def judges(self) -> list[str]:
        """The experts that judge."""
        return [expert.name for expert in self.experts if "judge" in expert.roles]

    @property
    def answerers(self) -> list[str]:
        """The experts of any roster, which answer and battle."""
        rostered = {name for roster in self.rosters.values() for name in roster.experts}
        return [expert.name for expert in self.experts if expert.name in rostered]

    @property
    def authors(self) -> list[str]:
        """The experts of any roster whose instructions are battled on."""
        return [name for name in self.answerers if "mine" in self.expert(name).roles]

    @property
    def raters(self) -> dict[str, list[str]]:
        """The difficulty judges of each author."""
        k = self.difficulty.judges_per_author
        return {author: judges_of(author, self.judges, k) for author in self.authors}

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

    @property
    def snapshots(self) -> dict[str, hub.Snapshot]:
        """The models that a run takes from the hub, by config key."""
        found = {
            key: hub.Snapshot(spec.model, spec.revision, bool(spec.generates) and not spec.api)
            for key, spec in self.loaded.items()
            if not spec.chats
        }
        own = self.compression
        found["compression"] = hub.Snapshot(own.embedder, own.revision, weights=True)
        return {key: each for key, each in found.items() if hub.on_hub(each.model)}

    def key_of(self, row: str) -> str:
        """Return the key in `loaded` of a row's model. A trained model runs as the target does."""
        if row in self.models:
            return f"models.{row}"
        return "training" if row == "base" or row in self.rosters else f"experts.{row}"

    def model_of(self, row: str) -> Expert:
        """Return the model of a row as an expert."""
        return self.loaded[self.key_of(row)]

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

    @property
    def crowned(self) -> list[str]:
        """The rosters with gold answers of their own."""
        return [name for name, roster in self.rosters.items() if not roster.trains_on]

    def gold_of(self, roster: str) -> str:
        """Return the roster whose gold answers a roster trains on."""
        return self.rosters[roster].trains_on or roster

    def objective_of(self, roster: str) -> Objective:
        """Return what a roster's training job runs."""
        return objective(self.rosters[roster].method)

    def start_of(self, roster: str) -> str | None:
        """Return the roster from whose weights a roster goes on, None for the base."""
        own = self.rosters[roster]
        return next(
            (
                name
                for name, other in self.rosters.items()
                if own.method == "sft+dpo"
                and other.method == "sft"
                and self.gold_of(name) == self.gold_of(roster)
                and (other.steps, other.epochs) == (own.steps, own.epochs)
            ),
            None,
        )

    def training_of(self, roster: str) -> Training:
        """Return `training` with the length, the rate and the passes of a roster's training."""
        own = self.rosters[roster].model_dump(include={"steps", "epochs"})
        spec = self.training.model_copy(update=own) if any(own.values()) else self.training
        return spec.for_objective(self.objective_of(roster))

    def engine_of(self, expert: Expert) -> Engine:
        """Return `engine` with the keys that an expert overrides."""
        own = expert.engine.model_dump(exclude_none=True) if expert.engine else {}
        return self.engine.model_copy(update=own)
