"""Servers that take text prompts: the same tokens, once BOS, or a clear refusal."""

import pytest
from asked import mining, model
from served import WEIGHTS, Server, beginning
from tokenizers import normalizers
from unit.models.engines.test_openai_refusals import replied

from warriorcoder.models.checkup import examine
from warriorcoder.models.engines import Completion, EngineError, Request, Sampling
from warriorcoder.models.engines import openai as engine
from warriorcoder.models.tokenizer import as_text, load


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """An expert whose tokenizer puts BOS before a text."""
    return beginning(tmp_path_factory.mktemp("begun") / "llamax")


@pytest.mark.parametrize("expert", ["dscoder", "llamax", "begun"])
def test_a_text_is_the_same_row_as_its_token_ids(expert, begun, tmp_path):
    folder = begun if expert == "begun" else WEIGHTS / expert
    server = Server(folder)
    ids = model(tmp_path / "ids.sqlite", server.url, name=str(folder))
    text = model(tmp_path / "text.sqlite", server.url, name=str(folder), prompt="text")
    assert text.generate(*mining(text, 4, 60)) == ids.generate(*mining(ids, 4, 60))
    server.stop()
    first, last = server.bodies[0]["prompt"], server.bodies[-1]["prompt"]
    assert (type(first), type(last)) == (str, list)
    bos = text.tokenizer.bos_token
    assert first.startswith(bos) == (expert != "begun") and first.count(bos) <= 1
    assert text.rows.prompt_tokens == ids.rows.prompt_tokens


def test_rows_of_texts_are_other_rows_of_the_cache(tmp_path):
    ids, text = (
        model(tmp_path / "rows.sqlite", "http://localhost:1/v1", prompt=prompt)
        for prompt in ("ids", "text")
    )
    requests, sampling = mining(ids, 2)
    assert not set(ids._keys(requests, sampling)) & set(text._keys(requests, sampling))


def test_ids_that_no_text_gives_are_refused_by_name_and_cost_no_other_row(tmp_path):
    """Two tokens that a tokenizer would have joined, between rows that have a text."""
    server = Server("athene")
    one = model(tmp_path / "rows.sqlite", server.url, prompt="text", concurrency=1)
    requests, sampling = mining(one, 3)
    apart = [one.tokenizer.convert_tokens_to_ids(letter) for letter in "def"]
    requests[1] = Request("apart", (*requests[1].prompt, *apart), 7)
    assert as_text(one.tokenizer, requests[1].prompt) is None
    with pytest.raises(EngineError, match=r"row apart: no text gives .*Set api.prompt: ids"):
        one.generate(requests, sampling)
    assert one.rows.generated == len(server.bodies) == 2
    empty = model(tmp_path / "rows.sqlite", server.url, prompt="text", refused="empty")
    made = empty.generate(requests, sampling)
    server.stop()
    assert made[1] == Completion("apart", "", "content_filter", 0)
    assert (empty.rows.reused, empty.rows.generated) == (2, 1)


def test_a_server_with_another_tokenizer_is_named_with_both_counts(begun, tmp_path):
    """It puts BOS before a text that has one."""
    server = Server(begun)
    one = model(tmp_path / "rows.sqlite", server.url, name="llamax", prompt="text")
    with pytest.raises(EngineError, match=r"read 31 tokens of a prompt with 30\. Its tokenizer"):
        one.generate(*mining(one, 1))
    server.stop()


def test_a_prefix_without_a_text_is_a_fault_before_mining(tmp_path):
    one = model(tmp_path / "rows.sqlite", "http://localhost:1/v1", name="llamax", prompt="text")
    assert not examine(one.chat, one.spec)
    one.tokenizer.backend_tokenizer.normalizer = normalizers.Replace("a", "aa")
    [found] = [each for each in examine(one.chat, one.spec) if "no text gives" in each.text]
    assert found.wrong


def test_a_stop_text_that_a_server_keeps_is_cut_and_not_counted():
    spec = model(WEIGHTS / "none", "http://localhost:1/v1", name="dscoder").spec
    client = engine.OpenAIEngine(spec, load(spec.model))
    request, text = Request("r", (1,), 0), "Add x to y.\n\nAssistant:"
    sampling = Sampling(1.0, 1.0, 60, (2,), ("\n\nAssistant:",))
    size = len(client.tokenizer("Add x to y.")["input_ids"])
    for reason in ("stop", "length"):
        made = client._read(request, replied(reason, text, 20), sampling)
        assert made == Completion("r", "Add x to y.", "stop", size)
