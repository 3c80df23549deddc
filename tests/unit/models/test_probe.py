"""A few short requests find before a run what a server refuses."""

import pytest
from asked import model
from served import Server

from warriorcoder.models import system_prompt
from warriorcoder.models.engines import EngineError, Request, Sampling
from warriorcoder.models.engines.openai import OpenAIEngine
from warriorcoder.models.probe import NEW_TOKENS, probe

FOREIGN = ("stop_token_ids", "skip_special_tokens", "spaces_between_special_tokens")
LEFT_OUT = ", ".join(f"{name}: null" for name in FOREIGN)


@pytest.fixture
def probed(tmp_path):
    """The texts of the findings on a server, and the number of its requests."""
    servers = []

    def ask(api=None, **how) -> tuple[list[str], int]:
        servers.append(Server("athene", **how))
        one = model(tmp_path / "rows.sqlite", servers[-1].url, ("answer",), **(api or {}))
        stops = one.chat.reply_stops()
        request = Request("r", one.chat.prompt("Say x.", system_prompt.SYSTEM), 1)
        engine = OpenAIEngine(one.spec, None if one.spec.chats else one.tokenizer)
        found = probe(engine, request, Sampling(1.0, 0.9, 999, stops.ids, stops.texts))
        assert all(finding.wrong for finding in found)
        assert {body["max_tokens"] for body in servers[-1].bodies} == {NEW_TOKENS}
        return [finding.text for finding in found], len(servers[-1].bodies)

    yield ask
    for server in servers:
        server.stop()


@pytest.mark.parametrize("protocol", ["completions", "chat"])
def test_a_server_that_takes_all_is_asked_once(protocol, probed):
    assert probed({"protocol": protocol}) == ([], 1)


def test_fields_that_a_server_refuses_are_named_with_the_key_that_removes_them(probed):
    (said,), _ = probed(strict=True)
    assert "400" in said and "Unrecognized request argument" in said
    assert said.endswith(f"Set api.body: {{{LEFT_OUT}}}")
    assert probed({"body": dict.fromkeys(FOREIGN)}, strict=True) == ([], 1)
    (said,), _ = probed({"protocol": "chat", "body": {"top_k": 5}}, strict=True)
    assert said.endswith("Set api.body: {top_k: null}")


def test_a_server_that_takes_texts_alone_gets_the_advice_for_both(probed):
    (form, fields), _ = probed(strict=True, reads=(str,))
    assert "takes no token ids" in form and form.endswith("Set api.prompt: text")
    assert fields.endswith(f"Set api.body: {{{LEFT_OUT}}}")
    advised = {"prompt": "text", "body": dict.fromkeys(FOREIGN)}
    assert probed(advised, strict=True, reads=(str,)) == ([], 1)


def test_a_server_that_refuses_a_bare_prompt_is_quoted(probed):
    with pytest.raises(EngineError, match="refuses a prompt without fields: .*not be a str"):
        probed({"prompt": "text"}, reads=(list,))
    with pytest.raises(EngineError, match="api.model"):
        probed({"model": "other"})
