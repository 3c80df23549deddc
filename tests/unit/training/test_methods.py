"""LoRA and DPO: what they learn, what they write, and how a stopped run goes on."""

import re
import subprocess
import sys
from math import log
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from datasets import Dataset
from peft import PeftModel
from safetensors.torch import load_file
from torch.nn.functional import logsigmoid
from transformers import AutoModelForCausalLM
from unit.training import test_relayout as relayout
from unit.training.target import ENVIRONMENT, PAIRS, byte_tokenizer, run_file, said, weights

from warriorcoder.core import tables
from warriorcoder.training import gold, history, lora, rows, seal

BETA, ALL = 0.1, len(PAIRS)
RATES = {"lora": 0.02, "dpo": 1e-3}


@pytest.fixture(scope="module")
def done(workplace) -> Path:
    """Train with both methods: whole, stopped, under ZeRO-3, from other weights, cut otherwise."""

    def file(name: str, objective: str, ranks: int = 2, **keys) -> str:
        keys = {"micro_batch": 2, "zero_stage": 2, "learning_rate": RATES[objective]} | keys
        keys |= {"processes": ranks, "checkpoint_minutes": 1e-9}
        return str(run_file(workplace, name, objective, **keys))

    both = []
    for method in RATES:
        both += [[file(f"{method}-whole", method), False]]
        both += [[file(f"{method}-stopped", method), stops] for stops in (True, False)]
        both += [[file(f"{method}-alone", method), True]]
        both += [[file(f"{method}-sharded", method, zero_stage=3), False]]
    relayout.train(workplace, 2, both)
    alone = [[file(f"{method}-alone", method, 1), False] for method in RATES]
    at_once = {"global_batch": ALL, "steps": 2}
    alone += [[file("all-15", "dpo", 1, micro_batch=15, **at_once), False]]
    alone += [[file("all-2", "dpo", 1, micro_batch=2, **at_once), False]]
    alone += [[file("after", "dpo", 1, base=str(workplace / "lora-whole")), False]]
    relayout.train(workplace, 1, alone)
    return workplace


def steps(folder: Path, name: str):
    return tables.read(history.STEPS, folder / name / history.FILE)


@pytest.mark.parametrize("name", ["lora-whole", "lora-sharded"])
def test_saved_weights_are_those_of_the_base_with_the_adapter(done, name):
    base = AutoModelForCausalLM.from_pretrained(done / "base").float()
    before = {key: each.clone() for key, each in base.state_dict().items()}
    loaded = PeftModel.from_pretrained(base, done / name / lora.FOLDER)
    assert loaded.peft_config["default"].base_model_name_or_path == str(done / "base")
    expected = loaded.merge_and_unload().state_dict()
    saved = load_file(done / name / "model.safetensors")
    assert saved.keys() == load_file(done / "base" / "model.safetensors").keys()
    for key, tensor in saved.items():
        near = {"rtol": 2**-7, "atol": 1e-4}  # the bits of bf16
        torch.testing.assert_close(tensor.float(), expected[key].float(), **near)
        assert torch.equal(tensor.float(), before[key]) != ("_proj" in key), key
    found = steps(done, name)["loss"]
    assert found[-1] < found[0] - 0.3


def test_dpo_starts_at_the_base_and_prefers_the_gold_answers_at_its_end(done):
    for name in ("dpo-whole", "dpo-sharded", "after"):
        losses = steps(done, name)["loss"]
        assert losses[0] == pytest.approx(log(2), abs=1e-5), name
        assert losses[-1] < 0.9 * log(2), name
    before, after = (margins(done / name) for name in ("base", "dpo-whole"))
    assert (after > before).float().mean() > 0.9


@pytest.mark.parametrize("name", ["all-15", "all-2"])
def test_the_first_gradient_is_that_of_reply_tokens_however_a_batch_is_cut(done, name):
    model = AutoModelForCausalLM.from_pretrained(done / "base").float()
    own = margins(model)
    loss = -logsigmoid(BETA * (own - own.detach())).mean()
    gradients = torch.autograd.grad(loss, list(model.parameters()))
    expected = torch.cat([each.flatten() for each in gradients]).norm().item()
    assert steps(done, name)["gradient_norm"][0] == pytest.approx(expected, rel=1e-4)


def margins(model) -> torch.Tensor:
    """Log-probability of each gold answer less that of its rival, text by text."""
    if isinstance(model, Path):
        model = AutoModelForCausalLM.from_pretrained(model).float()
    tokenizer, found = byte_tokenizer(), []
    for pair in PAIRS:
        prompt = tokenizer.apply_chat_template(
            pair["prompt"], add_generation_prompt=True, return_dict=False
        )
        sums = []
        for side in ("chosen", "rejected"):
            reply = f"\n{pair[side][0]['content']}\n<|EOT|>"
            ids = prompt + tokenizer(reply, add_special_tokens=False)["input_ids"]
            scores = model(torch.tensor([ids])).logits[0, :-1].log_softmax(-1)
            each = scores.gather(1, torch.tensor(ids)[1:, None])[:, 0]
            sums.append(each[len(prompt) - 1 :].sum())
        found.append(sums[0] - sums[1])
    return torch.stack(found)


@pytest.mark.parametrize("method", RATES)
def test_a_stopped_run_ends_with_the_weights_of_an_unstopped_one(done, method):
    assert weights(done / f"{method}-stopped") == weights(done / f"{method}-whole")


@pytest.mark.parametrize("method", RATES)
def test_a_run_goes_on_on_one_rank(done, method):
    stopped, loaded = (
        np.load(done / f"{method}-alone.{when}.npz") for when in ("stopped", "loaded")
    )
    assert all("lora_" in key for key in stopped if key != "step") == (method == "lora")
    assert set(stopped) == set(loaded)
    assert all(np.array_equal(stopped[key], loaded[key]) for key in stopped)
    alone, whole = (np.loadtxt(done / f"{method}-{name}.losses") for name in ("alone", "whole"))
    assert np.abs(alone - whole).max() < 0.02
    assert [each["ranks"] for each in said(done / f"{method}-alone")["layouts"]] == [2, 1]


def test_tokens_are_those_of_both_texts(done):
    written = dataset(done, PAIRS)
    texts = [prompt + prompt + a + b for prompt, a, b in zip(*columns(written), strict=True)]
    assert rows.tokens(written).tolist() == [len(ids) for ids in texts]
    assert steps(done, "all-2")["tokens"].to_list() == [sum(map(len, texts))] * 2


def test_a_pair_is_the_prompt_and_both_replies_up_to_their_ends(tmp_path):
    """The longer answer of the second pair is cut by its own limit, so no end is taught."""
    kept = {"seed": 1, "n_tokens": 9}
    named = {"chosen_expert": "a", "rejected_expert": "b"}
    ends = [("stop", "stop"), ("length", "stop"), ("stop", "length")]
    given = [
        pair
        | named
        | {
            "answers": [
                {"answerer": name, "finish_reason": end} | kept
                for name, end in zip("ab", both, strict=True)
            ]
        }
        for pair, both in zip(PAIRS, ends, strict=False)
    ]
    read = [byte_tokenizer().batch_decode(each) for each in columns(dataset(tmp_path, given))]
    for number, (prompt, *replies) in enumerate(zip(*read, strict=True)):
        assert prompt.endswith(f"{PAIRS[number]['prompt'][0]['content']}\n### Response:")
        for side, end, reply in zip(("chosen", "rejected"), ends[number], replies, strict=True):
            text = f"\n{PAIRS[number][side][0]['content']}"
            assert reply == (text if end == "length" else f"{text}\n<|EOT|>")
    assert rows.counted(tmp_path) == {"cut": 0, "dropped": 0, "unended": 2}


def test_a_pair_whose_prompt_fills_the_length_is_dropped_once(tmp_path):
    written = dataset(tmp_path, PAIRS, limit=50)
    assert 0 < len(written) < ALL
    assert rows.counted(tmp_path)["dropped"] == ALL - len(written)
    assert rows.lengths(written).max() == 50


def dataset(folder: Path, pairs: list[dict], limit: int = 120) -> Dataset:
    pq.write_table(pa.Table.from_pylist(pairs), folder / "own.parquet")
    rows.write(folder, byte_tokenizer(), str(folder / "own.parquet"), limit, "dpo")
    return Dataset.from_file(str(folder / "rows.arrow"))


def columns(written: Dataset) -> list[list]:
    return [written[name][:] for name in rows.PAIRS]


def test_other_pairs_and_other_starting_weights_change_the_digest(tmp_path, workplace):
    record = {"seed": 1, "base": "b", "template": None, "training": {}, "objective": "dpo"}
    file = workplace / "pairs.parquet"
    pq.write_table(pa.Table.from_pylist(PAIRS[::-1]), tmp_path / "other.parquet")
    digests = {
        seal.decided(record, "cpu", file),
        seal.decided(record, "cpu", tmp_path / "other.parquet"),
        seal.decided(record, "cpu", file, workplace / "base"),
    }
    assert len(digests) == 3
    assert gold.rows_digest(file, "dpo") == gold.rows_digest(str(file), "dpo")


@pytest.mark.parametrize(
    "objective, keys, message",
    [
        ("dpo", {}, "holds no preference pair.*export.min_margin.*method to sft"),
        ("lora", {"lora": {"target_modules": ["q"]}}, r"target_modules.*'down_proj', 'gate_proj'"),
    ],
)
def test_what_a_method_cannot_train_is_told_with_the_key(
    workplace, tmp_path, objective, keys, message
):
    for name in ("base", "gold.parquet"):
        (tmp_path / name).symlink_to(workplace / name)
    empty = pa.Table.from_pylist(PAIRS).slice(0, 0)
    pq.write_table(empty, tmp_path / "pairs.parquet")
    command = [sys.executable, "-m", "warriorcoder.training.rank"]
    file = run_file(tmp_path, "nothing", objective, **keys)
    done = subprocess.run([*command, file], env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode and re.search(message, done.stderr, re.DOTALL), done.stderr[-2000:]
