"""Llama models in GGUF files, written in Hugging Face's format.

transformers reads the tokenizer of such a file, but saves no weights that it read from one. The
weights are dequantised here, in the names and the order of rows of transformers. Models with a head
of their own, and other architectures, are not covered.
"""

import importlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from transformers import AutoTokenizer, LlamaConfig

NAMES = {"token_embd": "model.embed_tokens", "output_norm": "model.norm"}
PARTS = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
}


class GGUFError(ValueError):
    """A file that holds no model of a kind that is covered."""


def unpack(path: Path, folder: Path) -> None:
    """Write the model of a GGUF file to `folder`, which is complete or absent.

    The package gguf must be importable.

    Raises:
        GGUFError: the file holds another architecture than Llama, or a head of its own.
    """
    gguf = importlib.import_module("gguf")  # from envs/real.txt
    file = gguf.GGUFReader(path)
    config = _config(file)
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    try:
        config.save_pretrained(temporary)
        ends = {"bos_token_id": config.bos_token_id, "eos_token_id": config.eos_token_id}
        (temporary / "generation_config.json").write_text(json.dumps(ends) + "\n")
        tokenizer = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
        tokenizer.save_pretrained(temporary)
        weights = {
            _name(each.name): _tensor(
                each.name, gguf.dequantize(each.data, each.tensor_type), config
            )
            for each in file.tensors
        }
        save_file(weights, temporary / "model.safetensors", metadata={"format": "pt"})
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _config(file: Any) -> LlamaConfig:
    """Return the architecture that a file's metadata describe."""
    facts = {name: field.contents() for name, field in file.fields.items()}
    kind = facts["general.architecture"]
    if kind != "llama" or any(each.name == "output.weight" for each in file.tensors):
        raise GGUFError(
            f"the file holds a {kind} model, or a head of its own. Only tied Llamas fit."
        )
    return LlamaConfig(
        architectures=["LlamaForCausalLM"],
        dtype="bfloat16",
        vocab_size=len(facts["tokenizer.ggml.tokens"]),
        hidden_size=facts["llama.embedding_length"],
        intermediate_size=facts["llama.feed_forward_length"],
        num_hidden_layers=facts["llama.block_count"],
        num_attention_heads=facts["llama.attention.head_count"],
        num_key_value_heads=facts["llama.attention.head_count_kv"],
        max_position_embeddings=facts["llama.context_length"],
        rms_norm_eps=facts["llama.attention.layer_norm_rms_epsilon"],
        rope_parameters={
            "rope_type": "default",
            "rope_theta": facts["llama.rope.freq_base"],
        },
        tie_word_embeddings=True,
        bos_token_id=facts["tokenizer.ggml.bos_token_id"],
        eos_token_id=facts["tokenizer.ggml.eos_token_id"],
        pad_token_id=facts["tokenizer.ggml.padding_token_id"],
    )


def _name(name: str) -> str:
    """Return transformers' name of a tensor."""
    stem, _, end = name.rpartition(".")
    if stem in NAMES:
        return f"{NAMES[stem]}.{end}"
    _, layer, part = stem.split(".")
    return f"model.layers.{layer}.{PARTS[part]}.{end}"


def _tensor(name: str, values: np.ndarray, config: LlamaConfig) -> torch.Tensor:
    """Return a tensor with rows in transformers' order.

    llama.cpp interleaves the two halves of each head of queries and keys.
    """
    heads = {
        "attn_q.weight": config.num_attention_heads,
        "attn_k.weight": config.num_key_value_heads,
    }.get(name.partition(".")[2].partition(".")[2])
    if heads:
        rows, width = values.shape
        halves = values.reshape(heads, rows // heads // 2, 2, width)
        values = halves.swapaxes(1, 2).reshape(rows, width)
    return torch.from_numpy(np.ascontiguousarray(values, np.float32)).to(torch.bfloat16)
