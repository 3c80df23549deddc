"""A tiny target, conversations to learn from, and runs that train on them."""

import json
import os
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast as FastTokenizer

from warriorcoder.config.training import Training
from warriorcoder.training import conversations
from warriorcoder.training.seal import finished

SCRIPTS = Path(conversations.__file__).parents[2]
TEMPLATE = """{{- bos_token }}
{%- for message in messages %}
    {%- if message['role'] == 'user' %}
        {{- '### Instruction:\n' + message['content'] + '\n' }}
    {%- else %}
        {{- '### Response:\n' + message['content'] + '\n<|EOT|>\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '### Response:' }}
{%- endif %}"""
GOLD = [
    [
        {"role": "user", "content": f"Add {n} to x." + " Please!" * (n % 4)},
        {"role": "assistant", "content": f"x = x + {n}\n" * (1 + n % 3)},
    ]
    for n in range(30)
]
PAIRS = [
    {
        "prompt": talk[:1],
        "chosen": talk[1:],
        "rejected": [{"role": "assistant", "content": "y = 0\n" * (1 + n % 2)}],
    }
    for n, talk in enumerate(GOLD)
]
ENVIRONMENT = os.environ | {
    "PYTHONPATH": str(SCRIPTS),
    "CUDA_VISIBLE_DEVICES": "",
    "OMP_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "passive",
    "TOKENIZERS_PARALLELISM": "false",
    "TORCHDYNAMO_DISABLE": "1",
    "HF_HUB_OFFLINE": "1",
}


def byte_tokenizer() -> FastTokenizer:
    """Each byte is a token, so that every mistake by one token shows as one by a letter."""
    specials = ["<pad>", "<s>", "</s>", "<|EOT|>"]
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: number for number, token in enumerate(specials + letters)}
    backend = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    backend.decoder = decoders.ByteLevel()
    backend.add_special_tokens(specials)
    tokenizer = FastTokenizer(
        tokenizer_object=backend, pad_token="<pad>", bos_token="<s>", eos_token="</s>"
    )
    tokenizer.chat_template = TEMPLATE
    return tokenizer


def run_file(folder: Path, name: str, objective: str = "sft", **changes) -> Path:
    """The file of a run whose checkpoint will be `folder / name`."""
    training = {
        "base": str(folder / "base"),
        "zero_stage": 1,
        "precision": "fp32",
        "max_length": 120,
        "global_batch": 8,
        "micro_batch": 8,
        "steps": 12,
        "learning_rate": 0.01,
        "weight_decay": 0.0,
        "warmup_ratio": 0.2,
        "timeout_minutes": 95,
        "balance": "rows" if objective == "dpo" else "tokens",
    }
    run = {
        "training": Training(**training | changes).model_dump(),
        "gold": str(folder / ("pairs.parquet" if objective == "dpo" else "gold.parquet")),
        "objective": objective,
        "output": str(folder / name),
        "seed": 5,
        "decided": "all that decides them",
        "measured": str(folder / f"{name}.measured"),
    }
    path = folder / f"{name}.json"
    path.write_text(json.dumps(run))
    return path


def said(folder: Path) -> dict:
    return finished(folder, "all that decides them")


def weights(folder: Path) -> bytes:
    return (folder / "model.safetensors").read_bytes()
