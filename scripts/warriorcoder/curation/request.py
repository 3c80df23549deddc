"""Texts that are no request to a programmer, by their form (`curation.requests_only`).

The kinds are those that bare templates yield: answers, turns of a dialogue, the assistant's voice,
questions about the model, references to code that is not there, unfinished and repeated text
(after Gopher's and datatrove's filters). Not covered: well-formed requests about other things.
"""

import re
from collections import Counter

from warriorcoder.curation.language import ASIDE, FENCE, WORD, prose, speaks

SHORT = 25  # words of a text that only refers to code, or only asks about the model

MODEL = r"(?:ai|llm|assistant|(?:large )?language model|model)"
ABOUT_MODEL = re.compile(
    r"(?:^|(?<=[.!?])\s+)\W{0,5}(?:(?:hi|hello|hey)(?: there)?\W+)?"
    r"(?:(?:can|could) you tell me,? )?(?:"
    r"(?:what(?:['’]s| is)|tell me) your (?:name|version|(?:knowledge |training )?cut-?off)\b"
    rf"|wh(?:ich|at) (?:{MODEL} )?{MODEL} are you\b"
    r"|who (?:are you(?=[?.!\s]{0,5}\Z)|(?:created|made|trained|developed|built) you)\b"
    rf"|are you (?:an? |the )?(?:{MODEL}|human|robot|chat ?gpt|gpt|llama|qwen|claude|deepseek)\b"
    r"|introduce yourself\b|tell me about yourself\b"
    r")",
    re.IGNORECASE | re.MULTILINE,
)
VOICE = re.compile(
    r"\A\W*(?:"
    r"i(?:['’]m| am) (?:very |so )?sorry,? but (?:i|as)\b|i apologi[sz]e\b"
    r"|i(?:['’]m| am) (?:unable|not able) to\b"
    r"|i (?:cannot|can['’]t) (?:help|assist|provide|fulfill)\b"
    rf"|(?:as|i(?:['’]m| am)) an? {MODEL}\b"
    r"|(?:(?:hi|hello|hey|sure|yes)\W+)?(?:how|what) (?:can|may) i (?:help|assist|do for) you\b"
    r"|feel free to (?:ask|reach)\b|you(?:['’]re| are) welcome\b"
    r")",
    re.IGNORECASE,
)
SOLUTION = re.compile(
    r"\A\W*(?:"
    r"(?:sure|certainly|absolutely|of course|great)\s*[,!.:]+\s*"
    r"(?:here|below|let|to|i(?:['’](?:d|ll)| can))\b"
    r"|here(?:['’]s| is| are) (?:an?|one|the|some|how|my)\b(?! (?:bug|problem|error|task|question))"
    r"|to (?:solve|implement|achieve|accomplish|fix|create|write) (?:this|that|the|it|an?)\b"
    r"[^.?\n]{0,80}[,:]\s*(?:we|you|i|follow|one|it)\b"
    r"|(?:this|the) (?:code|function|program|script|solution) (?:works|uses|takes|defines|above)\b"
    r"|the (?:output|result|answer|solution) (?:of [^.\n]{1,60} )?(?:is|will be|would be)\b"
    r")",
    re.IGNORECASE,
)
ASKS = re.compile(
    r"\?|(?:^|[.!?:]\s+)\W{0,5}(?:please|write|create|implement|fix|explain|how|why|what|find|make|help|give"
    r"|show|convert|rewrite|add|complete|generate|design|build|optimi[sz]e|debug|refactor|can|could)\b"
    r"|\b(?:please|i (?:want|need)|(?:can|could) you|help me|your task|you should)\b",
    re.IGNORECASE | re.MULTILINE,
)
# How code begins, in the languages that experts write most.
CODE = re.compile(
    r"def \w+\(|class \w+ ?[:({]|(?:import|from) [\w.]+(?: import\b|\Z|\n|;)"
    r"|(?:async )?function \w+\(|(?:const|let|var) \w+ ?=|(?:public|private|static|using) \w"
    r"|package \w|#include|<!DOCTYPE|<html"
    r"|(?:SELECT|INSERT INTO|UPDATE|DELETE FROM) \S+ |(?:int|void|bool|string|double) \w+\("
)
COMMENT = re.compile(r"#(?!include)|//|/\*|<!--|--|\"\"\"|'''")
PROGRAM = r"(?:code|function|program|script|snippet|query)"
REFERENCE = re.compile(
    r"\b(?:the|this|that|my|these)\s+(?:following|given|above|attached|provided|below)\s+"
    rf"(?:[\w+#]+\s+){{0,2}}{PROGRAM}\b"
    rf"|\b{PROGRAM}\s+(?:above|below|provided|given)\b"
    r"|\b(?:question|problem|issue|trouble|help)s? (?:about|with|in) (?:my|this|the|some) "
    rf"{PROGRAM}(?=\W{{0,5}}(?:$|[.!?]))",
    re.IGNORECASE | re.MULTILINE,
)
MATERIAL = re.compile(r"[{}()\[\]=<>;_\\|`\"“]|\d|:\s*\S|'\w+'")
# A last line of at least three words that ends with a comma, or with a word that ends no sentence.
UNFINISHED = re.compile(
    r"^[^\w\n]*[^\W\d]+(?: [^\s{}()\[\]=<>;_\\|`]+)+ (?:an?|the|and|or|of|if|in|into|for|from|than"
    r"|by|as|at|whose|your|my|our|their|its|because|which|that|where|to|with|returns?|takes|should"
    r"|will|must|I|we|called|named)\Z"
    r"|^(?:[^\s{}()\[\]=<>;_\\|`\d\"']+ ){2,}[^\W\d]+,\Z",
    re.MULTILINE,
)
HEAD = re.compile(
    r"(?:(user|human|q|question)|bot|chatbot|ai|assistant|model|system|a|answer)\s*:", re.IGNORECASE
)
# Lines that a user shows below a colon, and a token that a user writes about within a sentence.
SHOWN = re.compile(
    r":[ \t]*\n(?!\s*(?:user|human|assistant|system)\s*\n)(?:[^\n]*\S[^\n]*(?:\n|\Z)){2,}",
    re.IGNORECASE,
)
MENTIONED = re.compile(
    r"(?<=[a-z] )(?:<[|｜][^\s<>|｜]{1,40}[|｜]>|\[/?INST\]|\ufffd)(?=[?,.]| [a-z])"
)
TOKEN = re.compile(r"\w+|[^\w\s]")


def unasked_reason(text: str, language: str) -> str | None:
    """Return the first reason why a text is no request in `language`, or None.

    `funnel.KEYS` lists the reasons.
    """
    outside = FENCE.sub("\n", text)
    if repeats(text):
        return "repeated_text"
    if turns(outside) > 1:
        return "several_turns"
    if not speaks(text, language):
        return "other_language"
    if VOICE.search(text):
        return "assistant_voice"
    if len(prose(text)) <= SHORT and ABOUT_MODEL.search(ASIDE.sub(" ", outside)):
        return "about_the_model"
    if not ASKS.search(outside) and (SOLUTION.search(text) or _only_code(text)):
        return "answer"
    if UNFINISHED.search(text):
        return "unfinished"
    if _nothing_given(text):
        return "nothing_given"
    return None


def unshown(text: str) -> str:
    """Return a text without what its writer shows: code, quotes, tokens, lines below a colon."""
    outside = ASIDE.sub(" ", FENCE.sub("\n", text))
    return MENTIONED.sub("", SHOWN.sub(":\n", outside))


def repeats(text: str) -> bool:
    """Return True for a text without words, and for one that repeats few words, tags or lines."""
    tokens = [token.lower() for token in TOKEN.findall(text)]
    words = [token for token in tokens if WORD.fullmatch(token)]
    if not words:
        return True
    (_, most), *_ = Counter(words).most_common(1)
    lines = [line.strip() for line in text.splitlines() if len(WORD.findall(line)) > 2]
    return (
        (len(tokens) >= 12 and len(set(tokens)) <= 6)
        or (len(words) > 8 and most > len(words) / 2)
        or (len(lines) > 4 and len(set(lines)) < len(lines) / 2)
    )


def turns(text: str) -> int:
    """Return the number of a dialogue's turns: headers of a role on top, or below a blank line.

    A header that follows another line is part of a text that the user shows.
    """
    asked: list[bool] = []
    before = ""
    for line in map(str.strip, text.splitlines()):
        head = HEAD.match(line)
        if head and (asked or not before) and asked[-1:] != [bool(head.group(1))]:
            asked.append(bool(head.group(1)))
        before = line
    return len(asked)


def _only_code(text: str) -> bool:
    """Return True for code without a comment, so that nobody asks for anything."""
    return bool(CODE.match(text)) and not COMMENT.search(text)


def _nothing_given(text: str) -> bool:
    """Return True for a short text that refers to code and shows none."""
    found = REFERENCE.search(text)
    if not found or len(WORD.findall(text)) > SHORT or "\n" in text[found.end() :].strip():
        return False
    return not MATERIAL.search(text[: found.start()] + text[found.end() :])
