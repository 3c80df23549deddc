"""If these tests fail, the weights of a GGUF file are another model's."""

import numpy as np
import pytest
import torch
from transformers import LlamaConfig

from warriorcoder.models import gguf

SHAPE = LlamaConfig(hidden_size=12, num_attention_heads=3, num_key_value_heads=1)


def interleaved(rows: list[list[float]], heads: int) -> np.ndarray:
    """llama.cpp's order of a head's rows: its first half and its second half in turn."""
    size = len(rows) // heads
    return np.array(
        [
            rows[head * size + half * (size // 2) + place]
            for head in range(heads)
            for place in range(size // 2)
            for half in range(2)
        ],
        np.float32,
    )


@pytest.mark.parametrize(("part", "heads"), [("attn_q", 3), ("attn_k", 1)])
def test_the_halves_of_each_head_are_put_apart(part, heads):
    rows = [[float(row), -float(row)] for row in range(4 * heads)]
    found = gguf._tensor(f"blk.7.{part}.weight", interleaved(rows, heads), SHAPE)
    assert found.float().tolist() == rows and found.dtype == torch.bfloat16


@pytest.mark.parametrize(
    "name", ["token_embd.weight", "blk.0.attn_v.weight", "blk.3.ffn_up.weight"]
)
def test_other_weights_keep_their_order(name):
    rows = [[float(row)] for row in range(12)]
    assert gguf._tensor(name, np.array(rows), SHAPE).float().tolist() == rows


def test_names_are_those_of_transformers():
    assert gguf._name("token_embd.weight") == "model.embed_tokens.weight"
    assert gguf._name("blk.12.attn_norm.weight") == "model.layers.12.input_layernorm.weight"


@pytest.mark.parametrize(
    ("kind", "tensor"), [("qwen2", "token_embd.weight"), ("llama", "output.weight")]
)
def test_another_architecture_is_refused(kind, tensor):
    class File:
        fields = {"general.architecture": type("Field", (), {"contents": lambda self: kind})()}
        tensors = [type("Tensor", (), {"name": tensor})()]

    with pytest.raises(gguf.GGUFError, match="Only tied Llamas fit"):
        gguf._config(File())
