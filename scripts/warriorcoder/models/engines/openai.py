"""A server that speaks OpenAI's protocol: vLLM, SGLang, llama.cpp, or a hosted model.

`/completions` takes token ids, as the other engines do, or their text (`api.prompt`).
`/chat/completions` takes messages. Both choose among texts by `response_format`: a JSON object,
which the engine unwraps. A server without this field gets `api.body: {response_format: null}`, and
its completion stays as it is.

After an error that may pass (time-outs, 429, 5xx, broken connections, replies that are no
completion) the engine repeats a request, until one row has failed for `patience` seconds. A refused
row fails after the rows that the server completes, or is empty (`api.refused`). Every other error
stops the run at once. Rows are yielded when they are ready, so that a failure loses no earlier row.

The engine reads keys from the environment and keeps them out of every message.
"""

import asyncio
import json
import logging
import os
import random
import re
import time
from collections.abc import Iterator, Sequence
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any

from openai import APIConnectionError, APIStatusError, AsyncOpenAI, OpenAIError

from warriorcoder.config.experts import Expert
from warriorcoder.models.engines import Completion, EngineError, Request, Sampling, cut
from warriorcoder.models.engines.failures import misread, quote, unserved, unwritable
from warriorcoder.models.tokenizer import as_text

log = logging.getLogger("warriorcoder")
LONGEST_PAUSE = 60  # seconds between two attempts, unless the server asks for more
PASSING = (408, 409, 425, 429)  # and all from 500 on
REFUSING = (400, 413, 422)  # the prompt is too long or against a policy, or all are malformed
CHOICE = "mark"  # the key of a choice in its JSON object
# The finish reasons of servers, in the words of the tables.
REASONS = (
    dict.fromkeys(("stop", "eos", "eos_token", "stop_sequence", "end_turn", "tool_calls"), "stop")
    | dict.fromkeys(("length", "max_tokens", "model_length"), "length")
    | dict.fromkeys(("content_filter", "refusal"), "content_filter")
)


class NotACompletion(ValueError):
    """A reply without text, reason or token counts."""


class Refused(EngineError):
    """The server refuses to complete one row, at every attempt."""


class OpenAIEngine:
    """An expert behind a server. `tokenizer` is None if the server takes messages."""

    def __init__(self, spec: Expert, tokenizer):
        assert spec.api
        self.spec, self.api, self.tokenizer = spec, spec.api, tokenizer
        self.model = self.api.model or spec.model
        variable = self.api.key_env
        self.key = os.environ.get(variable, "").strip() if variable else ""
        if variable and not self.key:
            raise EngineError(
                f"expert {spec.name!r}: the environment variable {variable} is not set. Export the "
                f"key of {self.api.base_url} under this name before Snakemake starts"
            )
        logging.getLogger("httpx2").setLevel(logging.WARNING)  # else a line for every request

    def generate(
        self, requests: Sequence[Request], sampling: Sampling
    ) -> Iterator[list[Completion]]:
        """Yield groups of completions, with at most `concurrency` requests in flight.

        Raises:
            EngineError: a row failed for good. It is raised after the rows in flight, and after all
                other rows if the server refused the row.
        """
        waiting, came = iter(requests), 0
        flying: set[asyncio.Task[Completion]] = set()
        refused: list[BaseException] = []
        failure: BaseException | None = None
        with asyncio.Runner() as runner:
            start, client = runner.get_loop().create_task, self.client()
            try:
                while True:
                    if failure is None:
                        more = islice(waiting, self.api.concurrency - len(flying))
                        flying |= {start(self._complete(client, each, sampling)) for each in more}
                    if not flying:
                        break
                    done, flying = runner.run(
                        asyncio.wait(flying, return_when=asyncio.FIRST_COMPLETED)
                    )
                    made = [task.result() for task in done if not task.exception()]
                    came += len(made)
                    failures = [error for task in done if (error := task.exception())]
                    if came:
                        refused += [each for each in failures if isinstance(each, Refused)]
                        failures = [each for each in failures if not isinstance(each, Refused)]
                    failure = failure or next(iter(failures), None)
                    yield made
            finally:
                runner.run(client.close())
        if failure:
            raise failure
        if refused:
            raise EngineError(
                f"{len(refused)} of {len(requests)} rows were refused. The first: {refused[0]}"
            )

    def client(self) -> AsyncOpenAI:
        """Return a client that asks once and leaves repeats to the caller."""
        # A server without a key gets "none", since OPENAI_API_KEY may belong to another server.
        return AsyncOpenAI(
            api_key=self.key or "none",
            base_url=self.api.base_url,
            timeout=self.api.timeout,
            max_retries=0,
        )

    async def _complete(self, client, request: Request, sampling: Sampling) -> Completion:
        """Return the completion of one row, after as many attempts as it takes."""
        attempt, since = 0, None
        prompt = self.prompt(request)
        if prompt is None:
            return self._refused(request, unwritable(self.spec, request.id))
        while True:
            try:
                async with asyncio.timeout(self.api.timeout):
                    reply = await self.ask(client, prompt, self.fields(sampling, request.seed))
                    return self._read(request, reply, sampling)
            except (OpenAIError, TimeoutError, ValueError) as error:
                since = since or time.monotonic()
                pause = _pause(error, attempt)
                if not passes(error) or time.monotonic() + pause > since + self.api.patience:
                    said = unserved(self.spec, self.key, request.id, error, passes(error))
                    if refuses(error):
                        return self._refused(request, said)
                    raise EngineError(said) from None
                log.warning(
                    "%s: %s. Next attempt in %.1f s",
                    request.id,
                    quote(error, self.api, self.key),
                    pause,
                )
            await asyncio.sleep(pause)
            attempt += 1

    def prompt(self, request: Request) -> list | str | None:
        """Return a prompt as the server takes it, None if no text gives its token ids."""
        if self.api.prompt == "text":
            return as_text(self.tokenizer, request.prompt)
        return list(request.prompt)

    def fields(self, sampling: Sampling, seed: int) -> dict[str, Any]:
        """Return the fields of a request beside its prompt."""
        fields: dict[str, Any] = {
            "max_tokens": sampling.max_tokens,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "seed": seed,
            "stop": self._stops(sampling),
        }
        if not self.spec.chats:  # vLLM and SGLang stop on ids, other servers on their texts
            fields |= {"stop_token_ids": list(sampling.stop_ids), "skip_special_tokens": False}
            fields |= {"spaces_between_special_tokens": False}
        if sampling.choices:
            fields["response_format"] = _one_of(sampling.choices)
        fields |= self.api.body
        return {name: value for name, value in fields.items() if value not in (None, [])}

    async def ask(self, client: AsyncOpenAI, prompt: Any, fields: dict[str, Any]):
        """Return the server's reply to one request."""
        if self.spec.chats:
            return await client.chat.completions.create(
                model=self.model, messages=prompt, extra_body=fields
            )
        return await client.completions.create(model=self.model, prompt=prompt, extra_body=fields)

    def _stops(self, sampling: Sampling) -> list[str]:
        """Return the texts before which a completion ends."""
        ids = () if self.spec.chats else sampling.stop_ids
        return [*sampling.stop_texts, *filter(None, (self.tokenizer.decode([id]) for id in ids))]

    def _refused(self, request: Request, message: str) -> Completion:
        """Return an empty row in place of a row that cannot be completed, or raise `message`."""
        if self.api.refused == "empty":
            return Completion(request.id, "", "content_filter", 0, 0)
        raise Refused(message) from None

    def _read(self, request: Request, reply, sampling: Sampling) -> Completion:
        """Return a reply's completion, with the server's count of tokens without the last one.

        Without a finish reason the number of tokens decides between `length` and `stop`. A server
        may keep the stop text at the end of its text.
        """
        try:
            choice, usage = reply.choices[0], reply.usage
            thoughts, text = _spoken(choice) if self.spec.chats else ("", choice.text)
            given, tokens = choice.finish_reason, usage.completion_tokens
            read = usage.prompt_tokens if self.spec.chats or self.api.prompt == "text" else None
        except (AttributeError, IndexError, TypeError):
            raise NotACompletion(f"sent no completion: {str(reply)[:200]!r}") from None
        refusal = self.spec.chats and getattr(choice.message, "refusal", None)
        reason = "content_filter" if refusal else REASONS.get(given)
        if given is None and isinstance(tokens, int) and not refusal:
            reason = "length" if tokens >= sampling.max_tokens else "stop"
        said = thoughts or text or tokens or reason == "content_filter"
        if not (reason and isinstance(text, str) and isinstance(tokens, int) and said):
            raise NotACompletion(f"sent no completion: {str(reply)[:200]!r}")
        if self.api.prompt == "text" and read != len(request.prompt):
            raise EngineError(misread(self.spec, request.id, len(request.prompt), read))
        tokens = max(tokens - (reason == "stop"), 0)
        ended = cut(text, self._stops(sampling))
        if ended != text:
            reason = "stop"
            if self.tokenizer:
                tokens = len(self.tokenizer(ended, add_special_tokens=False)["input_ids"])
        chosen = _chosen(ended) if sampling.choices else ended
        return Completion(request.id, thoughts + chosen, reason, tokens, read)


def _spoken(choice) -> tuple[str, str | None]:
    """Return the thoughts that some servers send in a field of their own, and a reply's text.

    A refusal stands in a field of its own, too. It is no text.
    """
    message = choice.message
    thoughts = getattr(message, "reasoning", None) or getattr(message, "reasoning_content", None)
    text = message.content
    text = "" if text is None else text  # cut before its first word, or refused
    return f"<think>{thoughts}</think>" if thoughts else "", text


def _one_of(choices: Sequence[str]) -> dict[str, Any]:
    """Return the `response_format` of a JSON object that holds one of some texts."""
    schema = {
        "type": "object",
        "properties": {CHOICE: {"type": "string", "enum": list(choices)}},
        "required": [CHOICE],
        "additionalProperties": False,
    }
    named = {"name": CHOICE, "strict": True, "schema": schema}
    return {"type": "json_schema", "json_schema": named}


def _chosen(text: str) -> str:
    """Return the text in the JSON object of `_one_of`, and any other text as it is."""
    try:
        return str(json.loads(text)[CHOICE])
    except (ValueError, LookupError, TypeError, RecursionError):
        return text


def refuses(error: Exception) -> bool:
    """Return True if the server refuses the request, not the key or the model."""
    return getattr(error, "status_code", None) in REFUSING


def passes(error: Exception) -> bool:
    """Return True if the same request may succeed later."""
    if isinstance(error, APIStatusError):
        return error.status_code >= 500 or error.status_code in PASSING
    return isinstance(error, (APIConnectionError, TimeoutError, ValueError))


def _pause(error: Exception, attempt: int) -> float:
    """Return the seconds until the next attempt: twice the last, or the server's wish."""
    pause = min(2.0 ** min(attempt, 10), LONGEST_PAUSE) * random.uniform(0.5, 1)
    if isinstance(error, APIStatusError) and (after := error.response.headers.get("retry-after")):
        return max(pause, _seconds(after) + random.random())
    return pause


def _seconds(after: str) -> float:
    """Return the seconds of a Retry-After header, which holds seconds or a date."""
    if re.fullmatch(r"\d+(\.\d+)?", after):
        return float(after)
    try:
        return max(parsedate_to_datetime(after).timestamp() - time.time(), 0)
    except ValueError:
        return 0
