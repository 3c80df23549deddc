"""A few short requests to a server before a run, which find what it refuses.

Not covered: a field that the server accepts and ignores.
"""

import asyncio
from dataclasses import replace

from openai import OpenAIError

from warriorcoder.models.checkup import Finding
from warriorcoder.models.engines import EngineError, Request, Sampling
from warriorcoder.models.engines.failures import quote, unserved
from warriorcoder.models.engines.openai import OpenAIEngine, passes, refuses
from warriorcoder.models.tokenizer import as_text

NEW_TOKENS = 16  # some servers refuse a smaller limit


def probe(engine: OpenAIEngine, request: Request, sampling: Sampling) -> list[Finding]:
    """Return a finding for token ids that the server refuses, and one for the fields.

    Raises:
        EngineError: the server cannot be asked, or it refuses a bare prompt.
    """
    return asyncio.run(_probe(engine, request, replace(sampling, max_tokens=NEW_TOKENS)))


async def _probe(engine: OpenAIEngine, request: Request, sampling: Sampling) -> list[Finding]:
    async with engine.client() as client:

        async def refusal(prompt: list | str | None, fields: dict) -> str:
            """Return the server's words on a request that it refuses, no text if it takes it."""
            try:
                async with asyncio.timeout(engine.api.timeout):
                    await engine.ask(client, prompt, fields)
                return ""
            except (OpenAIError, TimeoutError, ValueError) as error:
                if refuses(error):
                    return quote(error, engine.api, engine.key)
                said = unserved(engine.spec, engine.key, request.id, error, passes(error))
                raise EngineError(said) from None

        prompt, fields = engine.prompt(request), engine.fields(sampling, request.seed)
        together = await refusal(prompt, fields)
        if not together:
            return []
        found, bare = [], {key: fields[key] for key in ("max_tokens",) if key in fields}
        if said := await refusal(prompt, bare):
            text = None if engine.tokenizer is None else as_text(engine.tokenizer, request.prompt)
            if text in (None, prompt) or await refusal(text, bare):
                raise EngineError(f"{engine.api.base_url} refuses a prompt without fields: {said}")
            found.append(Finding(f"the server takes no token ids ({said}). Set api.prompt: text"))
            prompt = text
        single = {name: await refusal(prompt, bare | {name: fields[name]}) for name in fields}
        refused = {name: said for name, said in single.items() if said}
        if refused:
            nulls = ", ".join(f"{name}: null" for name in refused)
            found.append(
                Finding(
                    f"the server refuses the fields {', '.join(refused)} "
                    f"({next(iter(refused.values()))}). Set api.body: {{{nulls}}}"
                )
            )
        elif not found:
            found.append(Finding(f"the server refuses the fields together ({together})"))
        return found
