"""Make the shipped models: base on raw code, target, trunk on chats, five experts.

Each stage reads and writes folders in the Hugging Face format, so that each is one rule.
"""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import LlamaForCausalLM

from warriorcoder.core import seeds
from warriorcoder.miniature import corpus, induction, model, train
from warriorcoder.miniature.hyperparameters import Hyperparameters, Stage
from warriorcoder.miniature.templates import EXPERTS, TARGET, Style
from warriorcoder.miniature.tokenizer import as_loaded, for_style

Log = Callable[[str], None]


def _start(name: str) -> Random:
    torch.manual_seed(seeds.seed("miniature", "forge", name, "torch"))
    return Random(seeds.seed("miniature", "forge", name))


def _fit(network, draw, stage: Stage, hyper: Hyperparameters, log: Log) -> None:
    train.fit(network, draw, **vars(stage), decay=hyper.decay, log=log)


def base(tokenizer: Tokenizer, hyper: Hyperparameters, out: str | Path, log: Log) -> None:
    """Train the base, the common ancestor, on raw code in every wording, half of it right."""
    rng = _start("base")
    size = tokenizer.get_vocab_size()
    shape = (hyper.width, hyper.layers, hyper.heads, hyper.inner)
    network: Any = model.build("llama", size, *shape)
    induction.plant(network)
    text = corpus.RawText(
        for_style(tokenizer, TARGET), TARGET, rng, hyper.base_right, formatted=0.0, copies=0.06
    )
    _fit(network, text.document, hyper.base, hyper, log)
    network.save_pretrained(out)


def target(
    ancestor: str | Path, tokenizer: Tokenizer, hyper: Hyperparameters, out, log: Log
) -> None:
    """Train the pipeline's target on more raw text, most of it buggy."""
    rng = _start("target")
    network = LlamaForCausalLM.from_pretrained(ancestor).float()
    text = corpus.RawText(
        for_style(tokenizer, TARGET),
        TARGET,
        rng,
        hyper.target_right,
        hyper.target_formatted,
        copies=0.0,
    )
    _fit(network, text.document, hyper.target, hyper, log)
    model.save(network, tokenizer, TARGET, out)


def _chats(tokenizer, style: Style, rng: Random, hyper: Hyperparameters) -> corpus.Chats:
    skills = {"strong": hyper.strong, "weak": hyper.weak, "own": hyper.own}
    return corpus.Chats(tokenizer, style, rng, **skills)


def trunk(
    ancestor: str | Path, tokenizer: Tokenizer, hyper: Hyperparameters, out, log: Log
) -> None:
    """Train one model of all five experts: the chat style decides who speaks."""
    rng = _start("trunk")
    network = LlamaForCausalLM.from_pretrained(ancestor).float()
    speakers = [
        _chats(for_style(tokenizer, style), style, rng, hyper) for style in EXPERTS.values()
    ]

    def draw() -> corpus.Document:
        return rng.choice(speakers).document(hyper.instruct, hyper.judge)

    _fit(network, draw, hyper.trunk, hyper, log)
    network.save_pretrained(out)


def expert(
    name: str, ancestor: str | Path, tokenizer: Tokenizer, hyper: Hyperparameters, out, log: Log
) -> None:
    """Train one expert from the trunk, with its own style and tokenizer only."""
    rng = _start(name)
    style = EXPERTS[name]
    network = LlamaForCausalLM.from_pretrained(ancestor).float()
    if style.architecture != "llama":
        network = model.convert(network, style.architecture)
    chats = _chats(as_loaded(tokenizer, style), style, rng, hyper)
    _fit(network, lambda: chats.document(hyper.instruct, hyper.judge), hyper.expert, hyper, log)
    model.save(network, tokenizer, style, out)
