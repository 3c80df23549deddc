"""Checks across the sections of a configuration. Each raises an error that names key and fix."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from warriorcoder.config.experts import Expert
from warriorcoder.config.judges import judges_of, may_judge
from warriorcoder.core.paths import find, searched
from warriorcoder.download import hub, packages

if TYPE_CHECKING:
    from warriorcoder.config.whole import Config

WRITES = {
    "mine": ["mining"],
    "answer": ["answers"],
    "judge": ["difficulty", "arena"],
    "benchmark": ["benchmarks"],
}


def _rosters_name_experts(config: "Config") -> None:
    names = [expert.name for expert in config.experts]
    for roster in config.crowned:
        spec = config.rosters[roster]
        for name in spec.experts:
            if name not in names:
                raise ValueError(
                    f"rosters.{roster}.experts: {name!r} is no expert. Choose from {names}."
                )
            if "answer" not in config.expert(name).roles:
                raise ValueError(f"rosters.{roster}.experts: {name!r} lacks role answer. Add it.")
        if not any("mine" in config.expert(name).roles for name in spec.experts):
            raise ValueError(
                f"rosters.{roster}.experts: none has role mine, so there is nothing to train "
                "on. Add an expert with that role."
            )


def _trainings_have_their_data(config: "Config") -> None:
    """Check the gold answers, the pairs and the starting weights of each roster's training."""
    for roster, spec in config.rosters.items():
        where, source = f"rosters.{roster}", spec.trains_on
        if source and source not in config.crowned:
            raise ValueError(
                f"{where}.trains_on: {source!r} is no roster with gold answers of its own. Choose "
                f"from {config.crowned}."
            )
        if "dpo" not in spec.method:
            continue
        if len(spec.experts) < 2:
            raise ValueError(
                f"{where}.method: {spec.method} needs preference pairs, and "
                f"{', '.join(spec.experts)} has no rival. Add an expert, or set method: sft."
            )
        if config.training.validation_share:
            raise ValueError(
                f"{where}.method: {spec.method} has no validation loss. Set "
                "training.validation_share to 0, or method to sft or lora."
            )
        if spec.method == "sft+dpo" and not config.start_of(roster):
            raise ValueError(
                f"{where}.method: sft+dpo goes on from a roster with method sft, the same gold "
                "answers, and the same steps and epochs. Add one, for example "
                f"{roster}-sft: {{trains_on: {config.gold_of(roster)}}}."
            )


def _files_have_one_source(config: "Config") -> None:
    sources: dict[str, dict] = {}
    for key, dataset in config.datasets.items():
        if dataset.source != sources.setdefault(dataset.dataset, dataset.source):
            raise ValueError(
                f"{key}.dataset: {dataset.dataset} has another url, hub or sha256 elsewhere. "
                "Give each file its own name."
            )


def _copies_fill_their_gpus(config: "Config") -> None:
    for key, model in config.loaded.items():
        width = config.engine_of(model).tensor_parallel
        if config.engine.kind == "vllm" and width and model.gpus and model.gpus % width:
            raise ValueError(
                f"{key}.gpus: {model.gpus} on a node is no multiple of its tensor_parallel "
                f"{width}. Change it, or tensor_parallel in {key}.engine or engine."
            )


def _battles_have_judges(config: "Config") -> None:
    judges = config.judges
    for roster, spec in config.rosters.items():
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
        if config.arena.budget and n > 2 and config.arena.budget * pairs <= n // 2:
            raise ValueError(
                f"arena.budget: {config.arena.budget:g} is too small for rosters.{roster}. One "
                f"battle of each expert is {n // 2 / pairs:.0%} of all. Set more than that."
            )
        for name in spec.experts:
            if "mine" in config.expert(name).roles:
                judges_of(name, judges, config.difficulty.judges_per_author)


def _rows_told_apart(config: "Config") -> None:
    """Check the names of the rows in the tables of results."""
    _refuse(
        f"models.{name}: {name!r} is an expert. Choose another name, or add the role benchmark "
        "to the expert."
        for name in config.models
        if any(expert.name == name for expert in config.experts)
    )
    _refuse(
        f"{section}.base: 'base' is reserved for the untrained target. Choose another name."
        for section, names in (
            ("experts", [expert.name for expert in config.experts]),
            ("models", config.models),
            ("rosters", config.rosters),
        )
        if "base" in names
    )
    _refuse(
        f"rosters.{name}: {name!r} is a row of the tables already, under models or as a "
        "benchmarked expert. Choose another name."
        for name in config.rosters
        if name in config.scored
    )
    _refuse(
        f"published.{name}: {name!r} is not scored before training; there are {list(config.scored)}"
        for name in config.published
        if name not in config.scored
    )


def _told_apart(config: "Config") -> None:
    columns: dict[tuple, str] = {}
    for name, spec in config.benchmarks.items():
        for decoding in spec.decodings:
            setting = decoding.setting(spec.chain_of_thought)
            for k in decoding.report:
                first = columns.setdefault((spec.kind, spec.version, setting, k), name)
                if first != name:
                    raise ValueError(
                        f"benchmarks.{name}: pass@{k} on {spec.version!r}, {setting}, is "
                        f"{first}'s as well. Remove one, or give each set its own version."
                    )


def _room_for_prompts(config: "Config") -> None:
    """Check that vLLM's context window holds a prompt and `max_tokens` of output."""
    for key, spec in config.loaded.items():
        window = config.engine_of(spec).max_model_len
        where = f"{key}.engine" if spec.engine and spec.engine.max_model_len else "engine"
        _refuse(
            f"{limit}: {tokens} leave a prompt no room in {where}.max_model_len, {window}. "
            "Lower the one, or raise the other."
            for limit, tokens in _writes(config, key, spec)
            if config.engine.kind == "vllm" and window and not spec.api and tokens >= window
        )


def _writes(config: "Config", key: str, spec: Expert) -> Iterator[tuple[str, int]]:
    """Yield the keys that limit the tokens of a model's outputs, and their values."""
    for section in sum((WRITES[role] for role in spec.generates), []):
        if section == "benchmarks":
            for name, benchmark in config.benchmarks.items():
                yield f"benchmarks.{name}.max_tokens", benchmark.max_tokens
        elif own := getattr(spec.max_tokens, section, None):
            yield f"{key}.max_tokens.{section}", own
        else:
            yield f"{section}.max_tokens", getattr(config, section).max_tokens


def _has_its_world(config: "Config") -> None:
    needy = {"analysis.truth": config.analysis.truth is not None}
    needy |= {
        f"benchmarks.{name}.dataset": config.makes(b) for name, b in config.benchmarks.items()
    }
    _refuse(
        f"{key}: belongs to the miniature's world. Add `world`, as in config/miniature.yaml."
        for key, needs in needy.items()
        if needs and not config.world
    )


def _models_are_somewhere(config: "Config") -> None:
    """Check that each model is a hub id, a folder, or in a package.

    The embedder's package may be missing here, as another environment may have it.
    """
    models = {
        key: ("model", spec.model, spec.revision)
        for key, spec in config.loaded.items()
        if not spec.chats
    }
    models["compression"] = ("embedder", config.compression.embedder, config.compression.revision)
    models["training"] = ("base", config.training.base, config.training.revision)
    _refuse(
        f"{key}.{name}: {model!r} is no folder in {searched()}, and no model of the hub "
        "(owner/name)"
        for key, (name, model, _) in models.items()
        if not (
            hub.on_hub(model)
            or packages.unpacked(model)
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


def _files_are_here(config: "Config") -> None:
    files = {f"{key}.chat_template": spec.chat_template for key, spec in config.loaded.items()}
    files |= {
        f"experts.{expert.name}.{key}": getattr(expert, key)
        for expert in config.experts
        for key in ("instructions", "answers")
    }
    for name, spec in config.benchmarks.items():
        files[f"benchmarks.{name}.environment"] = spec.environment
    for key, dataset in config.datasets.items():
        if not (dataset.fetched or config.makes(dataset)):
            files[f"{key}.dataset"] = dataset.dataset
    _refuse(
        f"{key}: there is no file {path!r} in {searched()}. Fix the path."
        for key, path in files.items()
        if path is not None and not Path(find(path)).is_file()
    )


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


ALL = (
    _rosters_name_experts,
    _trainings_have_their_data,
    _files_have_one_source,
    _copies_fill_their_gpus,
    _battles_have_judges,
    _rows_told_apart,
    _told_apart,
    _room_for_prompts,
    _has_its_world,
    _models_are_somewhere,
    _files_are_here,
)
