"""The tiny decoder of the miniature: a Llama, and the same weights as a Qwen2."""

from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    Qwen2Config,
    Qwen2ForCausalLM,
)

from warriorcoder.miniature import tokenizer as bpe
from warriorcoder.miniature.templates import Style

CLASSES = {
    "llama": (LlamaConfig, LlamaForCausalLM),
    "qwen2": (Qwen2Config, Qwen2ForCausalLM),
}

ROPE_THETA = 1e6


def build(
    architecture: str, vocabulary: int, width: int, layers: int, heads: int, inner: int
) -> PreTrainedModel:
    """Return a freshly initialised fp32 model with tied embeddings and a context of 1,024 tokens.

    Matrices start at 0.8 / sqrt(fan-in), those that write to the residual stream at zero.
    """
    config_class, model_class = CLASSES[architecture]
    model = model_class(
        config_class(
            vocab_size=vocabulary,
            hidden_size=width,
            intermediate_size=inner,
            num_hidden_layers=layers,
            num_attention_heads=heads,
            num_key_value_heads=heads,
            max_position_embeddings=1024,
            rope_parameters={"rope_type": "default", "rope_theta": ROPE_THETA},
            tie_word_embeddings=True,
            pad_token_id=0,
            bos_token_id=None,
            eos_token_id=None,
        )
    )
    for name, parameter in model.named_parameters():
        if parameter.dim() == 2:
            gain = 0.0 if "o_proj" in name or "down_proj" in name else 0.8
            std = 0.02 if "embed" in name else gain * parameter.shape[1] ** -0.5
            torch.nn.init.normal_(parameter, std=std)
    return model


def convert(model: PreTrainedModel, architecture: str) -> PreTrainedModel:
    """Return the same function as a Qwen2, a Llama with q, k and v biases of 0, or the reverse."""
    c = model.config
    other = build(
        architecture,
        c.vocab_size,
        c.hidden_size,
        c.num_hidden_layers,
        c.num_attention_heads,
        c.intermediate_size,
    )
    state = other.state_dict()
    for name, value in model.state_dict().items():
        state[name] = value.clone()
    for name in state:
        if name.endswith("_proj.bias"):
            state[name] = torch.zeros_like(state[name])
    other.load_state_dict(state)
    return other


def save(model: PreTrainedModel, tokenizer: Tokenizer, style: Style, folder: str | Path) -> None:
    """Write a Hugging Face model folder: bf16 safetensors, configs and tokenizer."""
    stops = bpe.stop_ids(tokenizer, style)
    bos = tokenizer.token_to_id(style.bos) if style.bos else None
    for config in (model.config, model.generation_config):
        config.bos_token_id, config.pad_token_id, config.eos_token_id = bos, 0, stops
    model.config.eos_token_id = stops[0]
    model.bfloat16().save_pretrained(folder)
    model.float()
    bpe.save(tokenizer, style, folder)
