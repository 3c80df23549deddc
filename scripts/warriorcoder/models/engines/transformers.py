"""Hugging Face `generate` on a CPU or one GPU, with one seed per row.

The numbers depend on a row's batch (padding, matrix shapes), so that batches are part of the
results. The caller forms batches in canonical order and generates them whole.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from transformers import (
    AutoModelForCausalLM,
    GenerationConfig,
    LogitsProcessor,
    LogitsProcessorList,
)

from warriorcoder.models.engines import Completion, Request, Sampling, cut


class SeededChoice(LogitsProcessor):
    """Temperature and nucleus sampling in which each row has a generator of random numbers.

    It leaves one token per row, so that greedy decoding picks this token.
    """

    def __init__(self, seeds: list[int], prompt_length: int, sampling: Sampling):
        draws = [np.random.Generator(np.random.PCG64(s)).random(sampling.max_tokens) for s in seeds]
        self.draws = torch.from_numpy(np.stack(draws).astype(np.float32))
        self.prompt_length, self.sampling = prompt_length, sampling

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Return scores that leave only the chosen token of each row."""
        draw = self.draws[:, input_ids.shape[1] - self.prompt_length, None].to(scores.device)
        values, tokens = (scores.float() / self.sampling.temperature).sort(-1, descending=True)
        mass = values.softmax(-1).cumsum(-1)
        # The nucleus ends with the token that reaches top_p; the draw is scaled into it.
        last = (mass < self.sampling.top_p).sum(-1, keepdim=True).clamp(max=mass.shape[-1] - 1)
        position = torch.searchsorted(mass, draw * mass.gather(-1, last), right=True)
        chosen = tokens.gather(-1, position.minimum(last))
        return torch.full_like(scores, -torch.inf).scatter_(-1, chosen, 0.0)


class Choices:
    """The tokens that may follow a row, so that it becomes one of some texts and then ends."""

    def __init__(self, choices: list[list[int]], prompt_length: int, end: int):
        self.choices = [[*tokens, end] for tokens in choices]
        self.prompt_length, self.end = prompt_length, end

    def __call__(self, _: int, input_ids: torch.Tensor) -> list[int]:
        """Return the ids that may follow `input_ids`. Behind a whole text this is the end."""
        said = input_ids[self.prompt_length :].tolist()
        begun = [tokens for tokens in self.choices if tokens[: len(said)] == said]
        return [tokens[len(said)] for tokens in begun if len(tokens) > len(said)] or [self.end]


class TransformersEngine:
    """A checkpoint in this process, on the first GPU or the CPU."""

    def __init__(self, model: str, tokenizer, dtype: str, batch_size: int):
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        loaded: Any = AutoModelForCausalLM.from_pretrained(model, dtype=dtype)
        self.model = loaded.to(self.device).eval()
        # A checkpoint's file may set penalties or banned words, which no request asks for.
        self.model.generation_config = GenerationConfig()
        self.tokenizer = tokenizer
        self.batch_size = batch_size

    @torch.inference_mode()
    def generate(self, requests: Sequence[Request], sampling: Sampling) -> list[list[Completion]]:
        """Return the completions of one batch as one group."""
        length = max(len(request.prompt) for request in requests)
        pad = self.tokenizer.pad_token_id or 0
        rows = [[pad] * (length - len(r.prompt)) + list(r.prompt) for r in requests]
        mask = [[0] * (length - len(r.prompt)) + [1] * len(r.prompt) for r in requests]
        processors = LogitsProcessorList()
        if sampling.temperature > 0:
            processors.append(SeededChoice([r.seed for r in requests], length, sampling))
        more: dict[str, Any] = {}
        if sampling.stop_texts:
            more |= {"stop_strings": list(sampling.stop_texts), "tokenizer": self.tokenizer}
        if sampling.choices:
            choices = self.tokenizer(list(sampling.choices), add_special_tokens=False)["input_ids"]
            end = next(iter(sampling.stop_ids), pad)
            more["prefix_allowed_tokens_fn"] = Choices(choices, length, end)
        output = self.model.generate(
            input_ids=torch.tensor(rows, device=self.device),
            attention_mask=torch.tensor(mask, device=self.device),
            max_new_tokens=sampling.max_tokens,
            do_sample=False,
            eos_token_id=list(sampling.stop_ids),
            pad_token_id=pad,
            logits_processor=processors,
            **more,
        )[:, length:].tolist()
        made = zip(requests, output, strict=True)
        return [[finish(request.id, tokens, sampling, self.tokenizer) for request, tokens in made]]


def finish(
    id: str, tokens: list[int], sampling: Sampling, tokenizer, reason: str = "length"
) -> Completion:
    """Return the completion of generated tokens, cut before the first stop.

    `reason` is the finish reason of a completion without a stop.
    """
    for position, token in enumerate(tokens):
        if token in sampling.stop_ids:
            tokens, reason = tokens[:position], "stop"
            break
    n_tokens = len(tokens)
    text = tokenizer.decode(tokens, skip_special_tokens=False)
    whole, text = text, cut(text, sampling.stop_texts)
    if text != whole:
        reason = "stop"
        n_tokens = len(tokenizer(text, add_special_tokens=False)["input_ids"])
    return Completion(id, text, reason, n_tokens)
