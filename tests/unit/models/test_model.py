"""Generation on the shipped weights: seeds, stops, the row cache."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from data import ROOT
from hypothesis import given
from hypothesis import strategies as st

from warriorcoder.config.experts import Engine, Expert
from warriorcoder.core import progress
from warriorcoder.models import system_prompt
from warriorcoder.models.chat import ChatError
from warriorcoder.models.engines import Completion, Request, Sampling
from warriorcoder.models.engines.transformers import SeededChoice
from warriorcoder.models.model import Model

WEIGHTS = ROOT / "scripts/warriorcoder/miniature/weights"
ENGINE = Engine(kind="transformers", dtype="float32", batch_size=4)


def model(cache, expert="athene", engine=ENGINE):
    return Model(Expert(name=expert, model=str(WEIGHTS / expert)), engine, cache)


def mining(one, rows, seed=0, max_tokens=60):
    prefix, stops = one.chat.prefix(system_prompt.SYSTEM), one.chat.user_stops(system_prompt.SYSTEM)
    requests = [Request(f"r{row}", prefix, seed + row) for row in range(rows)]
    return requests, Sampling(1.0, 0.99, max_tokens, stops.ids, stops.texts)


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "rows.sqlite"


def test_a_second_job_reads_every_row_and_loads_nothing(cache):
    first, again = model(cache), model(cache)
    made = first.generate(*mining(first, 6))
    assert again.generate(*mining(again, 6)) == made
    assert (first.rows.loads, first.rows.generated) == (1, 6)
    assert (again.rows.loads, again.rows.generated, again.rows.reused) == (0, 0, 6)


def test_added_rows_replay_only_their_own_batch(cache, monkeypatch, caplog):
    first, more = model(cache), model(cache)
    made = first.generate(*mining(first, 6))
    monkeypatch.setattr(progress, "INTERVAL", 0)
    caplog.set_level("INFO")
    longer = more.generate(*mining(more, 8))
    assert any(said.startswith("4 of 4 rows") for said in caplog.messages)
    assert longer[:4] == made[:4]
    assert (more.rows.reused, more.rows.generated) == (4, 4)


def test_further_arguments_of_vllm_decide_a_row_and_its_load_does_not(cache):
    def keys(**own):
        engine = Engine(kind="vllm", dtype="float32", **own)
        one = model(cache, engine=engine)
        return one._keys([Request("r", (1, 2), 0)], Sampling(1.0, 0.99, 9, (2,)))

    assert keys() == keys(max_num_seqs=8, max_num_batched_tokens=4096, extra={})
    assert len({*keys(), *keys(extra={"seed": 1}), *keys(extra={"seed": 2})}) == 3


@pytest.mark.parametrize("change", ["seed", "max_tokens", "weights", "dtype"])
def test_whatever_decides_a_row_is_in_its_key(cache, change):
    one = model(cache)
    one.generate(*mining(one, 2))
    other = {
        "weights": lambda: model(cache, "quen"),
        "dtype": lambda: model(cache, engine=ENGINE.model_copy(update={"dtype": "bfloat16"})),
    }.get(change, lambda: model(cache))()
    options = {"seed": {"seed": 7}, "max_tokens": {"max_tokens": 61}}.get(change, {})
    other.generate(*mining(other, 2, **options))
    assert other.rows.generated == 2


HALVES = {"a": "x\ud83d", "b": "\udc00\ud83dy", "c": "\ud83d\ude00", "d": "plain \u2192"}


def test_half_of_a_character_is_replaced_and_counted_from_the_cache_too(cache, monkeypatch, caplog):
    class Engine:
        def generate(self, requests, sampling):
            yield [Completion(each.id, HALVES[each.id], "stop", 1) for each in requests]

    monkeypatch.setattr(Model, "_load", lambda *_: Engine())
    requests = [Request(id, (1,), 0) for id in HALVES]
    for loads in (1, 0):  # the second model reads what the cache holds
        one = model(cache)
        made = one.generate(requests, Sampling(1.0, 1.0, 1, ()))
        assert [c.text for c in made] == ["x\ufffd", "\ufffd\ufffdy", "\U0001f600", HALVES["d"]]
        assert (one.rows.loads, one.rows.repaired) == (loads, 2)
    assert "a: half of a character was replaced by U+FFFD" in caplog.text


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_enters_no_prompt(codec, cache, tmp_path):
    text = Path("scripts/warriorcoder/miniature/chat_templates/athene.jinja")
    (tmp_path / "t.jinja").write_bytes(((ROOT / text).read_text() + "\n").encode(codec))
    (tmp_path / "plain.jinja").write_text((ROOT / text).read_text() + "\n")
    prompts = []
    for name in ("t.jinja", "plain.jinja"):
        spec = Expert(
            name="athene", model=str(WEIGHTS / "athene"), chat_template=f"{tmp_path}/{name}"
        )
        prompts.append(Model(spec, ENGINE, cache).chat.prompt("Say hi"))
    assert prompts[0] == prompts[1]


def test_a_template_that_is_no_text_is_named(cache, tmp_path):
    (tmp_path / "t.jinja").write_bytes("{{ 'café' }}".encode("latin-1"))
    spec = Expert(name="a", model=str(WEIGHTS / "athene"), chat_template=f"{tmp_path}/t.jinja")
    with pytest.raises(ChatError, match="a: chat_template .*t.jinja, line 1: not UTF-8"):
        _ = Model(spec, ENGINE, cache).chat


@pytest.mark.parametrize("said, ends", [(None, ()), ({}, ()), (9, (9,)), ([9, 7], (7, 9))])
def test_what_generation_config_ends_is_an_end_of_every_turn(tmp_path, said, ends):
    """Llama 3's lists three; its tokenizer names one."""
    shutil.copytree(WEIGHTS / "llamax", folder := tmp_path / "llamax")
    (path := folder / "generation_config.json").unlink()
    usual = Model(Expert(name="llamax", model=str(folder)), ENGINE, None).chat
    if said is not None:
        path.write_text(json.dumps({"eos_token_id": said} if said else {}))
    chat = Model(Expert(name="llamax", model=str(folder)), ENGINE, None).chat
    for stops, before in (
        (chat.reply_stops(), usual.reply_stops()),
        (chat.user_stops("S"), usual.user_stops("S")),
    ):
        assert stops.ids == tuple(sorted({*before.ids, *ends})) and stops.texts == before.texts


def test_rows_differ_by_their_seed_and_come_back_in_order(cache):
    one = model(cache)
    requests, sampling = mining(one, 12)
    made = one.generate(requests, sampling)
    assert [completion.id for completion in made] == [request.id for request in requests]
    assert len({completion.text for completion in made}) > 6


def test_a_row_does_not_hang_on_its_neighbours_seeds(tmp_path):
    one, two = model(tmp_path / "1"), model(tmp_path / "2")
    requests, sampling = mining(one, 4)
    others = [requests[0], *(Request(r.id, r.prompt, r.seed + 99) for r in requests[1:])]
    assert one.generate(requests, sampling)[0].text == two.generate(others, sampling)[0].text


@pytest.mark.parametrize("expert", ["athene", "dscoder"])  # a stop token, and a stop text
def test_completions_end_before_their_stop(cache, expert):
    one = model(cache, expert)
    requests, sampling = mining(one, 8, max_tokens=120)
    made = one.generate(requests, sampling)
    assert any(completion.finish_reason == "stop" for completion in made)
    for completion in made:
        assert "<|im_end|>" not in completion.text and "Assistant:" not in completion.text
        assert completion.n_tokens <= 120


def test_too_short_a_budget_is_reported_as_length(cache):
    one = model(cache)
    made = one.generate(*mining(one, 4, max_tokens=2))
    assert {(c.finish_reason, c.n_tokens) for c in made} == {("length", 2)}


@given(
    st.lists(st.floats(-5, 5), min_size=3, max_size=12, unique=True),
    st.integers(0, 2**40),
    st.floats(0.2, 2),
    st.floats(0.1, 1),
)
def test_sampling_is_the_inverse_of_the_nucleus_distribution(scores, seed, temperature, top_p):
    logits = np.array(scores, np.float32)
    chosen = SeededChoice([seed], 0, Sampling(temperature, top_p, 1, ()))(
        torch.zeros((1, 0), dtype=torch.long), torch.from_numpy(logits)[None]
    ).argmax()
    weights = np.exp((logits / temperature).astype(np.float64))
    shares = weights / weights.sum()
    order = np.argsort(-shares)
    mass, nucleus = 0.0, []
    for token in order:
        nucleus.append(token)
        mass += shares[token]
        if mass >= top_p:
            break
    draw = np.float32(np.random.Generator(np.random.PCG64(seed)).random(1)[0]) * mass
    edges = np.cumsum(shares[nucleus])
    near = np.abs(np.concatenate([edges - draw, np.cumsum(shares[order])[:-1] - top_p])).min()
    if near > 1e-5:  # else float32 and float64 may differ
        assert chosen == nucleus[int(np.searchsorted(edges, draw, side="right"))]
