"""A judge's second question, for the mark alone, where its first text holds none (METHOD 19).

The second prompt is the first one, the judge's text, and a turn that asks for one of the marks. The
engine lets the judge write nothing but one of them, and takes the likeliest.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from warriorcoder.models import reasoning
from warriorcoder.models.chat import Chat
from warriorcoder.models.engines import Request
from warriorcoder.models.model import Model
from warriorcoder.models.reasoning import Reply

T = TypeVar("T")
QUESTION = "Your reply holds no decision in the required format. Write only one of these: {}"
ROOM = 16  # tokens of a context for a mark and its end
SILENT = "…"  # in place of an empty text, which some servers refuse


def read(
    model: Model,
    requests: Sequence[Request],
    replies: Sequence[Reply],
    parse: Callable[[str], T],
    missing: T,
    marks: tuple[str, ...],
    max_tokens: int,
) -> tuple[list[T], list[str | None]]:
    """Return what `parse` reads in each reply, and the judge's second texts.

    A reply in which it reads `missing` gets a second text, in which it reads again. The other
    replies have the second text None.

    Args:
        model: the judge.
        requests: the first prompts.
        replies: the judge's reply to each.
        parse: reads the mark of a text.
        missing: the value of a text without a mark.
        marks: the marks to choose from. Without any, no judge is asked again.
        max_tokens: the limit on a server's second text, which may hold thoughts.
    """
    found = [parse(reply.text) for reply in replies]
    again: list[str | None] = [None] * len(found)
    unread = [n for n, value in enumerate(found) if marks and value == missing]
    if not unread:
        return found, again
    question = QUESTION.format(", ".join(marks))
    asked = [_second(model, requests[n], replies[n], question) for n in unread]
    for n, reply in zip(unread, model.choose(asked, marks, max_tokens), strict=True):
        found[n], again[n] = parse(reply.text), reply.text
    return found, again


def _second(model: Model, first: Request, reply: Reply, question: str) -> Request:
    """Return the request for the mark alone.

    It closes a thought that the template opens. It leaves out the end of a text for which the
    context has no room.
    """
    chat, family, id = model.chat, model.spec.reasoning, f"{first.id}|again"
    if not isinstance(chat, Chat):
        said = reply.text.strip() or SILENT
        return replace(first, id=id, prompt=chat.next_prompt(first.prompt, said, question))
    opened = reasoning.opened(family, chat.opening())
    closing = chat.ids(f"{reasoning.MARKS[family].closes}\n\n") if opened else ()
    said = reply.raw.strip() or SILENT
    prompt = chat.next_prompt(first.prompt, said, question)
    if model.context and (over := len(prompt) + len(closing) + ROOM - model.context) > 0:
        said, _ = chat.start(said, max(chat.size(said) - over, 1))
        prompt = chat.next_prompt(first.prompt, said, question)
    return replace(first, id=id, prompt=prompt + closing)
