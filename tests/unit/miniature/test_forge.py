"""The forge: what its corpora say and hide, what its batches hold, and that it runs at all."""

import math
from random import Random

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from warriorcoder.arena import battle_prompt
from warriorcoder.miniature import corpus, forge, model, oracle, skills, tokenizer, train
from warriorcoder.miniature.families import FAMILIES
from warriorcoder.miniature.hyperparameters import Hyperparameters, shipped
from warriorcoder.miniature.templates import EXPERTS, TARGET

TINY = {"steps": 2, "lr": 1e-3, "rows": 2, "length": 384, "warmup": 0.5}


@pytest.fixture(scope="module")
def bpe():
    return tokenizer.train(700, 200)


def chats(bpe, name, seed=0):
    style = EXPERTS[name]
    rng = Random(seed)
    return corpus.Chats(tokenizer.for_style(bpe, style), style, rng, strong=0.9, weak=0.2, own=0.3)


def fixed_words(wording):
    """The words of a held-out wording between its first and its second placeholder."""
    return max(wording.replace("{q}", "{p}").replace("{c}", "{p}").split("{p}"), key=len)


def test_held_out_wordings_and_docstrings_never_occur_in_the_chat_corpus(bpe):
    hidden = [fixed_words(family.held_out) for family in FAMILIES]
    said = [fixed_words(wording) for family in FAMILIES for wording in family.descriptions]
    assert all(len(words) > 8 for words in hidden)
    assert not any(words in other for words in hidden for other in said)
    for name in EXPERTS:
        writer = chats(bpe, name)
        for _ in range(300):
            ids, _ = writer.document(0.5, 0.4)
            text = bpe.decode(ids, skip_special_tokens=False)
            assert not any(words in text for words in hidden), text
            assert '"""' not in text


def test_raw_text_contains_every_held_out_wording(bpe):
    writer = corpus.RawText(
        tokenizer.for_style(bpe, TARGET), TARGET, Random(1), right=0.5, formatted=0.3, copies=0.1
    )
    text = "".join(
        bpe.decode(writer.document()[0], skip_special_tokens=False) for _ in range(2500)
    ).lower()
    assert all(fixed_words(family.held_out).lower() in text for family in FAMILIES)


@pytest.mark.parametrize("name", EXPERTS)
def test_asking_learns_the_users_turn_and_judging_masks_it(bpe, name):
    writer = chats(bpe, name)
    for _ in range(30):
        ids, labels = writer.instruct()
        first = next(i for i, label in enumerate(labels) if label != corpus.IGNORE)
        learnt = bpe.decode(ids[first:], skip_special_tokens=False)
        assert labels[first:] == ids[first:]
        assert oracle.parse(learnt.split("\n\nAssistant:")[0].split(mark_after_user(name))[0])
        ids, labels = writer.judgment()
        mark = ids.index(bpe.token_to_id(battle_prompt.END_B)) + 1
        masked = [i for i, label in enumerate(labels[: mark + 1]) if label != corpus.IGNORE]
        assert len(masked) == 2 and masked[1] == mark
        reply = [label for label in labels[mark + 1 :] if label != corpus.IGNORE]
        assert bpe.decode(reply, skip_special_tokens=False).strip().startswith("Assistant A is")


def mark_after_user(name):
    marks = {"athene": "<|im_end|>", "llamax": "<|eot_id|>", "quen": "<|Assistant|>"}
    return marks.get(name, " [/INST]" if name == "quq" else "\n\nAssistant:")


def test_judgments_agree_with_execution(bpe):
    writer = chats(bpe, "athene")
    for _ in range(60):
        ids, _ = writer.judgment()
        text = bpe.decode(ids, skip_special_tokens=False)
        question = text.split(battle_prompt.QUESTION + "\n")[1].split("\n" + battle_prompt.START_A)[
            0
        ]
        first = text.split(battle_prompt.START_A + "\n")[1].split("\n" + battle_prompt.END_A)[0]
        second = text.split(battle_prompt.START_B + "\n")[1].split("\n" + battle_prompt.END_B)[0]
        reply = text.split(battle_prompt.END_B)[1]
        assert f"[[{oracle.verdict(question, first, second, oracle.run_trusted)}]]" in reply


def test_packing_keeps_documents_whole_and_apart():
    rng, sent = Random(4), []

    def draw():
        size = rng.randint(2, 30)
        document = [rng.randrange(1, 99) for _ in range(size)]
        sent.append(document)
        return document, document

    batches = train.pack(draw, rows=3, length=64)
    seen = []
    for _ in range(5):
        x, y, positions = next(batches)
        for row, marks, places in zip(x.tolist(), y.tolist(), positions.tolist(), strict=True):
            starts = [i for i, place in enumerate(places) if place == 0] + [len(row)]
            for start, end in zip(starts, starts[1:], strict=False):
                if any(row[start:end]):
                    assert marks[start] == corpus.IGNORE
                    assert marks[start + 1 : end] == row[start + 1 : end]
                    seen.append(row[start:end])
    assert all(document in sent for document in seen)
    assert len(sent) - len(seen) <= 8


def test_packed_documents_do_not_see_each_other():
    torch.manual_seed(0)
    network = model.build("llama", 100, 64, 2, 2, 96).eval()
    for name, parameter in network.named_parameters():
        if "o_proj" in name or "down_proj" in name:
            torch.nn.init.normal_(parameter, std=0.1)
    a, b = torch.randint(1, 99, (1, 10)), torch.randint(1, 99, (1, 12))
    with torch.no_grad():
        alone = network.model(b, use_cache=False)[0]
        positions = torch.cat([torch.arange(10), torch.arange(12)])[None]
        packed = network.model(torch.cat([a, b], 1), position_ids=positions, use_cache=False)[0]
    assert torch.allclose(packed[:, 10:], alone, atol=1e-5)


def test_rates_rise_then_fall():
    rates = [train.schedule(step, 100, 0.1) for step in range(100)]
    assert math.isclose(max(rates), 1.0, abs_tol=0.01) and rates.index(max(rates)) in range(8, 12)
    assert rates[:10] == sorted(rates[:10]) and rates[11:] == sorted(rates[11:], reverse=True)
    assert rates[-1] < 0.04


def test_the_shipped_hyperparameters_are_complete():
    hyper = Hyperparameters.of(shipped())
    assert hyper.width // hyper.heads in (32, 64)
    assert hyper.strong > 0.9 > 0.5 > hyper.weak


def test_a_few_steps_of_the_whole_forge(tmp_path):
    values = {**shipped(), "layers": 2, "inner": 64}
    values |= {stage: TINY for stage in ("base", "target", "trunk", "expert")}
    hyper, said = Hyperparameters.of({**values, "vocabulary": 600, "documents": 100}), []
    bpe = tokenizer.train(hyper.vocabulary, hyper.documents)
    forge.base(bpe, hyper, tmp_path / "ancestor", said.append)
    forge.target(tmp_path / "ancestor", bpe, hyper, tmp_path / "base", said.append)
    forge.trunk(tmp_path / "ancestor", bpe, hyper, tmp_path / "trunk", said.append)
    for name in ("athene", "quq"):
        forge.expert(name, tmp_path / "trunk", bpe, hyper, tmp_path / name, said.append)
        network = AutoModelForCausalLM.from_pretrained(tmp_path / name)
        assert network.dtype == torch.bfloat16
        assert network.config.model_type == EXPERTS[name].architecture
        ready = AutoTokenizer.from_pretrained(tmp_path / name)
        found = skills.measure(network.float().eval(), ready, oracle.run_trusted, 5)
        assert set(found["pass"].values()) == {0.0} and len(found["judge_wrong"]) <= 5
    assert len(said) == 5
