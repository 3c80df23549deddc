"""Experts behind a server: a real one, and a proxy before it that fails in every way."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from asked import ROWS, TOKENS, mining, model, rows_in
from data import ROOT
from faults import REPLIES, everything, nothing
from served import WEIGHTS, Server

from warriorcoder.config.experts import Engine, Expert
from warriorcoder.models import system_prompt
from warriorcoder.models.engines import EngineError, Request, Sampling
from warriorcoder.models.engines import openai as engine
from warriorcoder.models.model import Model


@pytest.mark.parametrize("expert", ["athene", "dscoder"])  # a stop token, and a stop text
def test_rows_are_those_of_the_engine_that_serves_them(expert, server, tmp_path):
    here = server if expert == "athene" else Server(expert)
    remote = model(tmp_path / "remote.sqlite", here.url, name=expert)
    local = Model(
        Expert(name=expert, model=str(WEIGHTS / expert)),
        Engine(kind="transformers", dtype="float32", batch_size=1),
        tmp_path / "local.sqlite",
    )
    rows, tokens = (ROWS, TOKENS) if expert == "athene" else (6, 60)
    made = remote.generate(*mining(remote, rows, tokens))
    assert made == local.generate(*mining(local, rows, tokens))
    assert remote.rows.new_tokens == local.rows.new_tokens > 0
    assert remote.rows.prompt_tokens == local.rows.prompt_tokens
    assert expert == "athene" or "stop" in {completion.finish_reason for completion in made}


def test_a_server_that_fails_in_every_way_loses_and_doubles_nothing(proxied, undisturbed, tmp_path):
    proxy, cache = proxied(everything), tmp_path / "rows.sqlite"
    one = model(cache, proxy.url, timeout=3, patience=120)
    assert one.generate(*mining(one)) == undisturbed
    assert rows_in(cache) == one.rows.generated == len(proxy.attempts) == ROWS
    assert all(len(times) >= 2 for times in proxy.attempts.values())


def test_a_server_that_restarts_mid_run_loses_and_doubles_nothing(proxied, undisturbed, tmp_path):
    """Four rows are in flight when it is killed; nobody listens for a second and a half."""
    third = ROWS // 3
    flying = range(third, third + 4)
    proxy = proxied(lambda row, attempt: "stall" if row in flying and not attempt else None)
    cache = tmp_path / "rows.sqlite"

    def restart():
        while len(proxy.attempts) < flying.stop:
            time.sleep(0.005)
        proxy.restart(1.5)

    restarting = threading.Thread(target=restart)
    restarting.start()
    one = model(cache, proxy.url, patience=60, concurrency=4)
    made = one.generate(*mining(one))
    restarting.join()
    assert made == undisturbed
    assert rows_in(cache) == one.rows.generated == ROWS
    assert all(len(times) > 1 for times in [*proxy.attempts.values()][third : flying.stop])


CLIENT = """
import sys
sys.path[:0] = sys.argv[5:]
from pathlib import Path
from asked import mining, model
one = model(Path(sys.argv[1]), sys.argv[2], concurrency=2)
one.generate(*mining(one, *map(int, sys.argv[3:5])))
"""


def test_a_client_that_is_killed_mid_run_goes_on_where_it_was(proxied, undisturbed, tmp_path):
    """After half of the rows the server stalls; what came before is already kept."""
    half = ROWS // 2
    proxy = proxied(lambda row, attempt: "stall" if row >= half else None)
    cache = tmp_path / "rows.sqlite"
    paths = [str(ROOT / "tests"), str(WEIGHTS.parents[2])]
    arguments = [str(cache), proxy.url, str(ROWS), str(TOKENS), *paths]
    client = subprocess.Popen([sys.executable, "-c", CLIENT, *arguments])
    deadline = time.time() + 120
    while len(proxy.attempts) < half + 2 and time.time() < deadline and client.poll() is None:
        time.sleep(0.02)
    time.sleep(0.2)  # the rows that came are written while the client waits for the next
    os.kill(client.pid, signal.SIGKILL)
    client.wait()
    assert rows_in(cache) == half

    proxy.fault, passed = nothing, proxy.passed
    again = model(cache, proxy.url)
    assert again.generate(*mining(again)) == undisturbed
    assert (again.rows.reused, again.rows.generated) == (half, ROWS - half)
    assert proxy.passed - passed == ROWS - half


def test_a_server_that_stays_broken_is_named_with_the_fix_and_what_came_is_kept(
    proxied, undisturbed, tmp_path
):
    good = 5
    proxy = proxied(lambda row, attempt: None if row < good else "error")
    cache = tmp_path / "rows.sqlite"
    one = model(cache, proxy.url, patience=2, concurrency=4)
    with pytest.raises(EngineError) as caught:
        one.generate(*mining(one))
    message = str(caught.value)
    for part in ("expert 'athene', row r", proxy.url, "CUDA error", "api.patience (2 s)"):
        assert part in message
    assert rows_in(cache) == good  # rows are handed out in order, so the first five
    assert len(proxy.attempts) <= good + 4, "rows were begun after the failure"
    assert max(len(times) for times in proxy.attempts.values()) > 1

    proxy.fault = nothing
    again = model(cache, proxy.url)
    assert again.generate(*mining(again)) == undisturbed
    assert again.rows.reused == good


def test_the_time_that_a_server_asks_for_is_waited(proxied, tmp_path, monkeypatch):
    status, _, content = REPLIES["rate limit"]
    monkeypatch.setitem(REPLIES, "rate limit", (status, {"Retry-After": "2"}, content))
    proxy = proxied(lambda row, attempt: None if attempt else "rate limit")
    one = model(tmp_path / "rows.sqlite", proxy.url)
    one.generate(*mining(one, 2))
    for first, second in proxy.attempts.values():
        assert second - first >= 2  # its own first pause is at most a second


def test_a_time_may_be_seconds_or_a_date():
    moment = datetime.now(UTC) + timedelta(seconds=90)
    assert 80 < engine._seconds(format_datetime(moment, usegmt=True)) <= 90
    told = {"7": 7, "0.5": 0.5, "Wed, 21 Oct 2015 07:28:00 GMT": 0, "soon": 0, "nan": 0}
    assert {after: engine._seconds(after) for after in told} == told


def test_a_wait_beyond_patience_fails_at_once(proxied, tmp_path, monkeypatch):
    status, _, content = REPLIES["rate limit"]
    monkeypatch.setitem(REPLIES, "rate limit", (status, {"Retry-After": "3600"}, content))
    proxy = proxied(lambda row, attempt: "rate limit")
    one = model(tmp_path / "rows.sqlite", proxy.url, patience=60)
    with pytest.raises(EngineError, match="slow down"):
        one.generate(*mining(one, 1))
    assert [len(times) for times in proxy.attempts.values()] == [1]


def test_pauses_grow_with_jitter_up_to_a_minute():
    error = TimeoutError()
    for attempt in (0, 3, 5, 20, 5000):
        pauses = {engine._pause(error, attempt) for _ in range(50)}
        full = min(2**attempt, 60)
        assert len(pauses) > 40 and full / 2 <= min(pauses) <= max(pauses) <= full


def test_requests_in_flight_are_as_many_as_the_config_says(proxied, tmp_path):
    """The first three are held until a fourth has had its time to come."""
    gate = threading.Event()

    def held(row, attempt):
        gate.wait(30)

    proxy = proxied(held)
    one = model(tmp_path / "rows.sqlite", proxy.url, concurrency=3)

    def release():
        while len(proxy.attempts) < 3:
            time.sleep(0.01)
        time.sleep(0.3)
        gate.set()

    threading.Thread(target=release).start()
    one.generate(*mining(one))
    assert proxy.most_flying == 3


def test_a_chat_server_needs_no_tokenizer_here_and_answers_alike(server, tmp_path):
    """The server renders the same template, so messages and token ids are the same question."""
    ids = model(tmp_path / "ids.sqlite", server.url)
    chats = model(tmp_path / "chat.sqlite", server.url, ("answer", "judge"), protocol="chat")

    def ask(one):
        questions = [(f"q{n}", f"Write a function that adds {n} to x.") for n in range(4)]
        requests = [
            Request(id, one.chat.prompt(text, system_prompt.SYSTEM), n)
            for n, (id, text) in enumerate(questions)
        ]
        return one.reply(requests, 1.0, 0.95, 24)

    assert ask(chats) == ask(ids)
    assert chats.rows.prompt_tokens == ids.rows.prompt_tokens > 100
    assert "tokenizer" not in vars(chats)


def test_an_empty_row_that_the_model_ended_is_a_row(server, tmp_path):
    one = model(tmp_path / "rows.sqlite", server.url)
    (request, *_), sampling = mining(one)
    (first,) = one.generate([request], sampling)
    at_once = one.tokenizer(first.text, add_special_tokens=False)["input_ids"][0]
    ends_there = Sampling(1.0, 0.99, TOKENS, (*sampling.stop_ids, at_once))
    (made,) = one.generate([request], ends_there)
    assert (made.text, made.finish_reason, made.n_tokens) == ("", "stop", 0)


@pytest.mark.parametrize("change", ["model", "protocol", "body", "address"])
def test_rows_belong_to_what_decides_them_and_to_no_address(change, server, proxied, tmp_path):
    cache = tmp_path / "rows.sqlite"
    one = model(cache, server.url)
    one.generate(*mining(one, 2))
    url = proxied().url if change == "address" else server.url
    api = {"model": {"model": "other"}, "body": {"body": {"top_k": 5}}}.get(change, {})
    other = model(cache, url, ("answer",), **api)
    if change == "protocol":
        other.spec = other.spec.model_copy(
            update={"api": other.spec.api.model_copy(update={"protocol": "chat"})}
        )
    requests, sampling = mining(one, 2)
    known = other._cache.get(other._keys(requests, sampling), ["a", "b"])
    assert (None not in known) == (change == "address")
