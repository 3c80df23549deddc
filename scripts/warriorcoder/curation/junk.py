"""Junk filters on mined instructions, before any judge reads them: one reason for each drop.

Not covered: bad instructions, which the difficulty judges find, and without `requests_only`
languages that are written in ASCII.
"""

import re

import polars as pl

from warriorcoder.config.curation import Curation
from warriorcoder.curation import request
from warriorcoder.curation.language import FENCE

# Control tokens that are spelled out as text, and bytes that cannot be decoded.
SPECIAL = re.compile(r"<[|｜][^\s<>|｜]{1,40}[|｜]>|\[/?INST\]|<</?SYS>>|\ufffd")
# Control tokens of other families than the expert's. Outside of code they are no words of a user.
FOREIGN = re.compile(
    r"</?(?:start|end)_of_turn>|</?seed:\w{1,20}>|<(?:im_start|im_end|extra_id_\d+|unused\d+)>"
    r"|<fim_(?:prefix|middle|suffix)>|\[/?(?:SYSTEM_PROMPT|AVAILABLE_TOOLS|THINK)\]|\[gMASK\]"
    r"|^[ \t]*</?(?:think|tool_call)>"
    # In HTML `</s>` closes `<s>`, so that it is a token only at the end of a line's words.
    r"|(?:</s>|<eos>|<bos>)[ \t]*$|[\w.!?)](?:</s>|<eos>)(?!\s*</)",
    re.MULTILINE,
)
STRUCK = re.compile(r"(?<!\A)<s>[^<\n]*</s>|</?\w+[^<>\n]{0,200}>[^<\n]*</s>(?=\s*<)")
INLINE = re.compile(r"`[^`\n]*`")
# Role headers of a template. "User: …" may be a specification and "assistant" a word, so that a
# header counts only at the places where a template writes it.
DEBRIS = re.compile(
    r"^\s*(?:#+\s*)?(?:Assistant|ASSISTANT)\s*:"  # the next turn, anywhere
    r"|^\s*assistant\s*$"
    r"|^\s*###\s*(?:Response|Instruction|Human|User)\b"
    r"|\A\s*(?:user|system|human)\s*$"  # a lone header on top …
    r"|\A\s*(?:User|Human|System|USER|HUMAN|SYSTEM)\s*:"
    r"|^\s*(?:user|system|human|User|Human|System)\s*:?\s*\Z",  # … or at the end
    re.MULTILINE,
)
# The first words of an assistant's answer, with which no user introduces code.
ANSWER = re.compile(
    r"^\W*(?:"
    r"(?:sure|certainly|absolutely|of course)\s*[,!.:]+\s*(?:here|below|let|to|you can|i can)\b"
    r"|here(?:['’]s| is) how you (?:can|could)\b"
    r"|here(?:['’]s| is) (?:a|an|one)(?: \w+){0,3} (?:solution|implementation)\b"
    r")",
    re.IGNORECASE,
)
FIRST_PERSON = re.compile(r"\b(?:my|i['’]ve|i (?:have|had|wrote|tried|made|got|am|was))\b", re.I)


def junk_reason(text: str, finish_reason: str, leaked: bool, spec: Curation) -> str | None:
    """Return the first reason why a mined row is junk, or None.

    The order is truncated, special_token, template_debris, too_short, too_long, not_english,
    answered. With `requests_only` the reasons of `request` stand in the place of not_english.
    """
    text = text.strip()
    if finish_reason != "stop":
        return "truncated"
    of_template = request.unshown(text) if spec.requests_only else text
    if leaked or SPECIAL.search(of_template) or foreign(text):
        return "special_token"
    if DEBRIS.search(of_template):
        return "template_debris"
    if len(text) < spec.min_chars:
        return "too_short"
    if len(text) > spec.max_chars:
        return "too_long"
    if spec.requests_only:
        if reason := request.unasked_reason(text, spec.language):
            return reason
    elif sum(map(str.isascii, text)) < spec.min_ascii_share * len(text):
        return "not_english"
    if answered(text):
        return "answered"
    return None


def foreign(text: str) -> bool:
    """Return True if a text holds another family's control token outside of code and HTML."""
    prose = INLINE.sub("", FENCE.sub("\n", text))
    return bool(FOREIGN.search(STRUCK.sub("", prose)))


def answered(text: str) -> bool:
    """Return True if a user turn holds a fenced solution *and* the prose of an assistant.

    The filter is conservative. Code in a fence alone is a debugging or completion task. A phrase on
    a line about the writer's code ("Here is a solution I tried") is no answer.
    """
    if not any(len(block.split("\n")) > 2 for block in FENCE.findall(text)):
        return False
    prose = FENCE.sub("\n", text)
    return any(ANSWER.search(line) and not FIRST_PERSON.search(line) for line in prose.splitlines())


def junk(mined: pl.DataFrame, spec: Curation) -> pl.Series:
    """Return `junk_reason` of every row of a table `mined`, null for a kept row."""
    columns = mined.select("text", "finish_reason", "leaked").iter_rows()
    reasons = [junk_reason(text, ended, leaked, spec) for text, ended, leaked in columns]
    return pl.Series("reason", reasons, pl.String)
