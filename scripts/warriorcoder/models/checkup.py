"""Checks of an expert before it mines: its template, its tokens, its first samples."""

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from warriorcoder.config.experts import Expert
from warriorcoder.models import reasoning, system_prompt, tokenizer
from warriorcoder.models.chat import Chat

OFTEN = 0.5  # a fault in this share of the samples or more is the rule


@dataclass(frozen=True)
class Finding:
    """One remark on an expert. `wrong` marks a fault that would spoil the expert's rows."""

    text: str
    wrong: bool = True


def examine(chat: Chat, spec: Expert) -> list[Finding]:
    """Return the findings on an expert's template and tokenizer.

    Raises:
        ChatError: the template is unusable.
    """
    found = (_beginning(chat), _header(chat), _ids(chat, spec), _end(chat), _thought(chat, spec))
    return [finding for finding in found if finding]


def read_samples(mined: pl.DataFrame, spec: Expert) -> list[Finding]:
    """Return the findings on the first rows of a table `mined`."""
    faults = {
        "samples have special tokens or marks of thoughts in the text. The user's turn may end "
        "with another mark than the template's": pl.col("leaked"),
        "samples are truncated: the user's turn did not end within mining.max_tokens": pl.col(
            "finish_reason"
        )
        != "stop",
        "samples are empty": pl.col("text") == "",
    }
    found = []
    for says, fault in faults.items():
        if count := mined.select(fault.sum()).item():
            wrong = count >= OFTEN * len(mined)
            found.append(Finding(f"{count} of {len(mined)} {says}", wrong))
    shown = {family for raw in mined["raw"] for family in reasoning.families(raw)}
    if shown and spec.reasoning == "none":
        found.append(Finding(f"samples hold thoughts: set reasoning, maybe to {min(shown)}"))
    return found


def prints_date(chat: Chat) -> bool:
    """Return True if the template prints the date."""
    later = Chat(chat.tokenizer, chat.today + timedelta(days=400), chat.name, chat.ends)
    return any(later.prompt("?", system) != chat.prompt("?", system) for system in (None, "!"))


def placement(chat: Chat) -> str:
    """Return the place of the system prompt in words."""
    if not chat.takes_system:
        return "before the user's text, in the same turn (the template prints no system message)"
    between = chat.before(system_prompt.SYSTEM).rpartition(system_prompt.SYSTEM)[2]
    return "before the user's turn" if between.strip() else "before the user's text, in its turn"


def _beginning(chat: Chat) -> Finding | None:
    bos, token = chat.tokenizer.bos_token_id, chat.tokenizer.bos_token
    prefix = chat.prefix(system_prompt.SYSTEM)
    if bos is None:
        return None
    if prefix[:2] == (bos, bos):
        return Finding(
            f"the conversation begins with {token!r} twice. Remove one from the template"
        )
    if prefix[:1] != (bos,) and chat.tokenizer("x")["input_ids"][0] == bos:
        return Finding(
            f"the tokenizer begins texts with {token!r}, but prompts begin as the template does",
            wrong=False,
        )
    return None


def _header(chat: Chat) -> Finding | None:
    header = opening = _without_thought(chat.opening(system_prompt.SYSTEM)).strip()
    for token in chat.tokenizer.convert_ids_to_tokens(
        list(chat.user_stops(system_prompt.SYSTEM).ids)
    ):
        header = opening.removeprefix(token).strip() or header
    if header and header in chat.before(system_prompt.SYSTEM):
        return Finding(
            f"the prefix holds {header!r}, which opens a reply: the user's turn that follows is "
            "not the conversation's first. Remove that reply from the template"
        )
    return None


def _without_thought(opening: str) -> str:
    for name, marks in reasoning.MARKS.items():
        if reasoning.opened(name, opening):
            return opening.rpartition(marks.opens)[0]
    return opening


def _ids(chat: Chat, spec: Expert) -> Finding | None:
    prefix = chat.prefix(system_prompt.SYSTEM)
    if spec.api and spec.api.prompt == "text":
        if tokenizer.as_text(chat.tokenizer, prefix) is not None:
            return None
        return Finding(
            "no text gives the prefix's ids when it is tokenized again. Set api.prompt: ids, on a "
            "server that takes token ids"
        )
    text = str(chat.tokenizer.decode(list(prefix)))
    again = chat.tokenizer(text, add_special_tokens=False)["input_ids"]
    if tuple(again) == prefix:
        return None
    return Finding(
        f"the prefix's text has other ids when it is tokenized again ({len(again)} for "
        f"{len(prefix)}). The engines get the first ids, never the text",
        wrong=False,
    )


def _end(chat: Chat) -> Finding | None:
    stops = chat.user_stops(system_prompt.SYSTEM)
    if stops.texts:
        return Finding(
            f"no token ends the user's turn: mining stops before {stops.texts[0]!r}", wrong=False
        )
    if chat.opening(system_prompt.SYSTEM).strip():
        return None
    return Finding(
        "nothing ends the user's turn: the template prints no text behind it, so that instructions "
        "run on into replies. Give another template under chat_template"
    )


def _thought(chat: Chat, spec: Expert) -> Finding | None:
    opening, text = chat.opening(system_prompt.SYSTEM), str(chat.tokenizer.chat_template)
    opens = [name for name in reasoning.MARKS if reasoning.opened(name, opening)]
    if spec.reasoning in opens:
        return Finding("the generation prompt opens a thought that replies must close", wrong=False)
    if opens:
        return Finding(
            f"the generation prompt opens a thought and reasoning is {spec.reasoning!r}: thoughts "
            f"would battle and be parsed. Set reasoning: {opens[0]}"
        )
    if spec.reasoning == "none" and (speaks := reasoning.families(text)):
        return Finding(
            f"the template mentions thoughts. If this model reasons, set reasoning: {speaks[0]}",
            wrong=False,
        )
    return None
