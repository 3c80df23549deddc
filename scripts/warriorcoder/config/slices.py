"""Parts of a config as plain values, as a file's record holds them."""

from functools import reduce
from typing import Any

from warriorcoder.config.benchmarks import Benchmark
from warriorcoder.config.experts import Engine, Expert
from warriorcoder.config.gold import Roster
from warriorcoder.config.methods import Objective, objective
from warriorcoder.config.section import Section
from warriorcoder.config.training import Training
from warriorcoder.config.whole import Config
from warriorcoder.core.paths import find, portable
from warriorcoder.download import hub
from warriorcoder.provenance.digests import checksum, fingerprint

FITTING = ("gpu_memory_utilization", "max_num_seqs", "max_num_batched_tokens")  # decide no row
# Keys of `training` that decide its weights by no more than rounding.
MINUTES = ("timeout_minutes", "checkpoint_minutes")
RUNNING = ("balance", "attention", "activation_checkpointing", "overlap_comm", "report_to")
MACHINE = ("gpus", "nodes", "processes", "micro_batch", "zero_stage", *RUNNING, *MINUTES)


def plain(value: Any) -> Any:
    """Return config sections as JSON-like values, so that a param has one representation."""
    if isinstance(value, Section):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def pick(config: Section, path: str) -> dict:
    """Return one key of a config at its place: `rating.k` is `{"rating": {"k": 40.0}}`.

    Raises:
        AttributeError: the config has no such key.
    """
    names = path.split(".")
    value = plain(reduce(getattr, names, config))
    return reduce(lambda inner, name: {name: inner}, reversed(names), value)


def merge(old: dict, new: dict) -> dict:
    """Return `old` with the keys of `new`, section by section, as Snakemake merges config files."""
    return old | {key: _merged(old.get(key, {}), value) for key, value in new.items()}


def without(section: Section | dict, *keys: str) -> dict:
    """Return a section without some keys."""
    return {key: value for key, value in plain(section).items() if key not in keys}


def model(spec: Expert) -> dict:
    """Return the settings that decide a model's output: its source, revision and template."""
    own = ("roles", "gpus", "engine", "max_tokens", "api", "instructions", "answers")
    kept = without(spec, *own)
    if spec.api:
        kept["api"] = {key: plain(spec.api)[key] for key in ("model", "protocol", "body")}
        usual = {"prompt": "ids", "refused": "fail"}  # not in the digests of older results
        given = {key: getattr(spec.api, key) for key in usual}
        kept["api"] |= {key: value for key, value in given.items() if value != usual[key]}
    if kept["reasoning"] == "none":  # digests stay as they were before this key
        del kept["reasoning"]
    if not (kept["revision"] or hub.on_hub(spec.model)):
        kept["revision"] = fingerprint(spec.model)
        kept["model"] = portable(spec.model)
    return kept


def engine(spec: Engine) -> dict:
    """Return an engine, with its batch size only if numbers depend on it."""
    kept = without(spec, *FITTING)
    if not kept["extra"]:
        del kept["extra"]
    if spec.kind != "transformers":
        del kept["batch_size"]
    if kept["tensor_parallel"] is None:
        del kept["tensor_parallel"]
    return kept


def expert(config: Config, name: str) -> dict:
    """Return the settings that decide an expert's outputs: its model, template text and engine."""
    spec = config.expert(name)
    return {
        "expert": model(spec),
        "template": fingerprint(spec.chat_template),
        **({} if spec.api else {"engine": engine(config.engine_of(spec))}),
    }


def sampled(config: Config, row: str) -> dict:
    """Return the model of a row of the results, how it runs, and its prompt style.

    The weights of a trained model are an input of its jobs, not a param.
    """
    spec, style, trained = config.model_of(row), config.style(row), row in config.rosters
    folder = {"name": row, "model": f"{config.results}/checkpoints/{row}"}
    chats = style == "chat" and not trained
    return {
        "model": folder if trained else model(spec),
        **({} if spec.api else {"engine": engine(config.engine_of(spec))}),
        **({"template": fingerprint(spec.chat_template)} if chats else {}),
        "style": style,
    }


def max_tokens(config: Config, section: str, name: str) -> dict:
    """Return the `max_tokens` that an expert sets itself for a section, if any."""
    own = getattr(config.expert(name).max_tokens, section)
    return {section: {"max_tokens": own}} if own else {}


def alone(config: Config, name: str) -> dict:
    """Mark an expert of a roster of one, who also answers instructions without a battle."""
    return {"alone": True} if any(r.experts == [name] for r in config.rosters.values()) else {}


def running(config: Config, spec: Expert) -> dict:
    """Return runtime settings that do not affect outputs, such as the server address."""
    if spec.api:
        return {"api": plain(spec.api)}
    own = plain(config.engine_of(spec))
    return {"engine": {key: own[key] for key in FITTING}}


def file(path: str) -> dict:
    """Return the path of a user's file, and the hash of its whole content."""
    return {"path": portable(path), "sha256": checksum(find(path))}


def prompted(spec: Benchmark) -> dict:
    """Return the settings of a benchmark's prompts, without the keys that are off."""
    thinks = {"chain_of_thought": True} if spec.chain_of_thought else {}
    return {"max_tokens": spec.max_tokens} | thinks


def limited(spec: Benchmark) -> dict:
    """Return the number of a benchmark's problems if only the first ones are sampled."""
    return {"problems": spec.problems} if spec.problems else {}


def scored(spec: Benchmark) -> dict:
    """Return the prompt and scoring settings of a benchmark, and its own limits of the sandbox."""
    own = {"seconds": spec.seconds, "memory_mb": spec.memory_mb}
    return {
        **{key: plain(spec)[key] for key in ("kind", "version", "decodings")},
        "asked": prompted(spec),
        **limited(spec),
        "sandbox": {key: value for key, value in own.items() if value is not None},
    }


def training(spec: Training, aim: Objective = "sft") -> dict:
    """Return `training` without the keys of the machine that runs it and of other objectives."""
    unset = [key for key in ("steps", "epochs") if getattr(spec, key) is None]
    kept = without(spec, "engine", *MACHINE, *unset, *_unused(aim))
    return {"training": kept | {"base": portable(spec.base)}, "objective": aim}


def trial(config: Config) -> dict:
    """Return the objectives of a trial of two steps, and the keys of `training` that it reads."""
    aims = sorted({objective(roster.method) for roster in config.rosters.values()})
    spec, length = config.training, ("steps", "epochs", "validation_share", *MINUTES)
    kept = without(spec, "engine", *length, *_unused(*aims))
    return {"training": kept | {"base": portable(spec.base)}, "objectives": aims}


def machine(spec: Training) -> dict:
    """Return the keys of the machine that runs a training."""
    return {key: getattr(spec, key) for key in MACHINE}


def _unused(*aims: Objective) -> list[str]:
    """Return the sections of `training` that no training with these objectives reads."""
    return [name for name in ("lora", "dpo") if name not in aims]


def roster(config: Config, name: str) -> dict:
    """Return a roster's name, its experts, the authors of its instructions, and its judges."""
    experts = config.rosters[name].experts
    return {
        "roster": name,
        "experts": experts,
        "authors": [author for author in config.authors if author in experts],
        "judges": config.judges if len(experts) > 1 else [],
    }


def rosters(config: Config, *, lengths: bool = False) -> dict:
    """Return all rosters, if wanted with the length, method and data that each sets."""

    def own(spec: Roster) -> dict:
        method = {"method": spec.method} if spec.method != "sft" else {}
        keys = {"trains_on", "steps", "epochs"}
        return spec.model_dump(include=keys, exclude_none=True) | method

    return {
        "rosters": {
            name: {"experts": spec.experts, "gold": spec.gold} | (own(spec) if lengths else {})
            for name, spec in config.rosters.items()
        }
    }


def _merged(old: Any, value: Any) -> Any:
    """Return a key's merged value. An empty section replaces nothing."""
    if not isinstance(value, dict):
        return value
    return merge(old if isinstance(old, dict) else {}, value) if value else old
