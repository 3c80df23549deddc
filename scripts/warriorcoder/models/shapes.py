"""Sizes of models that decide their memory and cost: parameters, layers, heads, context.

A model in a local folder is read. The table `KNOWN` holds models of the hub that the shipped
configs name, so that a plan needs no download. Any other model is read from the hub's cache.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from warriorcoder.core.paths import find
from warriorcoder.download.hub import on_hub

SIZES = {"float32": 4.0, "bfloat16": 2.0, "float16": 2.0}  # bytes of a number


@dataclass(frozen=True)
class Shape:
    """The sizes of one decoder.

    Args:
        parameters: all parameters, in billions.
        layers: the number of layers with attention.
        hidden: the width of a layer.
        heads: attention heads of a layer.
        kv_heads: heads with keys and values of their own.
        head_dim: numbers of a head.
        context: the most tokens that the model reads.
        active: parameters that a token uses, in billions; None: all, no mixture of experts.
        stored: bytes of a parameter in the checkpoint; below 2 it is quantized.
        latent: numbers that stand for a token's keys and values in a layer with multi-head latent
            attention (MLA); None: other attention.
        window: tokens that a layer with a sliding window reads.
        windowed: the number of such layers.
        gated: True if the hub asks for consent to its licence.
    """

    parameters: float
    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_dim: int
    context: int
    active: float | None = None
    stored: float = 2.0
    latent: int | None = None
    window: int | None = None
    windowed: int = 0
    gated: bool = False

    @property
    def used(self) -> float:
        """The parameters that a token uses, in billions."""
        return self.parameters if self.active is None else self.active

    def bytes(self, dtype: str = "auto") -> float:
        """Return the bytes of the weights, which keep their quantization in every `dtype`."""
        if self.stored < 2 or dtype == "auto":
            return self.parameters * 1e9 * self.stored
        return self.parameters * 1e9 * SIZES[dtype]


QWEN_72B = Shape(72.7, 80, 8192, 64, 8, 128, 32768)
QWEN_32B = Shape(32.8, 64, 5120, 40, 8, 128, 32768)
LLAMA_8B = Shape(8.0, 32, 4096, 32, 8, 128, 131072)
DEEPSEEK_6_7B = Shape(6.7, 32, 4096, 32, 32, 128, 16384)
QWEN_7B = Shape(7.6, 28, 3584, 28, 4, 128, 32768)
STARCODER = Shape(15.5, 40, 6144, 48, 1, 128, 8192)
EMBEDDER = Shape(0.355, 24, 1024, 16, 16, 64, 512, stored=4)
KNOWN = {
    "Nexusflow/Athene-V2-Chat": QWEN_72B,
    "deepseek-ai/DeepSeek-Coder-V2-Lite-Instruct": Shape(
        15.7, 27, 2048, 16, 16, 192, 163840, active=2.4, latent=576
    ),
    "meta-llama/Llama-3.3-70B-Instruct": Shape(70.6, 80, 8192, 64, 8, 128, 131072, gated=True),
    "Qwen/Qwen2.5-72B-Instruct": QWEN_72B,
    "Qwen/QwQ-32B-Preview": QWEN_32B,
    "deepseek-ai/deepseek-coder-6.7b-base": DEEPSEEK_6_7B,
    "sentence-transformers/all-roberta-large-v1": EMBEDDER,
    "Qwen/Qwen2.5-Coder-7B-Instruct": QWEN_7B,
    "ByteDance-Seed/Seed-Coder-8B-Instruct": replace(LLAMA_8B, parameters=8.3, context=32768),
    "ibm-granite/granite-4.1-8b": Shape(8.0, 40, 4096, 32, 8, 128, 131072),
    "allenai/Olmo-3-7B-Instruct": Shape(
        7.3, 32, 4096, 32, 32, 128, 65536, window=4096, windowed=24
    ),
    "deepseek-ai/deepseek-coder-1.3b-base": Shape(1.3, 24, 2048, 16, 16, 128, 16384),
    "codellama/CodeLlama-7b-Python-hf": DEEPSEEK_6_7B,
    "bigcode/starcoder": replace(STARCODER, stored=4, gated=True),
    "WizardLM/WizardCoder-Python-7B-V1.0": DEEPSEEK_6_7B,
    "WizardLM/WizardCoder-15B-V1.0": STARCODER,
    "ise-uiuc/Magicoder-DS-6.7B": DEEPSEEK_6_7B,
    "ise-uiuc/Magicoder-S-DS-6.7B": DEEPSEEK_6_7B,
    "ise-uiuc/Magicoder-CL-7B": DEEPSEEK_6_7B,
    "ise-uiuc/Magicoder-S-CL-7B": DEEPSEEK_6_7B,
    "microsoft/wavecoder-pro-6.7b": DEEPSEEK_6_7B,
    "Qwen/Qwen2.5-Coder-32B-Instruct": QWEN_32B,
    "microsoft/phi-4": Shape(14.7, 40, 5120, 40, 10, 128, 16384),
    "Qwen/Qwen2.5-Coder-7B-Instruct-AWQ": replace(QWEN_7B, stored=0.73),
    "TheBloke/deepseek-coder-6.7B-instruct-AWQ": replace(DEEPSEEK_6_7B, stored=0.58),
    "RedHatAI/granite-3.1-8b-instruct-quantized.w4a16": Shape(
        8.2, 40, 4096, 32, 8, 128, 131072, stored=0.6
    ),
    "RedHatAI/Meta-Llama-3.1-8B-Instruct-quantized.w4a16": replace(LLAMA_8B, stored=0.72),
    "RedHatAI/Mistral-7B-Instruct-v0.3-GPTQ-4bit": Shape(
        7.2, 32, 4096, 32, 8, 128, 32768, stored=0.58
    ),
}


def of(model: str, revision: str | None = None) -> Shape | None:
    """Return the shape of a hub id or folder, None if nothing here says it."""
    if not on_hub(model):
        return read(find(model))
    if model in KNOWN:
        return KNOWN[model]
    folder = cached(model, revision)
    return read(folder) if folder else None


def cached(model: str, revision: str | None) -> str | None:
    """Return the folder of a hub model's snapshot, complete or not, None if there is none."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(model, "config.json", revision=revision)
    return str(Path(found).parent) if isinstance(found, str) else None


def read(folder: str) -> Shape | None:
    """Return the shape of a checkpoint's folder, None if it holds no decoder with safetensors.

    The weights' headers give their number and their type. All of them count as active.
    """
    files, path = sorted(Path(folder).glob("*.safetensors")), Path(folder) / "config.json"
    if not (files and path.is_file()):
        return None
    raw = json.loads(path.read_text())
    raw = raw.get("text_config", raw)
    if not {"num_hidden_layers", "num_attention_heads", "hidden_size"} <= raw.keys():
        return None
    layers, heads, hidden = (
        raw[key] for key in ("num_hidden_layers", "num_attention_heads", "hidden_size")
    )
    stored = sum(file.stat().st_size for file in files)
    width = SIZES.get(raw.get("dtype") or raw.get("torch_dtype") or "", 2.0)
    bits = raw.get("quantization_config", {}).get("bits", 4 if "quantization_config" in raw else 0)
    # A quantized checkpoint has a fifth on top for scales and embeddings.
    number = stored / (bits / 8 * 1.2 if bits else width)
    latent = raw.get("kv_lora_rank")
    types = raw.get("layer_types") or []
    return Shape(
        parameters=number / 1e9,
        layers=layers,
        hidden=hidden,
        heads=heads,
        kv_heads=raw.get("num_key_value_heads") or heads,
        head_dim=raw.get("head_dim") or hidden // heads,
        context=raw.get("max_position_embeddings") or 0,
        stored=stored / number,
        latent=latent + raw.get("qk_rope_head_dim", 0) if latent else None,
        window=raw.get("sliding_window"),
        windowed=types.count("sliding_attention") if raw.get("sliding_window") else 0,
    )
