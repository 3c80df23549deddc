"""The shapes of real chat templates, each on a small tokenizer of its family's kind.

The templates under `templates/` use the language features of those of the models that they are
named after; the tokenizers are byte-level (Qwen, Llama 3, DeepSeek, gpt-oss) or of sentencepiece's
kind (Llama 2, Gemma), and where the family's adds a beginning of text itself, these do too.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from transformers import PreTrainedTokenizerFast

from warriorcoder.arena import battle_prompt
from warriorcoder.models import system_prompt

TEMPLATES = Path(__file__).parent / "templates"
WORDS = r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
TEXTS = [
    system_prompt.SYSTEM,
    battle_prompt.RULES,
    "Write a function that adds two numbers. How do I sort a list? Implement a stack in Python. "
    "Given a string, count its vowels. Can you explain this? def add(a, b):\n    return a + b\n",
    "User: Assistant: USER: ASSISTANT: [INST] [/INST] <<SYS>> <</SYS>> system user assistant\n",
] * 3


@dataclass(frozen=True)
class Shape:
    """Return the text that a reader of the template would type by hand.

    `opening` is the text up to the user's, with `{}` where the system prompt stands; `ends` are the
    texts of the tokens, and the words, that end the user's turn, `closes` those that end the reply.
    Llama 2's kind of tokenizer reads a space after a special token.
    """

    name: str
    kind: str  # bytes | pieces | pieces, no prefix
    bos: str | None
    eos: str
    specials: tuple[str, ...]
    opening: str
    ends: tuple[set, tuple]
    closes: tuple[set, tuple]
    words: tuple[str, ...] = ()  # added tokens that are not special
    adds_bos: bool = False
    takes_system: bool = True


SHAPES = {
    shape.name: shape
    for shape in (
        Shape(
            "qwen",  # Qwen2.5, Athene-V2, QwQ-32B-Preview
            "bytes",
            None,
            "<|im_end|>",
            ("<|endoftext|>", "<|im_start|>", "<|im_end|>"),
            "<|im_start|>system\n{}<|im_end|>\n<|im_start|>user\n",
            ({"<|im_end|>"}, ()),
            ({"<|im_end|>"}, ()),
            words=("<tool_call>", "</tool_call>"),
        ),
        Shape(
            "qwq",  # QwQ-32B, Qwen3-Thinking
            "bytes",
            None,
            "<|im_end|>",
            ("<|endoftext|>", "<|im_start|>", "<|im_end|>"),
            "<|im_start|>system\n{}<|im_end|>\n<|im_start|>user\n",
            ({"<|im_end|>"}, ()),
            ({"<|im_end|>"}, ()),
            words=("<think>", "</think>"),
        ),
        Shape(
            "llama",  # Llama 3.1 to 3.3
            "bytes",
            "<|begin_of_text|>",
            "<|eot_id|>",
            ("<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"),
            "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n"
            "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n"
            "{}<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n",
            ({"<|eot_id|>"}, ()),
            ({"<|eot_id|>"}, ()),
            adds_bos=True,
        ),
        Shape(
            "deepseek-v2",  # DeepSeek-Coder-V2-Lite-Instruct
            "bytes",
            "<｜begin▁of▁sentence｜>",
            "<｜end▁of▁sentence｜>",
            ("<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>"),
            "<｜begin▁of▁sentence｜>{}\n\nUser:",
            ({"<｜end▁of▁sentence｜>"}, ("\n\nAssistant:",)),
            ({"<｜end▁of▁sentence｜>"}, ()),
            adds_bos=True,
        ),
        Shape(
            "deepseek-r1",
            "bytes",
            "<｜begin▁of▁sentence｜>",
            "<｜end▁of▁sentence｜>",
            ("<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>"),
            "<｜begin▁of▁sentence｜>{}<｜User｜>",
            ({"<｜Assistant｜>", "<｜end▁of▁sentence｜>"}, ()),
            ({"<｜end▁of▁sentence｜>"}, ()),
            words=("<｜User｜>", "<｜Assistant｜>", "<think>", "</think>"),
            adds_bos=True,
        ),
        Shape(
            "gemma",
            "pieces, no prefix",
            "<bos>",
            "<eos>",
            ("<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>"),
            "<bos><start_of_turn>user\n{}\n\n",
            ({"<end_of_turn>", "<eos>"}, ()),
            ({"<end_of_turn>", "<eos>"}, ()),
            adds_bos=True,
            takes_system=False,
        ),
        Shape(
            "gemma-vision",  # Gemma 3: content may be a list
            "pieces, no prefix",
            "<bos>",
            "<eos>",
            ("<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>"),
            "<bos><start_of_turn>user\n{}\n\n",
            ({"<end_of_turn>", "<eos>"}, ()),
            ({"<end_of_turn>", "<eos>"}, ()),
            adds_bos=True,
        ),
        Shape(
            "llama-2",  # and the first Mistral: [INST] is text, a space stands before the user's
            "pieces",
            "<s>",
            "</s>",
            ("<s>", "</s>"),
            "<s> [INST] <<SYS>>\n{}\n<</SYS>>\n\n",
            ({"</s>"}, (" [/INST]",)),
            ({"</s>"}, ()),
            adds_bos=True,
        ),
        Shape(
            "mistral",  # Mistral Small 3
            "bytes",
            "<s>",
            "</s>",
            ("<s>", "</s>", "[INST]", "[/INST]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]"),
            "<s>[SYSTEM_PROMPT]{}[/SYSTEM_PROMPT][INST]",
            ({"[/INST]", "</s>"}, ()),
            ({"</s>"}, ()),
            adds_bos=True,
        ),
        Shape(
            "phi",  # the first Phi-3: drops system messages, always opens the reply
            "pieces",
            "<s>",
            "<|endoftext|>",
            ("<s>", "<|endoftext|>", "<|user|>", "<|assistant|>", "<|end|>"),
            "<s><|user|> \n{}\n\n",
            ({"<|end|>", "<|endoftext|>"}, ()),
            ({"<|end|>", "<|endoftext|>"}, ()),
            takes_system=False,
        ),
        Shape(
            "gpt-oss",
            "bytes",
            None,
            "<|return|>",
            ("<|start|>", "<|message|>", "<|channel|>", "<|end|>", "<|return|>", "<|call|>"),
            "<|start|>system<|message|>You are a model made for tests.\nKnowledge cutoff: 2024-06\n"
            "Current date: 2024-07-26\n\nReasoning: medium\n\n"
            "# Channels: analysis, commentary, final.<|end|>"
            "<|start|>developer<|message|># Instructions\n\n{}\n\n<|end|>"
            "<|start|>user<|message|>",
            ({"<|end|>", "<|return|>"}, ()),
            ({"<|return|>"}, ()),  # not <|end|>: it ends the analysis, too
        ),
        Shape(
            "hermes",  # its marks of turns are added tokens, but not special ones
            "bytes",
            "<s>",
            "</s>",
            ("<s>", "</s>"),
            "<s><|im_start|>system\n{}<|im_end|>\n<|im_start|>user\n",
            ({"<|im_end|>", "</s>"}, ()),
            ({"<|im_end|>", "</s>"}, ()),
            words=("<|im_start|>", "<|im_end|>"),
            adds_bos=True,
        ),
        Shape(
            "vicuna",  # no beginning of text, no end of the user's turn, stripped texts
            "pieces",
            "<s>",
            "</s>",
            ("<s>", "</s>"),
            "{} USER:",
            ({"</s>"}, (" ASSISTANT:",)),
            ({"</s>"}, ()),
            adds_bos=True,
        ),
        Shape(
            "granite",
            "bytes",
            None,
            "<|end_of_text|>",
            ("<|end_of_text|>", "<|start_of_role|>", "<|end_of_role|>"),
            "<|start_of_role|>system<|end_of_role|>{}<|end_of_text|>\n"
            "<|start_of_role|>user<|end_of_role|>",
            ({"<|end_of_text|>"}, ()),
            ({"<|end_of_text|>"}, ()),
        ),
    )
}


def tokenizer(shape: Shape, template: str | None = None) -> PreTrainedTokenizerFast:
    """A tokenizer of this shape, with its template or another."""
    made = Tokenizer.from_str(_trained(shape.kind, shape.specials))
    made.add_tokens([AddedToken(word, normalized=False) for word in shape.words])
    if shape.adds_bos:
        ids = [(shape.bos, made.token_to_id(shape.bos))]
        made.post_processor = processors.TemplateProcessing(f"{shape.bos} $A", None, ids)
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        bos_token=shape.bos,
        eos_token=shape.eos,
        chat_template=template or (TEMPLATES / f"{shape.name}.jinja").read_text(),
        clean_up_tokenization_spaces=False,
    )


@cache
def _trained(kind: str, specials: tuple[str, ...]) -> str:
    trainer = trainers.BpeTrainer(
        vocab_size=800,
        special_tokens=["<unk>", *specials] if kind != "bytes" else list(specials),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()) if kind == "bytes" else [],
        show_progress=False,
    )
    made = Tokenizer(models.BPE())
    if kind == "bytes":
        words = pre_tokenizers.Split(Regex(WORDS), "isolated")
        alphabet = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
        made.pre_tokenizer = pre_tokenizers.Sequence([words, alphabet])
        made.decoder = decoders.ByteLevel()
        made.train_from_iterator(TEXTS, trainer)
        return made.to_str()
    made.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")  # no piece spans two words
    made.train_from_iterator([text.replace(" ", "▁") for text in TEXTS], trainer)
    made.pre_tokenizer = None
    spaces = [normalizers.Replace(" ", "▁")]
    ends = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    if kind == "pieces":  # as Llama 2's; Gemma's puts no space before a text
        spaces.insert(0, normalizers.Prepend("▁"))
        ends.append(decoders.Strip(" ", 1, 0))
    made.normalizer, made.decoder = normalizers.Sequence(spaces), decoders.Sequence(ends)
    tables = json.loads(made.to_str())
    vocabulary = tables["model"]["vocab"]
    for byte in range(256):
        vocabulary.setdefault(f"<0x{byte:02X}>", len(vocabulary))
    tables["model"] |= {"byte_fallback": True, "unk_token": "<unk>", "fuse_unk": True}
    return json.dumps(tables)
