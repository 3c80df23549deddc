"""Requests that a server refuses, and its own words for the end of a row."""

import re
from types import SimpleNamespace

import httpx2
import pytest
from asked import KEY, ROWS, TOKENS, mining, model, rows_in
from openai import APIStatusError
from served import Server

from warriorcoder.config.experts import Api
from warriorcoder.models.engines import Completion, EngineError, Request, Sampling
from warriorcoder.models.engines import openai as engine
from warriorcoder.models.engines.failures import quote


@pytest.mark.parametrize(
    ("api", "says"),
    [
        ({}, "401.*Name the environment variable.*api.key_env"),
        ({"key_env": "WRONG_KEY"}, "401.*valid key into the environment variable WRONG_KEY"),
        ({"key_env": "GOOD_KEY", "model": "other"}, r"404.*api.model \('other'\)"),
        ({"key_env": "GOOD_KEY"}, "400.*skip_special_tokens.*`api.body: {FIELD: null}`"),
    ],
)
def test_what_cannot_pass_is_asked_once_and_told_with_its_fix(
    api, says, proxied, tmp_path, monkeypatch, caplog
):
    monkeypatch.setenv("GOOD_KEY", KEY)
    monkeypatch.setenv("WRONG_KEY", f"{KEY}-wrong")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)  # meant for another server
    server = Server("athene", KEY, strict=True)
    proxy = proxied(upstream=server)
    one = model(tmp_path / "rows.sqlite", proxy.url, **api)
    with pytest.raises(EngineError, match=says) as caught:
        one.generate(*mining(one, 1))
    assert [len(times) for times in proxy.attempts.values()] == [1]
    assert KEY not in str(caught.value) and KEY not in caplog.text
    server.stop()


def test_a_row_that_is_refused_costs_no_other_and_is_empty_where_that_is_wanted(
    proxied, undisturbed, tmp_path
):
    proxy = proxied(lambda row, attempt: "refusal" if row == 3 else None)
    cache = tmp_path / "rows.sqlite"
    one = model(cache, proxy.url, concurrency=1)
    expected = "1 of 24 rows were refused. .*row r3.*against our policy.*`api.refused: empty`"
    with pytest.raises(EngineError, match=expected):
        one.generate(*mining(one))
    assert rows_in(cache) == ROWS - 1
    again = model(cache, proxy.url, concurrency=1, refused="empty")
    made = again.generate(*mining(again))
    assert made[3] == Completion("r3", "", "content_filter", 0)
    assert made[:3] + made[4:] == undisturbed[:3] + undisturbed[4:]


def test_a_server_that_refuses_from_the_first_row_on_is_not_asked_for_all(proxied, tmp_path):
    proxy = proxied(lambda row, attempt: "refusal")
    one = model(tmp_path / "rows.sqlite", proxy.url, concurrency=1)
    with pytest.raises(EngineError, match="row r0.*against our policy"):
        one.generate(*mining(one))
    assert len(proxy.attempts) == 1


def test_a_strict_server_with_a_key_serves_without_the_fields_that_it_refuses(
    undisturbed, tmp_path, monkeypatch, caplog
):
    caplog.set_level("DEBUG")
    monkeypatch.setenv("SERVER_KEY", f"{KEY}\n")
    server = Server("athene", KEY, strict=True)
    fields = ("stop_token_ids", "skip_special_tokens", "spaces_between_special_tokens")
    body, cache = dict.fromkeys(fields), tmp_path / "rows.sqlite"
    one = model(cache, server.url, key_env="SERVER_KEY", body=body)
    # It stops on what the stop token looks like.
    assert one.generate(*mining(one)) == undisturbed
    one.report(tmp_path / "rows.json")
    server.stop()
    for path in tmp_path.iterdir():
        assert KEY.encode() not in path.read_bytes()
    assert KEY not in caplog.text and KEY not in repr(one)


def test_a_missing_key_is_told_before_anything_is_asked(proxied, tmp_path):
    proxy = proxied()
    one = model(tmp_path / "rows.sqlite", proxy.url, key_env="UNSET_KEY")
    with pytest.raises(EngineError, match="UNSET_KEY is not set. Export the key"):
        one.generate(*mining(one, 1))
    assert not proxy.attempts


def replied(reason, text="x", tokens=3, **message):
    usage = SimpleNamespace(completion_tokens=tokens, prompt_tokens=9)
    said = SimpleNamespace(content=text, **message)
    choice = SimpleNamespace(finish_reason=reason, text=text, message=said)
    return SimpleNamespace(choices=[choice], usage=usage)


@pytest.mark.parametrize(
    ("protocol", "reply", "row"),
    [
        ("completions", replied("eos_token"), ("x", "stop", 2)),
        ("completions", replied("stop_sequence"), ("x", "stop", 2)),
        ("completions", replied("max_tokens", tokens=10), ("x", "length", 10)),
        ("completions", replied(None), ("x", "stop", 2)),
        ("completions", replied(None, tokens=10), ("x", "length", 10)),
        ("chat", replied(None), ("x", "stop", 2)),
        ("chat", replied("stop", None, refusal="I can't help."), ("", "content_filter", 3)),
        ("chat", replied(None, None, 0, refusal="I can't help."), ("", "content_filter", 0)),
        ("chat", replied("content_filter", None, 0), ("", "content_filter", 0)),
        ("chat", replied("stop", None, 1), ("", "stop", 0)),
        ("chat", replied("length", None, 10, reasoning="hm"), ("<think>hm</think>", "length", 10)),
        ("chat", replied("stop", None, 0), None),
        ("completions", replied(None, "", 0), None),
        ("completions", replied("abort"), None),
        ("completions", replied("stop", tokens=None), None),
    ],
)
def test_a_servers_own_words_for_an_end_are_rows_with_a_status(protocol, reply, row, tmp_path):
    one = model(tmp_path / "rows.sqlite", "http://localhost:1", ("answer",), protocol=protocol)
    client = engine.OpenAIEngine(one.spec, None)
    request, sampling = Request("r", (1,), 0), Sampling(1.0, 1.0, TOKENS, ())
    if row is None:
        with pytest.raises(engine.NotACompletion, match="sent no completion"):
            client._read(request, reply, sampling)
    else:
        assert client._read(request, reply, sampling) == Completion("r", *row)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('{"detail": [{"loc": ["prompt"], "msg": "a string"}]}', '"msg": "a string"'),
        ('{"detail": "Sch\\u00f6n"}', "Schön"),
        ('{"message": "too long"}', "too long"),
        ("<html>\n  no  such page</html>", "no such page"),
        (f'{{"error": "bad key {KEY}"}}', "bad key \\*\\*\\*"),
        ("", "Error code: 422$"),
    ],
)
def test_a_servers_own_body_is_quoted_whatever_its_form(body, says):
    reply = httpx2.Response(422, text=body, request=httpx2.Request("POST", "http://x"))
    error = APIStatusError("Error code: 422", response=reply, body=None)
    said = quote(error, Api(base_url="http://x/v1"), KEY)
    assert re.search(f"Error code: 422.*{says}" if "Error" not in says else says, said)
