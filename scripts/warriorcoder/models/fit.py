"""Memory and disk that a model takes, and the GPUs that share a copy of it: pure arithmetic.

The KV cache is counted as vLLM 0.32 counts it (`vllm.v1.kv_cache_interface`). A token takes two
vectors for each head with keys and values, on each layer. Tensor parallelism splits these heads,
and copies them once there are fewer heads than GPUs. Multi-head latent attention (MLA) has one
vector a layer, which every GPU holds. A layer with a sliding window holds its window and the tokens
in flight.
"""

from dataclasses import dataclass

from warriorcoder.config.experts import Engine
from warriorcoder.config.training import Training
from warriorcoder.models.shapes import SIZES, Shape

BLOCK = 16  # tokens of a block of vLLM's KV cache
IN_FLIGHT = 32768  # tokens of two batches that vLLM schedules at once on an H100
RESERVED = 3e9  # bytes of a GPU for the CUDA context, activations, CUDA graphs and NCCL
ENOUGH = 2  # whole contexts of KV cache that a copy should have room for
CHECKPOINTED = 34  # activations of a layer that is computed again, per token and hidden number
PROCESS = 1e9  # host bytes of a process with PyTorch on a CPU
RANK = 10e9  # host bytes of a training rank with CUDA: libraries, pinned buffers
LAUNCH = 1e9  # host bytes of a cluster's job beside the ranks: nested Snakemakes, torchrun
STATE = 12  # bytes of a parameter in a checkpoint: fp32 weight and two moments of AdamW


@dataclass(frozen=True)
class Fit:
    """A model on the GPUs of a job. Bytes are those of one GPU.

    Args:
        width: GPUs that share a copy (the tensor-parallel size).
        copies: copies of the model on the job's GPUs.
        weights: bytes of the weights.
        context: bytes of the KV cache for one whole context.
        room: bytes that the weights leave for the KV cache; negative if they do not fit.
    """

    width: int
    copies: int
    weights: float
    context: float
    room: float

    @property
    def contexts(self) -> float:
        """Whole contexts that the KV cache holds at once. vLLM starts only with at least one."""
        return self.room / self.context


def kv_cache(shape: Shape, tokens: int, width: int, item: float) -> float:
    """Return the bytes of one sequence's KV cache on each of `width` GPUs.

    Args:
        shape: the model.
        tokens: prompt and new tokens of the sequence.
        width: GPUs that share the model.
        item: bytes of a number in the cache.
    """
    numbers = shape.latent or 2 * max(1, shape.kv_heads // width) * shape.head_dim
    block = BLOCK * numbers * item
    full = (shape.layers - shape.windowed) * _blocks(tokens) * block
    if not shape.window:
        return full
    held = min(shape.window - 1 + IN_FLIGHT, tokens)
    return full + shape.windowed * (_blocks(held) + 1) * block


def fit(shape: Shape, engine: Engine, gpus: int, memory: float) -> Fit:
    """Return how a model fits `gpus` GPUs of `memory` bytes each.

    `engine.tensor_parallel` is the width. Without it the fewest GPUs that have room for `ENOUGH`
    whole contexts share a copy, and the others run further copies.
    """
    fits = [_fit(shape, engine, gpus, width, memory) for width in widths(shape, gpus)]
    if engine.tensor_parallel:
        return _fit(shape, engine, gpus, engine.tensor_parallel, memory)
    return next((each for each in fits if each.contexts >= ENOUGH), fits[-1])


def widths(shape: Shape, gpus: int) -> list[int]:
    """Return the tensor-parallel sizes that divide the GPUs and the heads, as vLLM demands."""
    return [
        n
        for n in range(1, gpus + 1)
        if gpus % n == 0
        and shape.heads % n == 0
        and (shape.kv_heads % n == 0 or n % shape.kv_heads == 0)
    ]


def _fit(shape: Shape, engine: Engine, gpus: int, width: int, memory: float) -> Fit:
    item = SIZES.get(engine.dtype, 2.0)
    weights = shape.bytes(engine.dtype) / width
    room = engine.gpu_memory_utilization * memory - weights - RESERVED
    context = kv_cache(shape, engine.max_model_len or shape.context, width, item)
    return Fit(width, max(1, gpus // width), weights, context, room)


def training(shape: Shape, spec: Training, rows: int) -> float:
    """Return the bytes of a GPU that trains `rows` rows at once.

    A parameter takes 20 bytes on one GPU: bf16 weight and gradient, and in fp32 gradient, master
    copy and two moments of AdamW. ZeRO-1 shards the fp32 part over the ranks, ZeRO-2 the gradient
    as well, ZeRO-3 all of them. With gradient checkpointing each layer keeps its input, and one
    layer at a time keeps its activations (Korthikanti et al. 2022: 34 bytes a hidden number).
    """
    ranks, item = spec.processes or 1, 2 if spec.precision == "bf16" else 4
    whole = {1: 2 * item, 2: item, 3: 0}[spec.zero_stage]
    states = whole + (2 * item + 16 - whole) / ranks
    kept = (2 * shape.layers + CHECKPOINTED) * shape.hidden
    return shape.parameters * 1e9 * states + rows * spec.max_length * kept + RESERVED


def most_rows(shape: Shape, spec: Training, memory: float) -> int:
    """Return the largest number of rows that fit a GPU of `memory` bytes, 0 if none does."""
    share = spec.global_batch // (spec.processes or 1)
    fitting = [
        n for n in range(1, share + 1) if share % n == 0 and training(shape, spec, n) <= memory
    ]
    return max(fitting, default=0)


def host_training(shape: Shape, spec: Training) -> float:
    """Return the host memory of all ranks of one node.

    On GPUs rank 0 alone gathers the model in bf16 when it saves, and for a checkpoint each rank
    copies its share of the fp32 weights or of one moment. On a CPU each rank holds weight,
    gradient, master copy and moments in fp32.
    """
    ranks, size = (spec.processes or 1) // spec.nodes, shape.parameters * 1e9
    if spec.gpus:
        return ranks * RANK + max(2, 4 / spec.nodes) * size
    return ranks * (PROCESS + 20 * size)


def checkpoint_bytes(parameters: float) -> float:
    """Return the room of a checkpoint while a training runs, with 1 % for all but the numbers."""
    return 1.01 * STATE * parameters + 1e6


def saved_bytes(parameters: float) -> float:
    """Return the room of the trained weights in bf16."""
    return 2 * parameters


def disk_training(parameters: float, checkpoints: int = 2) -> float:
    """Return the most room of a training: its weights, and checkpoints that are there at once."""
    return saved_bytes(parameters) + checkpoints * checkpoint_bytes(parameters)


def host_generation(shape: Shape, engine: Engine, tokens: int) -> float:
    """Return the host memory of a job that generates batches of `tokens` tokens a row on a CPU."""
    item = SIZES.get(engine.dtype, shape.stored)
    return (
        PROCESS + shape.bytes(engine.dtype) + engine.batch_size * kv_cache(shape, tokens, 1, item)
    )


def _blocks(tokens: int) -> int:
    return -(-tokens // BLOCK)
