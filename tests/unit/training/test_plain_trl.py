"""If these tests fail, plain TRL trains on other tokens of the exported rows than on replies."""

import json
import subprocess
import sys

import pytest
from data import ROOT
from unit.training.target import ENVIRONMENT, GOLD, byte_tokenizer

from warriorcoder.training import conversations

LABELS = """
import json, sys, torch
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import SFTConfig, SFTTrainer

base, template, rows, scratch = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(base, eos_token="<|EOT|>")
tokenizer.chat_template = open(template).read()
both = Dataset.from_list(json.loads(rows))
options = dict(output_dir=scratch, use_cpu=True, bf16=False, report_to="none", max_length=None)
found = {}
for name, columns, more in (
    ("completion", ["messages", "prompt", "completion"], {}),
    ("assistant", ["messages"], {"assistant_only_loss": True}),
    ("both", ["messages", "prompt", "completion"], {"assistant_only_loss": True}),
):
    trainer = SFTTrainer(
        model=AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32),
        args=SFTConfig(**options, **more),
        train_dataset=both.select_columns(columns),
        processing_class=tokenizer,
    )
    found[name] = [[row["input_ids"], row["labels"]] for row in trainer.train_dataset]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def learnt(workplace) -> dict[str, list]:  # noqa: F811  the fixture
    """Return (token ids, labels) of each row, by the way in which TRL finds the reply."""
    template = ROOT / "config/templates/deepseek-coder.jinja"
    rows = [
        {"messages": messages, "prompt": messages[:1], "completion": messages[1:]}
        for messages in GOLD[:6]
    ]
    given = [workplace / "base", template, json.dumps(rows), workplace / "scratch"]
    done = subprocess.run(
        [sys.executable, "-c", LABELS, *given], env=ENVIRONMENT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("way", ["completion", "assistant", "both"])
def test_only_the_reply_and_its_end_carry_loss(learnt, way):
    """A line break that the template puts behind the end token belongs to TRL's completion, too."""
    tokenizer = byte_tokenizer()
    tail = "\n" if way == "completion" else ""
    for messages, (ids, labels) in zip(GOLD, learnt[way], strict=False):
        kept = [(token, label) for token, label in zip(ids, labels, strict=True) if label != -100]
        assert all(token == label for token, label in kept)
        text = tokenizer.decode([token for token, _ in kept])
        assert text == f"\n{messages[1]['content']}\n<|EOT|>{tail}"


def test_every_way_reads_the_tokens_of_our_own_training(learnt):
    tokenizer = byte_tokenizer()
    tokenizer.chat_template = (ROOT / "config/templates/deepseek-coder.jinja").read_text()
    ours = conversations.tokenize(tokenizer, GOLD[:6], max_length=1000)
    for rows in learnt.values():
        assert [ids[: len(own)] for (ids, _), own in zip(rows, ours.ids, strict=True)] == ours.ids
