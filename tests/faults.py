"""A proxy that misbehaves on purpose, between a client and a real server of OpenAI's protocol."""

import http.client
import json
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

NOTHING_SAID = {
    "choices": [{"index": 0, "text": "", "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 9, "completion_tokens": 0, "total_tokens": 9},
}
# What happens to a request instead of being passed on: status, headers, content.
REPLIES = {
    "error": (500, {}, b'{"error": {"message": "CUDA error"}}'),
    "refusal": (400, {}, b'{"error": {"message": "against our policy"}}'),
    "unavailable": (503, {}, b"upstream connect error"),
    "rate limit": (429, {"Retry-After": "1"}, b'{"error": {"message": "slow down"}}'),
    "page": (200, {"Content-Type": "text/html"}, b"<html>Welcome to nginx!</html>"),
    "broken JSON": (200, {}, b'{"choices": [{"text": "def'),
    "no choices": (200, {}, b'{"choices": [], "usage": null}'),
    "another JSON": (200, {}, b"[1, 2]"),
    "nothing said": (200, {}, json.dumps(NOTHING_SAID).encode()),
}
KINDS = (
    *(kind for kind in REPLIES if kind != "refusal"),
    "stall",
    "hang up",
    "hang up in the reply",
)


def nothing(row: int, attempt: int) -> None:
    """No fault."""


def everything(row: int, attempt: int) -> str | None:
    """Each row's first request fails, in turn in each way; every third row's second in another."""
    fails = attempt == 0 or (attempt == 1 and row % 3 == 0)
    return KINDS[(row + 5 * attempt) % len(KINDS)] if fails else None


class Proxy:
    """Passes requests on to `upstream`, but for `fault(row, attempt)`, one of `KINDS` or None.

    Rows are numbered as they first arrive; `attempts` has the times of each row's requests.
    """

    def __init__(self, upstream: str, fault: Callable[[int, int], str | None] = nothing):
        self.upstream, self.fault = urlsplit(upstream), fault
        self.attempts: dict[bytes, list[float]] = defaultdict(list)
        self.passed, self.flying, self.most_flying = 0, 0, 0
        self.lock, self.connections, self.port = threading.Lock(), set(), 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.upstream.path}"

    def start(self) -> None:
        ThreadingHTTPServer.allow_reuse_address = True
        self.http = ThreadingHTTPServer(("127.0.0.1", self.port), self._handler())
        self.port, self.down = self.http.server_port, threading.Event()
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Like a server that is killed: nobody listens any more, and open connections break."""
        self.down.set()
        self.http.shutdown()
        self.http.server_close()
        for connection in list(self.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it was closed already

    def restart(self, seconds: float) -> None:
        self.stop()
        time.sleep(seconds)
        self.start()

    def _arrived(self, body: bytes) -> str | None:
        with self.lock:
            self.attempts[body].append(time.monotonic())
            self.flying += 1
            self.most_flying = max(self.most_flying, self.flying)
            row, attempt = list(self.attempts).index(body), len(self.attempts[body]) - 1
        return self.fault(row, attempt)

    def _ended(self) -> None:
        with self.lock:
            self.flying -= 1

    def _ask(self, path: str, body: bytes, headers: dict) -> tuple[int, dict, bytes]:
        connection = http.client.HTTPConnection(self.upstream.hostname, self.upstream.port)
        connection.request("POST", path, body, headers)
        reply = connection.getresponse()
        content = reply.read()
        connection.close()
        with self.lock:
            self.passed += 1
        return reply.status, {"Content-Type": reply.headers["Content-Type"]}, content

    def _handler(self):
        proxy, down = self, lambda: self.down

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                self.down = down()
                proxy.connections.add(self.connection)

            def finish(self):
                proxy.connections.discard(self.connection)
                super().finish()

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                fault = proxy._arrived(body)
                try:
                    self._reply(fault, body)
                except OSError:  # the client gave up, or this server was killed
                    self.close_connection = True
                finally:
                    proxy._ended()

            def _reply(self, fault, body):
                if fault == "stall":
                    self.down.wait(60)
                if fault in ("stall", "hang up"):
                    self.close_connection = True
                    return
                names = ("Authorization", "Content-Type")
                headers = {name: self.headers[name] for name in names if name in self.headers}
                status, more, content = REPLIES.get(fault) or proxy._ask(self.path, body, headers)
                self.send_response(status)
                for name, value in ({"Content-Type": "application/json"} | more).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if fault == "hang up in the reply":
                    content, self.close_connection = content[: len(content) // 2], True
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        return Handler
