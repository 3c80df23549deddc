"""Junk filters on mined instructions (before any judge is paid): one reason for each drop.

Not covered: languages that are written in ASCII, and instructions that are merely bad: those are
the difficulty judges' to find.
"""

import re

import polars as pl

from warriorcoder.config.curation import Curation

# Control tokens that were spelled out as text, and bytes that decoded to nothing.
SPECIAL = re.compile(r"<[|｜][^\s<>|｜]{1,40}[|｜]>|\[/?INST\]|<</?SYS>>|\ufffd")
# Role headers that a template, not a person, writes. "User: …" may be a specification and
# "assistant" a word, so a header counts only where a template would put it.
DEBRIS = re.compile(
    r"^\s*(?:#+\s*)?(?:Assistant|ASSISTANT)\s*:"  # the next turn, anywhere
    r"|^\s*assistant\s*$"
    r"|^\s*###\s*(?:Response|Instruction|Human|User)\b"
    r"|\A\s*(?:user|system|human)\s*$"  # a lone header on top …
    r"|\A\s*(?:User|Human|System|USER|HUMAN|SYSTEM)\s*:"
    r"|^\s*(?:user|system|human|User|Human|System)\s*:?\s*\Z",  # … or at the end
    re.MULTILINE,
)
FENCE = re.compile(r"^```[^\n]*\n(.*?)(?:^```|\Z)", re.MULTILINE | re.DOTALL)
# How an assistant begins; nobody hands in their own code with these words.
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
    """Why a mined row is junk, or None: the first reason that holds, in this order.

    truncated, special_token, template_debris, too_short, too_long, not_english, answered.
    """
    text = text.strip()
    if finish_reason != "stop":
        return "truncated"
    if leaked or SPECIAL.search(text):
        return "special_token"
    if DEBRIS.search(text):
        return "template_debris"
    if len(text) < spec.min_chars:
        return "too_short"
    if len(text) > spec.max_chars:
        return "too_long"
    if sum(map(str.isascii, text)) < spec.min_ascii_share * len(text):
        return "not_english"
    if answered(text):
        return "answered"
    return None


def answered(text: str) -> bool:
    """True where a user turn holds a fenced solution *and* the prose of an assistant around it.

    Conservative: code in a fence alone is a debugging or completion task, and a phrase on a line
    that speaks of the writer's own code ("Here is a solution I tried") is no answer.
    """
    if not any(len(block.split("\n")) > 2 for block in FENCE.findall(text)):
        return False
    prose = FENCE.sub("\n", text)
    return any(ANSWER.search(line) and not FIRST_PERSON.search(line) for line in prose.splitlines())


def junk(mined: pl.DataFrame, spec: Curation) -> pl.Series:
    """`junk_reason` of every row of a table `mined`; null where the row is kept."""
    columns = mined.select("text", "finish_reason", "leaked").iter_rows()
    return pl.Series("reason", [junk_reason(*row, spec) for row in columns], pl.String)
