# Slices of the config that need code: params of rules, beside plain keys.

from warriorcoder.config.slices import plain, without
from warriorcoder.core.paths import find, portable
from warriorcoder.download import hub
from warriorcoder.evaluation.benchmarks import assets
from warriorcoder.miniature.hyperparameters import shipped
from warriorcoder.provenance.digests import checksum, fingerprint

# Keys of an engine that decide no row.
FITTING = ("gpu_memory_utilization", "max_num_seqs", "max_num_batched_tokens")
# Keys of `training` that decide its weights by no more than rounding.
MINUTES = ("timeout_minutes", "checkpoint_minutes")
MACHINE = ("gpus", "nodes", "processes", "micro_batch", "zero_stage", *MINUTES)


def runs(wildcard):
    """Return the settings that decide an expert's outputs: its model, template text and engine."""

    def of(wildcards):
        spec = CONFIG.expert(wildcards[wildcard])
        engine = {} if spec.api else {"engine": engine_slice(spec)}
        return {
            "expert": model_slice(spec),
            "template": fingerprint(spec.chat_template),
            **engine,
        }

    return of


def counts(wildcard):
    """Return the settings that decide how an expert's tokenizer counts tokens."""

    def of(wildcards):
        return {"expert": model_slice(CONFIG.expert(wildcards[wildcard]))}

    return of


def content(path):
    """Return the path of a user's file, and the hash of its whole content."""
    return {"path": portable(path), "sha256": checksum(find(path))}


def running(spec):
    """Return runtime settings that do not affect outputs, such as the server address."""
    if spec.api:
        return {"api": plain(spec.api)}
    engine = plain(CONFIG.engine_of(spec))
    return {"engine": {key: engine[key] for key in FITTING}}


def max_tokens(section, wildcard):
    """Return the `max_tokens` that an expert sets itself for a section, if any."""

    def of(wildcards):
        own = getattr(CONFIG.expert(wildcards[wildcard]).max_tokens, section)
        return {section: {"max_tokens": own}} if own else {}

    return of


def model_slice(spec):
    """Return the settings that decide a model's output: its source, revision and template."""
    own = ("roles", "gpus", "engine", "max_tokens", "api", "instructions", "answers")
    slice = without(spec, *own)
    if spec.api:
        slice["api"] = {key: plain(spec.api)[key] for key in ("model", "protocol", "body")}
        if spec.api.refused != "fail":
            slice["api"]["refused"] = spec.api.refused
    if slice["reasoning"] == "none":  # digests stay as they were before this key
        del slice["reasoning"]
    if not (slice["revision"] or hub.on_hub(spec.model)):
        slice["revision"] = fingerprint(spec.model)
        slice["model"] = portable(spec.model)
    return slice


def engine_slice(spec):
    """Return a model's engine, with its batch size only if numbers depend on it."""
    slice = without(CONFIG.engine_of(spec), *FITTING)
    if not slice["extra"]:
        del slice["extra"]
    if CONFIG.engine.kind != "transformers":
        del slice["batch_size"]
    if slice["tensor_parallel"] is None:
        del slice["tensor_parallel"]
    return slice


def benchmarked(wildcards):
    """Return the model of a row, how it runs, and its prompt style.

    A roster's weights are an input, not a param.
    """
    row, spec = wildcards.model, sampled(wildcards)
    trained = {"name": row, "model": out(f"checkpoints/{row}")}
    chats = row not in ROSTERS and CONFIG.style(row) == "chat"
    return {
        "model": trained if row in ROSTERS else model_slice(spec),
        **({} if spec.api else {"engine": engine_slice(spec)}),
        **({"template": fingerprint(spec.chat_template)} if chats else {}),
        **style(wildcards),
    }


def sampled(wildcards):
    """Return the model of a row as an expert. A trained model runs as the target does."""
    return CONFIG.scored.get(wildcards.model, CONFIG.target)


def gpus_key(wildcards):
    """Return the config key of the GPUs on which a row is sampled."""
    row = wildcards.model
    own = f"models.{row}.gpus" if row in CONFIG.models else f"experts.{row}.gpus"
    return own if row in SCORED and row != "base" else "training.gpus"


def style(wildcards):
    """Return the prompt style of a row."""
    return {"style": CONFIG.style(wildcards.model)}


def scored_as(row):
    """Return the prompt style and the precision of a row that needs no training."""
    spec = CONFIG.scored[row]
    dtype = "the server's" if spec.api else CONFIG.engine_of(spec).dtype
    return {"style": CONFIG.style(row), "dtype": dtype}


def limited(benchmark):
    """Return the number of a benchmark's problems if only the first ones are sampled."""
    return {"problems": benchmark.problems} if benchmark.problems else {}


def asked(benchmark):
    """Return the prompt settings of a benchmark without the keys that are off."""
    thinks = {"chain_of_thought": True} if benchmark.chain_of_thought else {}
    return {"max_tokens": benchmark.max_tokens} | thinks


def scored(wildcards):
    """Return the prompt and scoring settings of a benchmark, and the sandbox with its limits."""
    spec = CONFIG.benchmarks[wildcards.benchmark]
    own = {"seconds": spec.seconds, "memory_mb": spec.memory_mb}
    return {
        **{key: plain(spec)[key] for key in ("kind", "version", "decodings")},
        "asked": asked(spec),
        **limited(spec),
        "sandbox": {key: value for key, value in own.items() if value is not None},
        **style(wildcards),
    }


def roster(name):
    """Return a roster's name, its experts, the authors of its instructions, and its judges."""
    experts = ROSTERS[name]
    return {
        "roster": name,
        "experts": experts,
        "authors": [author for author in AUTHORS if author in experts],
        "judges": JUDGES if name in BATTLING else [],
    }


def alone(wildcards):
    """Mark an expert of a roster of one, who also answers instructions without a battle."""
    return {"alone": True} if [wildcards.answerer] in ROSTERS.values() else {}


def trained(wildcards):
    """Return a roster's `training` without the keys of the machine that runs it."""
    section = CONFIG.training_of(wildcards.roster)
    unset = [key for key in ("steps", "epochs") if getattr(section, key) is None]
    section = without(section, "engine", *MACHINE, *unset)
    return {"training": section | {"base": portable(CONFIG.training.base)}}


def rosters(wildcards=None):
    """Return all rosters in config order, with their experts in the order of `experts`."""
    gold = {name: {"gold": spec.gold} for name, spec in CONFIG.rosters.items()}
    return {"rosters": {name: {"experts": ROSTERS[name]} | gold[name] for name in ROSTERS}}


def lengths(wildcards=None):
    """Return the lengths of trainings that rosters set themselves."""
    own = {
        name: spec.model_dump(include={"steps", "epochs"}, exclude_none=True)
        for name, spec in CONFIG.rosters.items()
    }
    return {"rosters": {name: length for name, length in own.items() if length}}


def forged(script):
    """Return a params function with the settings of the shipped models, which no config changes."""
    return lambda wildcards: {"code": code_digest(SCRIPTS / f"{script}.py"), "forge": shipped()}


def source_of(wildcards):
    """Return the source of a fetched data set and its sha256."""
    if wildcards.file in assets.SOURCES:
        return assets.SOURCES[wildcards.file]
    spec = FETCHED[f"resources/{wildcards.file}"]
    source = {"url": spec.url, "hub": plain(spec.hub), "sha256": spec.sha256}
    return {key: value for key, value in source.items() if value}


def variables_of(wildcards):
    """Return environment variable → folder of the tables that programs load by name."""
    return {name: "resources/ds1000" for name in assets.VARIABLES if assets_of(wildcards)}
