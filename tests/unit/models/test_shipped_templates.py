"""If these tests fail, a baseline reads another prompt than its authors'."""

from datetime import date

import pytest
from data import ROOT
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from warriorcoder.models.chat import Chat

MAGICODER = """<s>You are an exceptionally intelligent coding assistant that consistently delivers \
accurate and reliable responses to user instructions.

@@ Instruction
Sort a list.

@@ Response
"""
WIZARDCODER = """<s>Below is an instruction that describes a task. Write a response that \
appropriately completes the request.

### Instruction:
Sort a list.

### Response:"""
DEEPSEEK = """<s>You are an AI programming assistant, utilizing the Deepseek Coder model, \
developed by Deepseek Company, and you only answer questions related to computer science. For \
politically sensitive questions, security and privacy issues, and other non-computer science \
questions, you will refuse to answer
### Instruction:
Sort a list.
### Response:
sorted(it)
<|EOT|>
### Instruction:
And backwards?
### Response:"""
PROMPTS = {"magicoder": MAGICODER, "wizardcoder": WIZARDCODER}


def chat(template: str, begin: str, end: str) -> Chat:
    """Return the chat of a tokenizer of letters with these tokens around a text."""
    specials = list(dict.fromkeys([begin, end]))
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    backend = Tokenizer(models.BPE({text: n for n, text in enumerate(specials + letters)}, []))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    backend.decoder = decoders.ByteLevel()
    backend.add_special_tokens([AddedToken(text, special=True) for text in specials])
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, bos_token=begin, eos_token=end)
    tokenizer.chat_template = (ROOT / f"config/templates/{template}.jinja").read_text()
    return Chat(tokenizer, date(2024, 7, 26), template)


@pytest.mark.parametrize("template", PROMPTS)
def test_a_baseline_reads_its_authors_prompt_and_stops_at_its_end_token(template):
    made = chat(template, "<s>", "</s>")
    assert made.tokenizer.decode(made.prompt("Sort a list.")) == PROMPTS[template]
    stops = made.reply_stops()
    assert made.tokenizer.convert_ids_to_tokens(stops.ids) == ["</s>"] and not stops.texts


def test_a_starcoder_text_begins_without_a_token():
    made = chat("wizardcoder", "<|endoftext|>", "<|endoftext|>")
    text = made.tokenizer.decode(made.prompt("Sort a list."))
    assert text == WIZARDCODER.removeprefix("<s>")


def test_the_target_reads_deepseeks_conversation_with_its_replies_marked():
    """The marks of `{% generation %}` add no text. They cover a reply and its end token alone."""
    made = chat("deepseek-coder", "<s>", "<|EOT|>")
    turns = [
        {"role": "user", "content": "Sort a list."},
        {"role": "assistant", "content": "sorted(it)"},
        {"role": "user", "content": "And backwards?"},
    ]
    assert made.render(turns, generation=True) == DEEPSEEK
    marked = made.tokenizer.apply_chat_template(
        turns, return_dict=True, return_assistant_tokens_mask=True
    )
    tokens = zip(marked["input_ids"], marked["assistant_masks"], strict=True)
    reply = made.tokenizer.decode([token for token, kept in tokens if kept])
    assert reply == "\nsorted(it)\n<|EOT|>"
