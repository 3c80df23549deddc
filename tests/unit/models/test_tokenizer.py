"""Tokenizers from folders as the hub's snapshots are."""

import json
from pathlib import Path

import pytest
import shapes
from tokenizers import decoders
from transformers import AutoTokenizer

from warriorcoder.models import tokenizer

CODE = "class A:\n    def f(self, xs):\n\n        return [x  for x in xs]  # naïve\n"


@pytest.fixture
def deepseek(tmp_path) -> Path:
    """deepseek-coder's kind: byte-level, in a `llama`, with a class that says sentencepiece."""
    folder = tmp_path / "models--someone--coder" / "snapshots" / "0123"
    shapes.tokenizer(shapes.SHAPES["deepseek-v2"]).save_pretrained(folder)
    config = folder / "tokenizer_config.json"
    made = json.loads(config.read_text()) | {"tokenizer_class": "LlamaTokenizerFast"}
    config.write_text(json.dumps(made))
    (folder / "config.json").write_text(json.dumps({"model_type": "llama"}))
    return folder


def code_of(loaded) -> str:
    return loaded.decode(loaded(CODE, add_special_tokens=False)["input_ids"])


def test_code_keeps_its_spaces_and_lines_whatever_class_the_config_names(deepseek, tmp_path):
    assert code_of(AutoTokenizer.from_pretrained(deepseek)) != CODE, "what this is about"
    loaded = tokenizer.load(str(deepseek))
    assert code_of(loaded) == CODE
    loaded.save_pretrained(tmp_path / "saved")  # as training saves it
    (tmp_path / "saved/config.json").write_text(json.dumps({"model_type": "llama"}))
    assert code_of(AutoTokenizer.from_pretrained(tmp_path / "saved")) == CODE


@pytest.mark.parametrize("shape", shapes.SHAPES)
def test_every_family_s_tokenizer_is_the_one_that_was_saved(shape, tmp_path):
    made = shapes.tokenizer(shapes.SHAPES[shape])
    made.save_pretrained(tmp_path)
    loaded = tokenizer.load(str(tmp_path))
    assert loaded(CODE)["input_ids"] == made(CODE)["input_ids"]
    assert loaded.chat_template == made.chat_template


def test_a_tokenizer_that_loses_code_is_refused(deepseek):
    broken = tokenizer.load(str(deepseek))
    broken.backend_tokenizer.decoder = decoders.Metaspace()
    broken.save_pretrained(deepseek)
    with pytest.raises(tokenizer.TokenizerError, match=f"{deepseek}: its tokenizer makes 'def"):
        tokenizer.load(str(deepseek))
