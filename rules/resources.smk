# Resources of rules: GPUs, nodes and memory.

import math

from snakemake.exceptions import WorkflowError

from warriorcoder.models import fit, shapes


def gpus(count, key="the `gpus` of its expert", fixed=False):
    """Return the request for `count(wildcards)` GPUs, in the notation of the site's profile.

    A model whose config gives no number gets the profile's; without a profile that is none.
    `key` is the config key of that number, or a function of the wildcards that returns it.
    `cluster.max_gpus` caps the number, unless it is `fixed`.
    """
    cluster = CONFIG.cluster

    def number(wildcards):
        given = count(wildcards)
        wanted = cluster.gpus if given is None else given
        cap = wanted if cluster.max_gpus is None else min(wanted, cluster.max_gpus)
        name = key(wildcards) if callable(key) else key
        if fixed and cap < wanted:
            raise WorkflowError(f"{name}: {wanted}, but cluster.max_gpus is {cap}. {either(name)}")
        limit = workflow.global_resources.get("gpu").value
        if workflow.is_main_process and limit is not None and cap > limit:
            raise WorkflowError(f"{name}: {cap}, but --resources gpu={limit}. {either(name)}")
        return cap

    def either(key):
        return f"Lower {key}, or raise that limit."

    def named(name):
        return lambda wildcards: name.format(number(wildcards)) if number(wildcards) else None

    if cluster.gres:
        return {"gres": named(f"{cluster.gres}:{{}}")}
    if cluster.gpu_model:
        return {"gpu": number, "gpu_model": named(cluster.gpu_model)}
    return {"gpu": number}


def nodes(count):
    """Return one task per node. The rule's script starts it with srun."""
    return {"nodes": count, "mpi": "srun", "tasks": count, "tasks_per_gpu": 0} if count > 1 else {}


def training_mb(wildcards, attempt):
    """Return the host memory of a training on each of its nodes, more at each attempt."""
    spec = CONFIG.training
    shape = shapes.of(spec.base, spec.revision)
    if shape and (excess := spec.excess(shape.context)):
        raise WorkflowError(excess)
    # A base on the hub may be unknown until it is downloaded.
    needed = fit.LAUNCH + fit.host_training(shape, spec) if shape else 200e9
    return math.ceil(needed / 1e6) * attempt
