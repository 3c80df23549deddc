"""Checks of a configuration's models against GPUs and against the host's memory."""

from collections.abc import Iterator

from warriorcoder.cli.doctor import machine
from warriorcoder.cli.doctor.check import GB, Check, gigabytes
from warriorcoder.config.experts import Engine, Expert
from warriorcoder.config.whole import Config
from warriorcoder.core import devices
from warriorcoder.models import fit, shapes

MOST = 64  # GPUs of a job that a fix proposes
PROMPT = 512  # tokens of a stage's own prompt
# Host memory of `compute_ground_truth`, as measured on HumanEval+ v0.1.10 and MBPP+ v0.2.0.
REFERENCES = {"humaneval": 1.1e9, "mbpp": 4.2e9}


def wanted(config: Config, spec: Expert) -> int:
    """Return the GPUs of a job on a model, as its rule asks for them."""
    number = config.cluster.gpus if spec.gpus is None else spec.gpus
    return number if config.cluster.max_gpus is None else min(number, config.cluster.max_gpus)


def most_wanted(config: Config) -> tuple[int, str]:
    """Return the largest number of GPUs that a job asks for on a node, and the config key."""
    asked = {key: wanted(config, spec) for key, spec in config.loaded.items() if not spec.api}
    asked |= {"training": (config.training.gpus or 0) // config.training.nodes}
    asked |= {"compression": config.compression.gpus or 0}
    key = max(asked, key=lambda key: asked[key])
    return asked[key], key


def gpus(config: Config, found: list[devices.Gpu], elsewhere: bool) -> Iterator[Check]:
    """Check that there are enough GPUs, and that no other program holds their memory.

    Args:
        config: the configuration.
        found: the GPUs.
        elsewhere: True if SLURM runs jobs on other machines.
    """
    most, key = most_wanted(config)
    if not most:
        yield Check("ok", "GPUs: no job asks for one")
        return
    if not found:
        where = "a node that has some" if elsewhere else "the machine that has them"
        yield Check(
            "warning",
            f"GPUs: none here, and {key} asks for {most}. Run this on {where}, or give their "
            "number and gigabytes: --gpus 4x48",
        )
        return
    said = f"GPUs: {len(found)} × {found[0].name}, {least(found) / GB:.1f} GB each"
    if most > len(found) and not elsewhere:
        yield Check("error", f"{said}, and {key} asks for {most}. Set its gpus to {len(found)}")
        return
    share = config.engine.gpu_memory_utilization
    busy = [gpu for gpu in found if gpu.free < share * gpu.total]
    if not busy:
        yield Check("ok", f"{said}, {share:.0%} of it free")
        return
    names = ", ".join(f"GPU {gpu.index} has {gpu.free / GB:.1f} GB" for gpu in busy)
    yield Check(
        "error" if len(found) - len(busy) < most else "warning",
        f"{said}, but {names} free. End the programs that hold it, hide it with {devices.VISIBLE}, "
        "or lower engine.gpu_memory_utilization",
    )


def least(found: list[devices.Gpu]) -> float:
    """Return the bytes of the smallest GPU."""
    return min(gpu.total for gpu in found)


def model(config: Config, key: str, spec: Expert, found: list[devices.Gpu]) -> Check:
    """Check that a model fits the GPUs of its jobs."""
    engine, number = config.engine_of(spec), wanted(config, spec)
    if spec.api:
        return Check("ok", f"{key}: runs behind {spec.api.base_url}")
    shape = shapes.of(spec.model, spec.revision)
    if shape is None:
        return Check("warning", f"{key}: the size of {spec.model} is unknown until it is fetched")
    if not number:
        return Check("ok", f"{key}: {shape.bytes(engine.dtype) / GB:.3g} GB of weights, on the CPU")
    if engine.kind == "transformers":
        return _on_one(key, shape.bytes(engine.dtype), found)
    if found:
        return fitted(key, shape, engine, number, least(found))
    width = engine.tensor_parallel or fit.widths(shape, number)[-1]
    each = fit.fit(shape, _wide(engine, width), number, 0)
    need = each.weights + fit.RESERVED + fit.ENOUGH * each.context
    return Check(
        "ok",
        f"{key}: a copy on {width} GPUs needs {need / engine.gpu_memory_utilization / GB:.0f} GB "
        "of each",
    )


def fitted(key: str, shape: shapes.Shape, engine: Engine, number: int, memory: float) -> Check:
    """Check that a model fits `number` GPUs of `memory` bytes each."""
    found, length = fit.fit(shape, engine, number, memory), engine.max_model_len or shape.context
    copies = "1 copy" if found.copies == 1 else f"{found.copies} copies"
    said = (
        f"{key}: {copies}, tensor_parallel {found.width}. Of each GPU weights take "
        f"{found.weights / GB:.1f} GB, the KV cache of {length:,} tokens {found.context / GB:.1f}"
    )
    if found.contexts >= fit.ENOUGH:
        return Check("ok", f"{said}; {found.contexts:.0f} such contexts fit at once")
    enough = [n for n in range(number, MOST + 1) if _fits(shape, engine, n, memory)]
    without = " without tensor_parallel" if engine.tensor_parallel else ""
    fixes = [f"gpus: {enough[0]}{without}"] if enough else []
    if found.room > 0:
        tokens = int(length * found.contexts / fit.ENOUGH) // 256 * 256
        fixes.append(f"engine.max_model_len: {tokens}")
    fix = f"Set {' or '.join(fixes) or 'model to a quantized checkpoint'}"
    if found.contexts >= 1:
        return Check("warning", f"{said}; only {found.contexts:.1f} fit, which is slow. {fix}")
    return Check("error", f"{said}; this does not fit {memory / GB:.1f} GB. {fix}")


def _on_one(key: str, weights: float, found: list[devices.Gpu]) -> Check:
    """Check that a model fits the one GPU that transformers uses."""
    said = f"{key}: {gigabytes(weights)} GB of weights, on one GPU"
    if not found or weights + fit.RESERVED <= least(found):
        return Check("ok", said)
    fix = "Set engine.kind to vllm, which splits a model over GPUs"
    return Check("error", f"{said}; it has {gigabytes(least(found))}. {fix}")


def training(config: Config, found: list[devices.Gpu]) -> Check:
    """Check that weights, gradients, moments and activations of the training fit a GPU."""
    spec, shape = config.training, shapes.of(config.training.base, config.training.revision)
    ranks = spec.processes or 1
    passes = spec.global_batch // (spec.micro_batch * ranks)
    said = (
        f"training: {spec.global_batch} rows a step (ranks {ranks} × "
        f"micro_batch {spec.micro_batch} × passes {passes})"
    )
    if shape and (excess := spec.excess(shape.context)):
        return Check("error", excess)
    if not (spec.gpus and shape):
        return Check("ok", said)
    need = fit.training(shape, spec, spec.micro_batch)
    said += f" take {need / GB:.0f} GB of each GPU under ZeRO-{spec.zero_stage}"
    if not found or need <= least(found):
        return Check("ok", said)
    rows = fit.most_rows(shape, spec, least(found))
    fixes = [f"micro_batch: {rows}"] if rows else ["gpus higher"]
    fixes += ["zero_stage: 3"] if spec.zero_stage < 3 and ranks > 1 else []
    return Check("error", f"{said}; they have {least(found) / GB:.1f}. Set {' or '.join(fixes)}")


def memory(config: Config, elsewhere: bool) -> Check:
    """Check the host's memory against one training, and one job a core at once.

    `elsewhere` is True if the jobs run on another machine.
    """
    shape = shapes.of(config.training.base, config.training.revision)
    training = fit.host_training(shape, config.training) if shape else 0.0
    if elsewhere:
        return Check(
            "ok",
            f"memory: the training may take {gigabytes(training)} GB of its host, which is its "
            "mem_mb on SLURM",
        )
    # The longest row: a judge reads an instruction and two answers.
    texts = config.mining.max_tokens + 2 * config.answers.max_tokens + config.arena.max_tokens
    each = [
        fit.host_generation(found, config.engine_of(spec), min(found.context, texts + PROMPT))
        for spec in config.loaded.values()
        if config.engine.kind == "transformers" and not spec.api
        if (found := shapes.of(spec.model, spec.revision))
    ]
    truths = [
        REFERENCES.get(spec.kind, 0.0)
        for spec in config.benchmarks.values()
        if not (spec.problems or config.makes(spec))
    ]
    most, free = max([training, *each, *truths]), machine.available_memory()
    jobs = min(machine.cores(), len(each))
    other = (jobs - 1) * max(each, default=0.0)
    together = max(training, max([*each, *truths], default=0.0) + other)
    said = f"memory: a job may take {gigabytes(most)} GB of the host"
    if jobs > 1:
        said += f", {jobs} at once {gigabytes(together)}"
    said += f"; {gigabytes(free)} are available"
    if most > free:
        return Check(
            "error", f"{said}. Use a larger machine, a smaller model or a lower engine.batch_size"
        )
    if together > free:
        return Check("warning", f"{said}. Start fewer at once: --cores {max(1, int(free // most))}")
    return Check("ok", said)


def _wide(engine: Engine, width: int | None) -> Engine:
    return engine.model_copy(update={"tensor_parallel": width})


def _fits(shape: shapes.Shape, engine: Engine, number: int, memory: float) -> bool:
    return fit.fit(shape, _wide(engine, None), number, memory).contexts >= fit.ENOUGH
