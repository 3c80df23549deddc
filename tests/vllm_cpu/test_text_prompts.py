"""Text prompts to two real servers: `transformers serve`, which takes no token ids, and vLLM's."""

from dataclasses import replace

import pytest
from served import WEIGHTS, beginning
from unit.models.engines.test_openai import mining
from vllm_cpu import servers
from vllm_cpu.shipped import TRANSFORMERS

from warriorcoder.config.experts import Expert
from warriorcoder.models import system_prompt
from warriorcoder.models.engines import EngineError, Request, Sampling
from warriorcoder.models.engines.openai import OpenAIEngine
from warriorcoder.models.model import Model
from warriorcoder.models.probe import probe

pytestmark = pytest.mark.vllm

FOREIGN = ("stop_token_ids", "skip_special_tokens", "spaces_between_special_tokens")
TEXT = {"prompt": "text", "body": dict.fromkeys(FOREIGN)}
SAMPLED = '{"do_sample": true, "eos_token_id": 4, "pad_token_id": 0}'


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """An expert whose tokenizer puts BOS before a text."""
    return beginning(tmp_path_factory.mktemp("begun") / "llamax")


@pytest.fixture(scope="module")
def transformers(tmp_path_factory):
    server = servers.transformers(tmp_path_factory.mktemp("transformers") / "server.log")
    server.wait()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def vllm(tmp_path_factory, begun):
    server = servers.vllm(tmp_path_factory.mktemp("vllm") / "server.log", begun)
    server.wait()
    yield server
    server.kill()


def folder_of(expert, begun):
    return begun if expert == "begun" else WEIGHTS / expert


def remote(cache, server, folder, roles=("mine", "answer", "judge"), name=None, **api) -> Model:
    how = {"base_url": server.url, "model": name or str(folder), "patience": 20} | api
    return Model(Expert(name=folder.name, model=str(folder), roles=roles, api=how), None, cache)


def local(cache, folder) -> Model:
    return Model(Expert(name=folder.name, model=str(folder)), TRANSFORMERS, cache)


def greedy(one, rows=8):
    """Mining requests of different lengths, without randomness."""
    (first, *_), sampling = mining(one, 1)
    words = [one.chat.ids(f"Write {'very ' * n}") for n in range(rows)]
    requests = [Request(f"r{n}", first.prompt + ids, 0) for n, ids in enumerate(words)]
    return one.generate(requests, Sampling(0.0, 1.0, 60, sampling.stop_ids, sampling.stop_texts))


@pytest.mark.parametrize("expert", ["athene", "dscoder", "llamax", "begun"])
def test_rows_of_texts_are_the_transformers_engines_token_for_token(
    expert, begun, transformers, tmp_path
):
    """athene ends with a token, dscoder before a text, which this server keeps.

    The server removes special tokens inside of a text, too.
    """
    folder = folder_of(expert, begun)
    served = remote(tmp_path / "served.sqlite", transformers, folder, **TEXT)
    here = local(tmp_path / "here.sqlite", folder)
    made, expected = greedy(served), greedy(here)
    for number, completion in enumerate(expected):
        for special in here.chat.specials:
            completion = replace(completion, text=completion.text.replace(special, ""))
        expected[number] = completion
    assert made == expected
    assert "stop" in {completion.finish_reason for completion in made}
    assert served.rows.prompt_tokens == here.rows.prompt_tokens


def test_replies_are_the_same_by_either_protocol_and_here(transformers, tmp_path):
    folder = WEIGHTS / "athene"
    texts = remote(tmp_path / "texts.sqlite", transformers, folder, **TEXT)
    roles = ("answer", "judge")
    chats = remote(tmp_path / "chats.sqlite", transformers, folder, roles, protocol="chat")
    here = local(tmp_path / "here.sqlite", folder)

    def ask(one):
        said = [f"Write a function that adds {n} to x." for n in range(8)]
        requests = [Request(t, one.chat.prompt(t, system_prompt.SYSTEM), 0) for t in said]
        return one.reply(requests, 0.0, 1.0, 60)

    assert ask(here) == ask(texts) == ask(chats)
    assert here.rows.prompt_tokens == texts.rows.prompt_tokens == chats.rows.prompt_tokens


def test_seeded_rows_repeat_if_the_server_samples_and_is_asked_for_one_at_a_time(
    transformers, tmp_path
):
    """It samples only if its generation config says so, and has one generator for all requests."""
    body = TEXT["body"] | {"generation_config": SAMPLED}
    first, again, never = (
        remote(tmp_path / f"{name}.sqlite", transformers, WEIGHTS / "athene", **how)
        for name, how in {
            "first": TEXT | {"concurrency": 1, "body": body},
            "again": TEXT | {"concurrency": 1, "body": body},
            "never": TEXT,
        }.items()
    )
    made = first.generate(*mining(first, 8, 40))
    assert again.generate(*mining(again, 8, 40)) == made
    assert len({completion.text for completion in made}) > 4
    assert len({completion.text for completion in never.generate(*mining(never, 8, 40))}) == 1


def test_vllm_makes_the_same_rows_of_texts_and_of_token_ids(vllm, begun, tmp_path):
    ids = remote(tmp_path / "ids.sqlite", vllm, begun, name="served")
    text = remote(tmp_path / "text.sqlite", vllm, begun, name="served", prompt="text")
    assert text.generate(*mining(text, 32, 60)) == ids.generate(*mining(ids, 32, 60))
    with pytest.raises(EngineError, match="read 31 tokens of a prompt with 30"):
        other = remote(
            tmp_path / "other.sqlite", vllm, WEIGHTS / "llamax", name="served", prompt="text"
        )
        other.generate(*mining(other, 1))


def found(one: Model) -> list[str]:
    """The texts of what the probe finds."""
    stops = one.chat.reply_stops()
    request = Request("r", one.chat.prompt("Say x.", system_prompt.SYSTEM), 1)
    engine = OpenAIEngine(one.spec, None if one.spec.chats else one.tokenizer)
    sampling = Sampling(1.0, 0.9, 60, stops.ids, stops.texts)
    return [finding.text for finding in probe(engine, request, sampling)]


def test_the_probe_finds_what_each_server_refuses(vllm, transformers, begun, tmp_path):
    cache, folder = tmp_path / "rows.sqlite", WEIGHTS / "athene"
    form, fields = found(remote(cache, transformers, folder))
    assert "prompt must be a string" in form and form.endswith("Set api.prompt: text")
    nulls = ", ".join(f"{name}: null" for name in FOREIGN)
    assert "422" in fields and fields.endswith(f"Set api.body: {{{nulls}}}")
    assert found(remote(cache, transformers, folder, **TEXT)) == []
    chats = remote(cache, transformers, folder, ("answer",), protocol="chat", body={"top_k": 5})
    (said,) = found(chats)
    assert said.endswith("Set api.body: {top_k: null}")
    assert found(remote(cache, vllm, begun, name="served")) == []
    assert found(remote(cache, vllm, begun, name="served", prompt="text")) == []
