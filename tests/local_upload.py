"""A hub on this machine that takes repositories and commits, over HTTP.

It answers as much of the hub's protocol as `create_repo` and `upload_folder` ask for. It takes
every file inside of the commit, as the hub takes small ones, and none through LFS or Xet.
"""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Hub(ThreadingHTTPServer):
    """`created`: the body of each new repository. `files`: `kind/id` → path → bytes.

    `refuses`: True for a hub that lets nobody write.
    """

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.created: list[dict] = []
        self.files: dict[str, dict[str, bytes]] = {}
        self.refuses = False
        self.url = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        parts = urlsplit(self.path).path.strip("/").split("/")
        if self.server.refuses:
            return self.reply({"error": "no right to write"}, 403)
        if parts == ["api", "repos", "create"]:
            self.server.created.append(made := json.loads(body))
            kinds = {"dataset": "datasets/", "space": "spaces/"}
            place = f"{kinds.get(made.get('type'), '')}{made['organization']}/{made['name']}"
            return self.reply({"url": f"{self.server.url}/{place}"})
        if parts == ["api", "validate-yaml"]:
            return self.reply({"errors": [], "warnings": []})
        _, kind, owner, name, what, _ = parts
        if what == "preupload":
            files = [each["path"] for each in json.loads(body)["files"]]
            modes = {"uploadMode": "regular", "shouldIgnore": False}
            return self.reply({"files": [{"path": path} | modes for path in files]})
        taken = self.server.files.setdefault(f"{kind}/{owner}/{name}", {})
        for line in body.decode().splitlines():
            step = json.loads(line)
            if step["key"] == "file":
                taken[step["value"]["path"]] = base64.b64decode(step["value"]["content"])
        url = f"{self.server.url}/{kind}/{owner}/{name}/commit/{'a' * 40}"
        return self.reply({"commitUrl": url, "commitOid": "a" * 40})

    def do_GET(self):
        self.reply({"error": "nothing is there"}, 404)

    do_HEAD = do_GET

    def reply(self, value: dict, status: int = 200):
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *_):
        pass


@contextmanager
def serve() -> Iterator[Hub]:
    with Hub() as hub:
        threading.Thread(target=hub.serve_forever, args=(0.01,), daemon=True).start()
        yield hub
        hub.shutdown()
