"""`warriorcoder doctor` counts the KV cache as vLLM's own specifications of it do."""

from types import SimpleNamespace

import pytest
import torch
from vllm.v1.kv_cache_interface import FullAttentionSpec, MLAAttentionSpec, SlidingWindowSpec

from warriorcoder.models import fit
from warriorcoder.models.shapes import KNOWN, Shape

pytestmark = pytest.mark.vllm

MODELS = {
    "grouped queries": "Qwen/Qwen2.5-72B-Instruct",
    "a head for each query": "deepseek-ai/deepseek-coder-6.7b-base",
    "latent attention": "deepseek-ai/DeepSeek-Coder-V2-Lite-Instruct",
    "sliding windows": "allenai/Olmo-3-7B-Instruct",
}


def layers(shape: Shape, width: int) -> list:
    """vLLM's specification of every layer on one of `width` GPUs."""
    common = {"block_size": fit.BLOCK, "dtype": torch.bfloat16}
    if shape.latent:
        return [MLAAttentionSpec(num_kv_heads=1, head_size=shape.latent, **common)] * shape.layers
    common |= {"num_kv_heads": max(1, shape.kv_heads // width), "head_size": shape.head_dim}
    windowed = SlidingWindowSpec(sliding_window=shape.window or 1, **common)
    full = FullAttentionSpec(**common)
    return [windowed] * shape.windowed + [full] * (shape.layers - shape.windowed)


@pytest.mark.parametrize("tokens", [1, 4096, 32768 - 7])
@pytest.mark.parametrize("width", [1, 4, 16])
@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_a_context_takes_the_bytes_that_vllm_reserves(model, width, tokens):
    vllm = SimpleNamespace(
        model_config=SimpleNamespace(max_model_len=tokens),
        max_in_flight_tokens=fit.IN_FLIGHT,
        parallel_config=SimpleNamespace(decode_context_parallel_size=1),
    )
    shape = KNOWN[model]
    reserved = sum(layer.max_memory_usage_bytes(vllm) for layer in layers(shape, width))
    assert fit.kv_cache(shape, tokens, width, 2) == reserved
