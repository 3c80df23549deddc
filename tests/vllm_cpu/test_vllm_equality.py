"""Greedy, vLLM says what transformers says, token for token, in every expert and every stage."""

import json
import shutil

import pytest
from vllm_cpu.shipped import TRANSFORMERS, WEIGHTS, model

from warriorcoder.arena import battle_prompt
from warriorcoder.curation import difficulty_prompt
from warriorcoder.models import system_prompt
from warriorcoder.models.engines import Request, Sampling
from warriorcoder.models.engines.transformers import TransformersEngine
from warriorcoder.models.engines.vllm import VLLMEngine
from warriorcoder.models.model import Model

pytestmark = pytest.mark.vllm

TASKS = (
    "Write a function called total(nums) that returns the sum of nums.",
    "Can you write longest_word(text) so that it returns the longest word of text?",
    "What does it mean that a list is mutable?",
    "Fix my code.",
    "Create a function called keys_above(counts, limit). It returns the keys above limit.",
)
ANSWERS = ("def total(nums):\n    return sum(nums)", "Please describe the task in more detail.")


class Recorder:
    """A tokenizer that keeps what it decodes."""

    def __init__(self, tokenizer):
        self.tokenizer, self.decoded = tokenizer, []

    def decode(self, tokens, **options):
        self.decoded.append(tokens)
        return self.tokenizer.decode(tokens, **options)

    def __call__(self, *arguments, **options):
        return self.tokenizer(*arguments, **options)

    def __getattr__(self, name):
        return getattr(self.tokenizer, name)


def asked(one: Model) -> dict[str, tuple[list[tuple[int, ...]], Sampling]]:
    """Prompts of every stage, greedy, with that stage's stops."""
    chat, replies = one.chat, one.chat.reply_stops()
    turns = chat.user_stops(system_prompt.SYSTEM)
    reply = Sampling(0.0, 1.0, 100, replies.ids, replies.texts)
    return {
        "mine": (
            [chat.prefix(system_prompt.SYSTEM)],
            Sampling(0.0, 1.0, 100, turns.ids, turns.texts),
        ),
        "rate": ([chat.prompt(difficulty_prompt.render(task)) for task in TASKS], reply),
        "answer": ([chat.prompt(task, system_prompt.SYSTEM) for task in TASKS], reply),
        "judge": ([chat.prompt(battle_prompt.render(task, *ANSWERS)) for task in TASKS], reply),
        "sample": ([tuple(one.tokenizer("def total(nums):\n    ")["input_ids"])], reply),
    }


@pytest.mark.parametrize("expert", ["athene", "dscoder", "llamax", "quen", "quq"])
def test_greedy_tokens_are_those_of_transformers(expert, tmp_path):
    one = model(tmp_path / "rows.sqlite", expert, TRANSFORMERS)
    folder, tokenizer = tmp_path / expert, one.tokenizer
    shutil.copytree(WEIGHTS / expert, folder)
    own = {"repetition_penalty": 1.3, "no_repeat_ngram_size": 2, "top_k": 3, "min_new_tokens": 90}
    (folder / "generation_config.json").write_text(json.dumps(own))
    source = str(folder)
    theirs = TransformersEngine(source, Recorder(tokenizer), "float32", 16)
    ours = VLLMEngine(source, "float32", 1, None, 0.9)
    ours.tokenizer = Recorder(tokenizer)
    tokens = 0
    for stage, (found, sampling) in asked(one).items():
        requests = [Request(str(number), prompt, 0) for number, prompt in enumerate(found)]
        expected = {c.id: c for c in sum(theirs.generate(requests, sampling), [])}
        made = {c.id: c for c in sum(ours.generate(requests, sampling), [])}
        assert made == expected, stage
        assert sorted(ours.tokenizer.decoded) == sorted(theirs.tokenizer.decoded), stage
        tokens += sum(map(len, ours.tokenizer.decoded))
        ours.tokenizer.decoded.clear(), theirs.tokenizer.decoded.clear()
    assert tokens > 200


def test_a_choice_is_one_of_the_marks_and_that_of_transformers(tmp_path):
    """vLLM allows every spelling of a mark in tokens, transformers the tokenizer's own."""
    here = model(tmp_path / "here.sqlite", engine=TRANSFORMERS)
    there = model(tmp_path / "there.sqlite")
    marks = tuple(f"[[{score}]]" for score in range(1, 11))
    prompts = [
        here.chat.prompt(difficulty_prompt.render(f"{task} {n}"))
        for task in TASKS
        for n in range(6)
    ]
    requests = [Request(str(number), prompt, 0) for number, prompt in enumerate(prompts)]
    expected, made = (
        [reply.text for reply in one.choose(requests, marks, 9)] for one in (here, there)
    )
    assert set(made) <= set(marks) and len(set(made)) > 1
    assert sum(map(str.__eq__, made, expected)) >= 0.9 * len(made)


def test_prompts_share_what_the_prefix_cache_keeps():
    """The rubric once for all votes, the instruction once for both orders of its answers."""
    one = model(WEIGHTS / "none.sqlite")
    engine = VLLMEngine(str(WEIGHTS / "athene"), "float32", 1, None, 0.9)
    block = engine.engine.vllm_config.cache_config.block_size
    task = " ".join(f"{word}{number}" for number in range(60) for word in ("alpha", "beta"))
    orders = [
        one.chat.prompt(battle_prompt.render(task, *pair)) for pair in (ANSWERS, ANSWERS[::-1])
    ]
    shared = next(i for i, (a, b) in enumerate(zip(*orders, strict=False)) if a != b)
    assert shared > 2 * block
    hits = []
    step = engine.engine.step
    engine.engine.step = lambda: [hits.append(o.num_cached_tokens) or o for o in step()]
    for number, prompt in enumerate(orders):
        list(engine.generate([Request(str(number), prompt, 0)], Sampling(0.0, 1.0, 4, (0,))))
    assert hits == [0, shared // block * block]
