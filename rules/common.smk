import os
import re
from itertools import combinations
from pathlib import Path

from snakemake.exceptions import WorkflowError

from warriorcoder.download import hub
from warriorcoder.evaluation.benchmarks import KINDS, assets
from warriorcoder.config.section import Section
from warriorcoder.config.reading import ConfigError, validate
from warriorcoder.config.judges import judges_of, may_judge
from warriorcoder.core.paths import find, portable
from warriorcoder.miniature.hyperparameters import shipped
from warriorcoder.miniature.templates import EXPERTS as FORGED
from warriorcoder.arena import battle_prompt
from warriorcoder.arena.players import pair_name, players_of
from warriorcoder.config.arena import Voting
from warriorcoder.provenance.digests import code_digest, fingerprint
from warriorcoder.mining.shards import part_names, sampling_name

# Waiting threads sleep instead of spinning: two jobs share two cores without slowing each other.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("GOMP_SPINCOUNT", "0")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

try:
    CONFIG = validate(config)
except ConfigError as error:
    raise WorkflowError(str(error)) from None
config.update(CONFIG.model_dump(mode="json"))  # the report names the run


def out(path):
    return f"{CONFIG.results}/{path}"


# --- who and what -------------------------------------------------------------------------------

EXPERTS = [expert.name for expert in CONFIG.experts]
JUDGES = [expert.name for expert in CONFIG.experts if "judge" in expert.roles]
ROSTERS = {
    name: [e for e in EXPERTS if e in roster.experts] for name, roster in CONFIG.rosters.items()
}
FIGHTERS = [e for e in EXPERTS if any(e in roster for roster in ROSTERS.values())]
AUTHORS = [e for e in FIGHTERS if "mine" in CONFIG.expert(e).roles]
MODELS = ["base", *ROSTERS]
SAMPLINGS = {
    sampling_name(t, p): {"temperature": t, "top_p": p}
    for t in CONFIG.mining.temperatures
    for p in CONFIG.mining.top_ps
}
PARTS = part_names(CONFIG.mining.parts)
FETCHED = {spec.dataset: spec for spec in CONFIG.datasets.values() if spec.fetched}
SNAPSHOTS = {
    hub.record(**source): source
    for source in (
        *(
            {"model": expert.model, "revision": expert.revision, "weights": not expert.api}
            for expert in CONFIG.experts
            if not expert.chats
        ),
        *(
            {"model": model, "revision": section.revision, "weights": True}
            for section, model in (
                (CONFIG.compression, CONFIG.compression.embedder),
                (CONFIG.training, CONFIG.training.base),
            )
        ),
    )
    if hub.on_hub(source["model"])
}
ENVIRONMENTS = {Path(b.environment).stem for b in CONFIG.benchmarks.values() if b.environment}


def pairs_of(author):
    """Pairs that may meet on an author's instructions, each once, in the experts' order."""
    rosters = [roster for roster in ROSTERS.values() if author in roster]
    return [
        pair_name(a, b)
        for a, b in combinations(FIGHTERS, 2)
        if any(a in roster and b in roster for roster in rosters)
        and (CONFIG.arena.schedule == "round_robin" or author in (a, b))
    ]


CELLS = [(author, pair) for author in AUTHORS for pair in pairs_of(author)]


def by_size(name):
    """Where a roster stands among others, whatever the order of the config's keys."""
    return len(ROSTERS[name]), CONFIG.rosters[name].gold != "winner", name


def by_kind(name):
    """Where a benchmark stands among others, whatever the order of the config's keys."""
    return KINDS.index(CONFIG.benchmarks[name].kind), name


# The config's own order is the report's alone.
BATTLING = {name: ROSTERS[name] for name in sorted(ROSTERS, key=by_size) if len(ROSTERS[name]) > 1}
BENCHMARKS = {name: CONFIG.benchmarks[name] for name in sorted(CONFIG.benchmarks, key=by_kind)}


wildcard_constraints:
    expert="|".join(map(re.escape, AUTHORS)),
    author="|".join(map(re.escape, AUTHORS)),
    judge="|".join(map(re.escape, JUDGES)),
    answerer="|".join(map(re.escape, FIGHTERS)),
    roster="|".join(map(re.escape, ROSTERS)),
    model="|".join(map(re.escape, MODELS)),
    benchmark="|".join(map(re.escape, CONFIG.benchmarks)),
    sampling="|".join(map(re.escape, SAMPLINGS)),
    part=r"\d+-of-\d+",
    round=r"[1-9]\d*",
    file="|".join(
        re.escape(path)
        for path in [*assets.SOURCES, *(each.removeprefix("resources/") for each in FETCHED)]
    ),
    record="|".join(map(re.escape, SNAPSHOTS)),
    environment=r"[\w.-]+",


# --- what decides a result: one dict per rule -----------------------------------------------------


def record(name, /, **slices):
    """All that decides what a file holds, but its inputs' content: code of `scripts/{name}.py`,
    config slices, and whose files are read where that differs from config to config.

    It is kept in the file (warriorcoder.provenance.records). Which files a job makes is in params of their
    own, so that an added file leaves the others' bytes alone.
    """

    def evaluated(wildcards):
        check_plan()
        return {"code": code_digest(SCRIPTS / f"{name}.py"), "seed": CONFIG.seed, **plain(slices)}

    return evaluated


def plain(value):
    """Config sections as JSON-like values, so that params have stable representations."""
    if isinstance(value, Section):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def without(section, *keys):
    """A section without keys that decide nothing where it is read."""
    return {key: value for key, value in plain(section).items() if key not in keys}


FITTING = ("gpu_memory_utilization",)  # keys of an engine that decide no row


def model_slice(spec):
    """What decides a model's output: where it comes from, which revision, its template."""
    slice = plain(spec)
    del slice["roles"], slice["gpus"], slice["engine"], slice["max_tokens"]
    api = slice.pop("api")
    if api:
        slice["api"] = {key: api[key] for key in ("model", "protocol", "body")}
        if api["refused"] != "fail":
            slice["api"]["refused"] = api["refused"]
    if slice["reasoning"] == "none":  # older digests hold
        del slice["reasoning"]
    if not (slice["revision"] or hub.on_hub(spec.model)):
        slice["revision"] = fingerprint(spec.model)
        slice["model"] = portable(spec.model)
    return slice


def runs(name):
    """What decides what an expert says: its model, its template's text, its engine."""
    spec = CONFIG.expert(name)
    engine = {} if spec.api else {"engine": engine_slice(spec)}
    return {
        "expert": model_slice(spec),
        "template": fingerprint(spec.chat_template),
        **engine,
    }


def running(wildcard=None):
    """How an expert (else the target) is reached, or fits its GPUs, which decides no row. It re-runs
    nothing: Snakemake compares no param that is a function of resources.
    """

    def keys(wildcards, resources):
        spec = CONFIG.expert(wildcards[wildcard]) if wildcard else CONFIG.target
        if spec.api:
            return {"api": plain(spec.api)}
        engine = plain(CONFIG.engine_of(spec))
        return {"engine": {key: engine[key] for key in FITTING}}

    return keys


def floor(section):
    """The share of judgments that must parse where they are made. A lower one re-runs nothing."""
    return lambda wildcards, resources: getattr(CONFIG, section).min_parse_rate


def lengths_of(name, section):
    """A section as an expert gets it: with the `max_tokens` that it sets itself, if any."""
    own = getattr(CONFIG.expert(name).max_tokens, section)
    return plain(getattr(CONFIG, section)) | ({"max_tokens": own} if own else {})


def benchmarked_slice(model):
    """The base, or a roster's checkpoint (its weights are an input, not a param)."""
    if model == "base":
        return model_slice(CONFIG.target)
    return {"name": model, "model": out(f"checkpoints/{model}")}


def engine_slice(spec):
    """A model's engine; its batch size only where numbers depend on it."""
    slice = without(CONFIG.engine_of(spec), *FITTING)
    if CONFIG.engine.kind != "transformers":
        del slice["batch_size"]
    if slice["tensor_parallel"] is None:
        del slice["tensor_parallel"]
    return slice


def forge_slice(name):
    """What decides the miniature's models, whatever the config."""
    return {"code": code_digest(SCRIPTS / f"{name}.py"), "forge": shipped()}


def gpus(count, key="the `gpus` of its expert", fixed=False):
    """The GPUs that a rule asks for, `count(wildcards)` of them, as the site's profile names them.

    A model whose config gives no number gets the profile's; without a profile that is none.
    `key` is the config's for them. A job with a `fixed` number cannot do with `cluster.max_gpus`.
    """
    cluster = CONFIG.cluster

    def number(wildcards):
        given = count(wildcards)
        wanted = cluster.gpus if given is None else given
        cap = wanted if cluster.max_gpus is None else min(wanted, cluster.max_gpus)
        if fixed and cap < wanted:
            raise WorkflowError(f"{key}: {wanted}, but cluster.max_gpus is {cap}: {either(key)}")
        limit = workflow.global_resources.get("gpu").value
        if workflow.is_main_process and limit is not None and cap > limit:
            raise WorkflowError(f"{key}: {cap}, but --resources gpu={limit}: {either(key)}")
        return cap

    def either(key):
        return f"lower {key}, or raise that limit"

    def named(name):
        return lambda wildcards: name.format(number(wildcards)) if number(wildcards) else None

    if cluster.gres:
        return {"gres": named(f"{cluster.gres}:{{}}")}
    if cluster.gpu_model:
        return {"gpu": number, "gpu_model": named(cluster.gpu_model)}
    return {"gpu": number}


def nodes(count):
    """One task a node, which the rule's script starts through srun itself."""
    return {"nodes": count, "mpi": "srun", "tasks": count, "tasks_per_gpu": 0} if count > 1 else {}


def voting_slice(judge):
    """What decides how a judge votes on a battle, whoever fights it."""
    section = lengths_of(judge, "arena")
    arena = {key: section[key] for key in Voting.model_fields}
    return {**runs(judge), "arena": arena, "prompt": battle_prompt.identity(CONFIG.arena.tie_mark)}


def asked(benchmark):
    """How a benchmark asks, besides its decodings. What is off is absent: older digests hold."""
    thinks = {"chain_of_thought": True} if benchmark.chain_of_thought else {}
    return {"max_tokens": benchmark.max_tokens} | thinks


def sandbox_slice(benchmark):
    """The sandbox, with the limits that a benchmark sets itself."""
    own = {"seconds": benchmark.seconds, "memory_mb": benchmark.memory_mb}
    return plain(CONFIG.sandbox) | {key: value for key, value in own.items() if value is not None}


def source_of(wildcards):
    """Where a fetched data set comes from, and its sha256."""
    if wildcards.file in assets.SOURCES:
        return assets.SOURCES[wildcards.file]
    spec = FETCHED[f"resources/{wildcards.file}"]
    source = {"url": spec.url, "hub": plain(spec.hub), "sha256": spec.sha256}
    return {key: value for key, value in source.items() if value}


def dataset_of(wildcards):
    return CONFIG.file_of(CONFIG.benchmarks[wildcards.benchmark])


def datasets():
    return [CONFIG.file_of(b) for b in BENCHMARKS.values()]


def variables_of(wildcards):
    """The folder where an environment's programs find tables by name, per variable."""
    return {name: "resources/ds1000" for name in assets.VARIABLES if assets_of(wildcards)}
