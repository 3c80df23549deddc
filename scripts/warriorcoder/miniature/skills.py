"""Skills of the miniature's models, measured against the truth of its world."""

from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np
import polars as pl
import torch
from transformers import PreTrainedTokenizerFast

from warriorcoder.arena import battle_prompt
from warriorcoder.core import seeds
from warriorcoder.curation import difficulty_prompt
from warriorcoder.miniature import oracle, world
from warriorcoder.miniature.corpus import FORGE_DATE, judge_reply
from warriorcoder.miniature.families import AREAS
from warriorcoder.miniature.tokenizer import SCORES, VERDICTS
from warriorcoder.miniature.world import Task
from warriorcoder.models import system_prompt
from warriorcoder.models.chat import Chat


def chat_of(tokenizer: PreTrainedTokenizerFast) -> Chat:
    """Return the chat template with the date of the forge."""
    return Chat(tokenizer, FORGE_DATE)


@torch.no_grad()
def generate(
    model: Any,
    tokenizer: Any,
    requests: Sequence[Sequence[int]],
    limit: int,
    temperature: float = 0.0,
    top_p: float = 1.0,
    stops: Sequence[int] = (),
    batch: int = 128,
) -> list[tuple[str, bool]]:
    """Return one completion a request: text without its stop token, and whether it stopped."""
    ends = [*model.generation_config.eos_token_id, *stops]
    sampling: dict[str, Any] = {"do_sample": False}
    if temperature > 0:
        sampling = {"do_sample": True, "temperature": temperature, "top_p": top_p, "top_k": 0}
    order = sorted(range(len(requests)), key=lambda i: len(requests[i]))
    results: list[tuple[str, bool]] = [("", False)] * len(requests)
    for start in range(0, len(order), batch):
        part = order[start : start + batch]
        width = max(len(requests[i]) for i in part)
        ids = torch.tensor([[0] * (width - len(requests[i])) + list(requests[i]) for i in part])
        mask = torch.tensor(
            [[0] * (width - len(requests[i])) + [1] * len(requests[i]) for i in part]
        )
        out = model.generate(
            input_ids=ids, attention_mask=mask, max_new_tokens=limit, eos_token_id=ends, **sampling
        )
        for i, row in zip(part, out[:, width:].tolist(), strict=True):
            stop = next((at for at, token in enumerate(row) if token in ends), None)
            text = tokenizer.decode(row[:stop], skip_special_tokens=False)
            results[i] = (text, stop is not None)
    return results


def _rng(name: str) -> Random:
    return Random(seeds.seed("miniature", "skills", name))


def answers(model, tokenizer, run: oracle.Run, n: int, system: str | None) -> dict:
    """Return share of right answers to `n` code tasks per area, sampled at T 1.0 and top-p 0.95."""
    rng, right, chat = _rng("answers"), {}, chat_of(tokenizer)
    for area in AREAS:
        tasks = [world.sample(rng, kind="code", areas=(area,)) for _ in range(n // len(AREAS))]
        asked = [chat.prompt(task.text, system) for task in tasks]
        replies = generate(model, tokenizer, asked, 160, 1.0, 0.95)
        graded = [oracle.check(t, text, run) for t, (text, _) in zip(tasks, replies, strict=True)]
        right[area] = round(float(np.mean(graded)), 3)
    return {"pass": right, "pass_mean": round(float(np.mean(list(right.values()))), 3)}


def battles(n: int) -> list[tuple[Task, str, str, str]]:
    """Return tasks, two answers, and the true verdict."""
    rng, out = _rng("battles"), []
    for _ in range(n):
        task = world.sample(rng)
        rights = [rng.random() < 0.5 or task.kind == "vague" for _ in "AB"]
        first, second = (world.answer(rng, task, right) for right in rights)
        out.append((task, first, second, judge_reply(*rights).split()[-1]))
    return out


def judging(model, tokenizer, n: int) -> dict:
    """Return greedy verdicts on `n` battles: parse rate, accuracy, and which ones are wrong."""
    fought, chat = battles(n), chat_of(tokenizer)
    asked = [
        chat.prompt(battle_prompt.render(task.text, first, second))
        for task, first, second, _ in fought
    ]
    said = [text for text, _ in generate(model, tokenizer, asked, 40)]
    found = [[v for v in VERDICTS if v in text] for text in said]
    right = [len(v) == 1 and v[0] == truth_ for v, (*_, truth_) in zip(found, fought, strict=True)]
    return {
        "judge_parse": round(float(np.mean([len(v) == 1 for v in found])), 3),
        "judge_accuracy": round(float(np.mean(right)), 3),
        "judge_wrong": [i for i, ok in enumerate(right) if not ok],
    }


def rating(model, tokenizer, n: int) -> dict:
    """Return facts about greedy difficulty scores of `n` tasks.

    They are the parse rate, Spearman's rho (0 where either side is constant) and the share of 6
    and more.
    """
    rng, chat = _rng("difficulty"), chat_of(tokenizer)
    tasks = [world.sample(rng) for _ in range(n)]
    asked = [chat.prompt(difficulty_prompt.render(task.text)) for task in tasks]
    pairs = []
    for task, (text, _) in zip(tasks, generate(model, tokenizer, asked, 40), strict=True):
        scores = [int(score.strip("[]")) for score in SCORES if score in text]
        if len(scores) == 1:
            pairs.append((task.difficulty, scores[0]))
    true, given = zip(*pairs, strict=True) if pairs else ((0,), (0,))
    varied = len(set(true)) > 1 and len(set(given)) > 1
    spearman = pl.corr(pl.Series(true), pl.Series(given), method="spearman")
    rho = pl.select(spearman).item() if varied else 0.0
    return {
        "difficulty_parse": round(len(pairs) / n, 3),
        "difficulty_spearman": round(rho, 3),
        "difficulty_6_or_more": round(float(np.mean(np.array(given) >= 6)), 3),
    }


def mined(model, tokenizer, n: int, temperature: float, top_p: float) -> list[str]:
    """Return `n` instructions sampled from the pre-query prefix, cut where the user's turn ends."""
    chat = chat_of(tokenizer)
    stops = chat.user_stops(system_prompt.SYSTEM)
    prefix = [list(chat.prefix(system_prompt.SYSTEM))] * n
    said = generate(model, tokenizer, prefix, 180, temperature, top_p, stops.ids)
    for mark in stops.texts:
        said = [(text.split(mark)[0], ended) for text, ended in said]
    return [text.strip() for text, _ in said]


def mining(model, tokenizer, n: int) -> dict:
    """Return well-formed and unique shares of mined text at the three temperatures, top-p 1."""
    torch.manual_seed(seeds.seed("miniature", "skills", "mining"))
    out = {}
    for temperature in (1.0, 1.1, 1.2):
        texts = mined(model, tokenizer, n, temperature, 1.0)
        formed = [oracle.parse(text) is not None for text in texts]
        out[f"mined_{temperature}"] = round(float(np.mean(formed)), 3)
        out[f"unique_{temperature}"] = round(len(set(texts)) / n, 3)
    return out


def measure(model, tokenizer, run: oracle.Run, n: int) -> dict:
    """Return all skills of an expert, each on `n` items."""
    torch.manual_seed(seeds.seed("miniature", "skills"))
    return {
        **answers(model, tokenizer, run, n, system_prompt.SYSTEM),
        **judging(model, tokenizer, n),
        **rating(model, tokenizer, n),
        **mining(model, tokenizer, n),
    }
