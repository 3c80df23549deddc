"""A real vLLM server on a CPU, and what happens to rows while it fails, stalls, lies and dies."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from faults import Proxy, everything, nothing
from served import WEIGHTS
from unit.models.engines.test_openai import CLIENT, mining, model, rows_in
from vllm_cpu import servers

from warriorcoder.config.experts import Engine, Expert
from warriorcoder.models import system_prompt
from warriorcoder.models.engines import Request, Sampling
from warriorcoder.models.model import Model

pytestmark = pytest.mark.vllm

ROWS, TOKENS = 96, 60


@pytest.fixture(scope="module")
def vllm(tmp_path_factory):
    server = servers.vllm(tmp_path_factory.mktemp("vllm") / "server.log", WEIGHTS / "athene")
    server.wait()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def undisturbed(vllm, tmp_path_factory):
    one = model(tmp_path_factory.mktemp("undisturbed") / "rows.sqlite", vllm.url, concurrency=64)
    return one.generate(*mining(one, ROWS, TOKENS))


def test_greedy_replies_are_the_transformers_engines_token_for_token(vllm, tmp_path):
    ids = model(tmp_path / "ids.sqlite", vllm.url)
    chats = model(tmp_path / "chat.sqlite", vllm.url, ("answer", "judge"), protocol="chat")
    local = Model(
        Expert(name="athene", model=str(WEIGHTS / "athene")),
        Engine(kind="transformers", dtype="float32", batch_size=16),
        tmp_path / "local.sqlite",
    )

    def ask(one):
        texts = [f"Write a function that adds {n} to x." for n in range(32)]
        requests = [
            Request(text, one.chat.prompt(text, system_prompt.SYSTEM), n)
            for n, text in enumerate(texts)
        ]
        return one.reply(requests, 0.0, 1.0, 100)

    assert ask(local) == ask(ids) == ask(chats)
    assert local.rows.prompt_tokens == ids.rows.prompt_tokens == chats.rows.prompt_tokens


def test_a_stop_text_ends_a_row_where_the_engine_ends_it(vllm, tmp_path):
    one = model(tmp_path / "rows.sqlite", vllm.url)
    requests, sampling = mining(one, 32, TOKENS)
    stopped = Sampling(1.0, 0.99, TOKENS, sampling.stop_ids, (" so that",))
    whole, cut = one.generate(requests, sampling), one.generate(requests, stopped)
    assert [each.text for each in cut] == [each.text.split(" so that")[0] for each in whole]
    assert any(" so that" in each.text for each in whole)


def test_seeded_rows_are_the_same_whatever_is_in_flight(vllm, undisturbed, tmp_path):
    one = model(tmp_path / "rows.sqlite", vllm.url, concurrency=5)
    assert one.generate(*mining(one, ROWS, TOKENS)) == undisturbed
    assert len({completion.text for completion in undisturbed}) > ROWS / 2
    assert sum(completion.finish_reason == "stop" for completion in undisturbed) > ROWS / 2


def test_failures_of_every_kind_lose_and_double_nothing(vllm, undisturbed, tmp_path):
    proxy, cache = Proxy(vllm.url, everything), tmp_path / "rows.sqlite"
    one = model(cache, proxy.url, timeout=15, patience=300, concurrency=32)
    made = one.generate(*mining(one, ROWS, TOKENS))
    proxy.stop()
    assert made == undisturbed
    assert rows_in(cache) == one.rows.generated == len(proxy.attempts) == ROWS
    assert all(len(times) >= 2 for times in proxy.attempts.values())


def test_a_server_that_is_killed_and_started_again_loses_and_doubles_nothing(
    vllm, undisturbed, tmp_path
):
    proxy, cache = Proxy(vllm.url), tmp_path / "rows.sqlite"
    one = model(cache, proxy.url, patience=600, timeout=120, concurrency=4)
    cached = []

    def restart():
        while proxy.passed < ROWS // 3:
            time.sleep(0.002)
        vllm.kill()
        cached.append(rows_in(cache))
        vllm.start()

    restarting = threading.Thread(target=restart)
    restarting.start()
    made = one.generate(*mining(one, ROWS, TOKENS))
    restarting.join()
    vllm.wait()
    proxy.stop()
    assert made == undisturbed
    assert 0 < cached[0] < ROWS, "the server died before its first row or after its last"
    assert rows_in(cache) == one.rows.generated == ROWS
    assert max(len(times) for times in proxy.attempts.values()) > 1


def test_a_client_that_is_killed_goes_on_where_it_was(vllm, undisturbed, tmp_path):
    half = ROWS // 2
    proxy = Proxy(vllm.url, lambda row, attempt: "stall" if row >= half else None)
    cache = tmp_path / "rows.sqlite"
    paths = [str(WEIGHTS.parents[3] / "tests"), str(WEIGHTS.parents[2])]
    arguments = [str(cache), proxy.url, str(ROWS), str(TOKENS), *paths]
    client = subprocess.Popen([sys.executable, "-c", CLIENT, *arguments])
    deadline = time.time() + 120
    while len(proxy.attempts) < half + 2 and time.time() < deadline and client.poll() is None:
        time.sleep(0.05)
    time.sleep(0.5)
    os.kill(client.pid, signal.SIGKILL)
    client.wait()
    assert rows_in(cache) == half
    proxy.fault = nothing
    again = model(cache, proxy.url, concurrency=64)
    made = again.generate(*mining(again, ROWS, TOKENS))
    proxy.stop()
    assert made == undisturbed
    assert (again.rows.reused, again.rows.generated) == (half, ROWS - half)
