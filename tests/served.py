"""A real server of OpenAI's protocol: one of the shipped experts behind the transformers engine.

Rows are generated one at a time, so they depend on nothing but the request.
"""

import json
import shutil
import threading
from dataclasses import replace
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from transformers import AutoTokenizer

from warriorcoder import miniature
from warriorcoder.config.experts import Expert
from warriorcoder.models.chat import Chat
from warriorcoder.models.engines import Completion, Request, Sampling
from warriorcoder.models.engines.transformers import TransformersEngine

WEIGHTS = Path(miniature.__file__).parent / "weights"
STANDARD = {"model", "prompt", "messages", "max_tokens", "temperature", "top_p", "seed", "stop"}


def beginning(folder: Path) -> Path:
    """A copy of `llamax` whose tokenizer puts BOS before a text, as that of Llama 3 does."""
    shutil.copytree(WEIGHTS / "llamax", folder)
    path = folder / "tokenizer.json"
    content = json.loads(path.read_text())
    bos = "<|begin_of_text|>"
    (id,) = (each["id"] for each in content["added_tokens"] if each["content"] == bos)
    processor = content["post_processor"]
    processor["single"].insert(0, {"SpecialToken": {"id": bos, "type_id": 0}})
    processor["special_tokens"][bos] = {"id": bos, "ids": [id], "tokens": [bos]}
    path.write_text(json.dumps(content))
    return folder


def choices(body: dict) -> tuple[str, ...]:
    """The texts that `response_format` allows for its only key."""
    if not (wanted := body.get("response_format")):
        return ()
    (key,) = wanted["json_schema"]["schema"]["properties"].values()
    return tuple(key["enum"])


class Refusal(Exception):
    def __init__(self, status: int, message: str):
        self.status, self.message = status, message


class Server:
    """Serves `expert` under the name `served` at `url` until `stop`.

    Args:
        key: what requests have to bring as their bearer token, if anything.
        strict: refuse fields that OpenAI's own server does not know.
        reads: refuse prompts of another type.
    """

    def __init__(
        self,
        expert: str | Path,
        key: str | None = None,
        strict: bool = False,
        reads: tuple[type, ...] = (list, str),
    ):
        spec = Expert(name=Path(expert).name, model=str(WEIGHTS / expert))
        self.tokenizer = AutoTokenizer.from_pretrained(spec.model)
        self.chat = Chat(self.tokenizer, spec.template_date, spec.name)
        self.engine = TransformersEngine(spec.model, self.tokenizer, "float32", 1)
        self.key, self.strict, self.reads, self.bodies = key, strict, reads, []
        self.complete = cache(self._complete)  # a request that is asked for again costs nothing
        self.one_at_a_time = threading.Lock()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.http.shutdown()
        self.http.server_close()

    def answer(self, path: str, body: dict, token: str) -> dict:
        """The reply to one request."""
        self.bodies.append(body)
        if self.key and token != f"Bearer {self.key}":
            raise Refusal(401, f"Incorrect API key provided: {token}")
        if body["model"] != "served":
            raise Refusal(404, f"The model {body['model']!r} does not exist.")
        if self.strict and (unknown := sorted(body.keys() - STANDARD)):
            raise Refusal(400, f"Unrecognized request argument supplied: {unknown[0]}")
        if path == "/v1/completions":
            prompt, stops = body["prompt"], tuple(body.get("stop_token_ids", ()))
            if not isinstance(prompt, self.reads):
                raise Refusal(400, f"prompt must not be a {type(prompt).__name__}")
            if isinstance(prompt, str):
                prompt = self.tokenizer(prompt)["input_ids"]
            prompt = tuple(prompt)
        elif path == "/v1/chat/completions":
            prompt = self._prompt(body["messages"])
            stops = self.chat.reply_stops().ids
        else:
            raise Refusal(404, "Not Found")
        how = (body.get("temperature", 1.0), body.get("top_p", 1.0), body["max_tokens"], stops)
        with self.one_at_a_time:
            made = self.complete(
                prompt, body.get("seed", 0), *how, tuple(body.get("stop", ())), choices(body)
            )
        if choices(body):
            made = replace(made, text=json.dumps({"mark": made.text}))
        choice = {"index": 0, "finish_reason": made.finish_reason}
        if path == "/v1/completions":
            choice["text"] = made.text
        else:
            choice["message"] = {"role": "assistant", "content": made.text}
        new = made.n_tokens + (made.finish_reason == "stop")  # servers count the stop token
        usage = {"prompt_tokens": len(prompt), "completion_tokens": new}
        return {"id": "x", "model": "served", "choices": [choice], "usage": usage}

    def _prompt(self, messages: list[dict]) -> tuple[int, ...]:
        """The token ids of one or two turns of the user's."""
        *turns, last = [each["content"] for each in messages if each["role"] != "system"]
        system = next((each["content"] for each in messages if each["role"] == "system"), None)
        if not turns:
            return self.chat.prompt(last, system)
        user, reply = turns
        return self.chat.next_prompt(self.chat.prompt(user, system), reply, last)

    def _complete(self, prompt, seed, *sampling) -> Completion:
        return self.engine.generate([Request("", prompt, seed)], Sampling(*sampling))[0][0]

    def _handler(self):
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                try:
                    token = self.headers.get("Authorization", "")
                    status, reply = 200, server.answer(self.path, body, token)
                except Refusal as refusal:
                    status, reply = refusal.status, {"error": {"message": refusal.message}}
                content = json.dumps(reply).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        return Handler
