"""One byte-level BPE for all models of the miniature.

Whole paragraphs that prompts repeat word for word are single added tokens, so that the paper's
own prompts cost a tiny model one token instead of hundreds.
"""

import re
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (  # type: ignore[attr-defined]
    PreTrainedTokenizerFast,
    Qwen2TokenizerFast,
)

from warriorcoder.arena import battle_prompt
from warriorcoder.core import seeds
from warriorcoder.curation import difficulty_prompt
from warriorcoder.evaluation.benchmarks.boilerplate import BOILERPLATE
from warriorcoder.miniature import world
from warriorcoder.miniature.families import FAMILIES
from warriorcoder.miniature.templates import END_OF_DOCUMENT, EXPERTS, TARGET, Style
from warriorcoder.models import system_prompt

PAD = "<pad>"
SPECIAL = (
    PAD,
    "<s>",
    "</s>",
    "<|im_start|>",
    "<|im_end|>",
    "<|begin_of_text|>",
    "<|start_header_id|>",
    "<|end_header_id|>",
    "<|eot_id|>",
    "<|User|>",
    "<|Assistant|>",
    "<|end|>",
    "[INST]",
    "[/INST]",
    "<|EOT|>",
)
VERDICTS = ("[[A]]", "[[B]]", "[[Tie]]")
SCORES = tuple(f"[[{n}]]" for n in range(1, 11))
CORRECT, WRONG = " correct", " wrong"
# None of these may begin with the newline or space that ends a generation prompt.
WORDS: tuple[str, ...] = ("```python\n", "```", "### Instruction:", "### Response:", CORRECT, WRONG)
WORDS += ("[PYTHON]", "[/PYTHON]", "[ANSWER]", "[/ANSWER]", "<code>", "</code>", "BEGIN SOLUTION")
WORDS += (" ... # put solution in this variable", "Cutting Knowledge Date: December 2023")
ROLES = "system user assistant\nUser: Assistant: Assistant A is Assistant B is\nToday Date: "
ROLES += "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec\n The request task is vague easy clear "
ROLES += "challenging\nProblem: Write import numpy as np array result assert"
SPLIT = r"\n *| ?_?[A-Za-z]+|[0-9]| ?[^\sA-Za-z0-9_]+|_|\s+"


def paragraphs() -> list[str]:
    """Return all texts that are one token: prompts, benchmark boilerplate, template lines."""
    system_lines = [
        line
        for style in (EXPERTS["athene"], TARGET)
        for line in re.findall(r"(You are [^<\\']+)", style.template)
    ]
    texts = [system_prompt.SYSTEM, battle_prompt.RULES, *battle_prompt.MARKS]
    texts += [difficulty_prompt.RULES, difficulty_prompt.INSTRUCTION, *BOILERPLATE, *system_lines]
    return texts


def train(vocabulary: int, documents: int) -> Tokenizer:
    """Return a BPE of `vocabulary` entries learnt on `documents` texts, plus the added tokens."""
    rng = Random(seeds.seed("miniature", "tokenizer"))
    texts = [ROLES] * (documents // 10)
    for _ in range(documents):
        task = world.sample(rng)
        texts += [task.text, world.answer(rng, task, rng.random() < 0.5)]
        family = rng.choice(FAMILIES)
        held_out = world.coding_task(rng, family, (family.held_out,))
        texts.append(held_out.stub + world.body(rng, held_out, rng.random() < 0.5))
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=list(SPECIAL),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    added = [*WORDS, *VERDICTS, *SCORES, *paragraphs()]
    tokenizer.add_tokens([AddedToken(text, normalized=False) for text in added])
    return tokenizer


def for_style(tokenizer: Tokenizer, style: Style) -> PreTrainedTokenizerFast:
    """Return `tokenizer` with the chat template and the special tokens of one model."""
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=style.bos,
        eos_token=style.end,
        pad_token=PAD,
        chat_template=style.template,
        model_max_length=1024,
        clean_up_tokenization_spaces=False,
    )


def as_loaded(tokenizer: Tokenizer, style: Style) -> PreTrainedTokenizerFast:
    """Return `for_style` as `AutoTokenizer` reads it back from the folder of a model of this style.

    transformers 5 cuts the text of every Qwen2 model with Qwen2's own pattern, whatever its
    `tokenizer.json` says: the same text then has other ids.
    """
    plain = for_style(tokenizer, style)
    if style.architecture != "qwen2":
        return plain
    with TemporaryDirectory() as folder:
        plain.save_pretrained(folder)
        return Qwen2TokenizerFast.from_pretrained(folder, unk_token=None)


def save(tokenizer: Tokenizer, style: Style, folder: str | Path) -> None:
    """Write `tokenizer.json` and `tokenizer_config.json` (with the chat template)."""
    as_loaded(tokenizer, style).save_pretrained(folder, save_jinja_files=False)


def stop_ids(tokenizer: Tokenizer, style: Style) -> list[int]:
    """Return the ids that end a generation: end of the assistant turn, end of a document."""
    ends = dict.fromkeys((style.end, END_OF_DOCUMENT))
    return [number for end in ends if (number := tokenizer.token_to_id(end)) is not None]
