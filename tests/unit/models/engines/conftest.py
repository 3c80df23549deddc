"""A server, proxies before it that fail, and the rows that it gives undisturbed."""

import pytest
from asked import mining, model
from faults import Proxy, nothing
from served import Server


@pytest.fixture(scope="module")
def server():
    server = Server("athene")
    yield server
    server.stop()


@pytest.fixture
def proxied(server):
    """Starts proxies before the server, with the faults that it is given."""
    proxies = []

    def start(fault=nothing, upstream=server) -> Proxy:
        proxies.append(Proxy(upstream.url, fault))
        return proxies[-1]

    yield start
    for proxy in proxies:
        proxy.stop()


@pytest.fixture(scope="module")
def undisturbed(server, tmp_path_factory):
    one = model(tmp_path_factory.mktemp("undisturbed") / "rows.sqlite", server.url)
    return one.generate(*mining(one))
