"""A Hugging Face hub on this machine: model repositories, their trees and files, over HTTP.

Speaks as much of the hub's protocol as `huggingface_hub` asks for whole snapshots and commits.
"""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

LARGE = 1000  # bytes from which a file is under LFS


class FileServer(ThreadingHTTPServer):
    """`asked`: path and range of every GET.

    `stops_after`: bytes after which the next larger files break off, one file each.
    """

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.asked: list[tuple[str, str | None]] = []
        self.stops_after: list[int] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class FileHandler(BaseHTTPRequestHandler):
    """Serves files by the hub's protocol, also a part of one. `answer` says which."""

    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.answer(body=False)

    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Range")))
        self.answer(body=True)

    def file(self, data: bytes, commit: str, body: bool):
        begin = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").rstrip("-"))
        self.send_response(206 if begin else 200)
        self.send_header("Content-Length", str(len(data) - begin))
        self.send_header("ETag", f'"{etag(data)}"')
        self.send_header("X-Repo-Commit", commit)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
        self.end_headers()
        if body:
            stops = self.server.stops_after
            cut = stops.pop(0) if stops and stops[0] < len(data) else len(data)
            self.wfile.write(data[begin : begin + cut])
            self.close_connection = True

    def refuse(self, status: int, code: str | None = None):
        self.send_response(status)
        if code:
            self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Hub(FileServer):
    """`models`: id → commit → file → bytes; the last commit is `main`.

    `gated`: ids behind terms.
    """

    def __init__(self):
        super().__init__(Handler)
        self.models: dict[str, dict[str, dict[str, bytes]]] = {}
        self.gated: set[str] = set()

    def commit(self, model: str, revision: str) -> str | None:
        *_, last = commits = self.models[model]
        return {"main": last}.get(revision, revision if revision in commits else None)


class Handler(FileHandler):
    def answer(self, body: bool):
        parts = unquote(urlsplit(self.path).path).strip("/").split("/")
        api = parts[:2] == ["api", "models"]
        owner, name, *rest = parts[2:] if api else parts
        model = f"{owner}/{name}"
        if model not in self.server.models:
            return self.refuse(404, "RepoNotFound")
        if model in self.server.gated:
            return self.refuse(403, "GatedRepo")
        commit = self.server.commit(model, rest[1] if rest else "main")
        if commit is None:
            return self.refuse(404, "RevisionNotFound")
        files = self.server.models[model][commit]
        if not api:
            data = files.get("/".join(rest[2:]))
            if data is None:
                return self.refuse(404, "EntryNotFound")
            return self.file(data, commit, body)
        tree = [described(path, data) for path, data in files.items()]
        self.reply(tree if rest and rest[0] == "tree" else {"id": model, "sha": commit})

    def reply(self, value):
        data = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def git_sha1(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def etag(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest() if len(data) >= LARGE else git_sha1(data)


def described(path: str, data: bytes) -> dict:
    large = {"oid": etag(data), "size": len(data), "pointerSize": 130}
    lfs = {"lfs": large} if len(data) >= LARGE else {}
    return {"type": "file", "path": path, "size": len(data), "oid": git_sha1(data)} | lfs


@contextmanager
def serve(server: FileServer | None = None) -> Iterator:
    with server or Hub() as serving:
        threading.Thread(target=serving.serve_forever, args=(0.01,), daemon=True).start()
        yield serving
        serving.shutdown()
