"""Marks of judgments, such as `[[A]]` or `[[7]]`, in a judge's own words.

A judge repeats texts: code blocks, quoted lines, words in quotes, inline code. A mark in such a
text is the judge's only where the judge gives its verdict in it. So the parser looks for a verdict
line (a mark alone, or behind a label like "Final verdict:") or a decision ("so I pick …") that is
not introduced as the text of somebody else. A decision in quotes counts only if no other mark does.

Every pattern reads a text once, or looks at a bounded number of words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from warriorcoder.models import reasoning

# Quotes and inline code within a line. An inch sign or a lone back-tick opens nothing.
QUOTED = re.compile(
    r"“[^“”\n]*”|(?<!\w)\"(?=\S)[^\"\n]*(?<=\S)\"(?!\w)"
    r"|(?<![`\w])(`{1,3})(?=[^`\s])[^`\n]*(?<=[^`\s])\1(?!`)"
)
QUOTE = re.compile('["“”`]')
WORD = re.compile(r"\w")
OPENS = re.compile(r"^[ \t]*(```+|~~~+)[^\s`]*[ \t]*$")
OPENS_BEHIND_TEXT = re.compile(r"```[^\s`]*[ \t]*$")
CITED = re.compile(r"[ \t]*>[ \t>]*")
PHRASE = re.compile(r"[\w'’]+|[.!?,;:]")

LABELS = (
    "(?:verdict|decision|judge?ment|choice|winner|conclusion|answer|assessment|evaluation|result|"
    "rating|ruling|score|grade|vote|preference|pick|difficulty)"
)
LABEL = re.compile(
    rf"(?:(?:so|thus|therefore|hence|overall|in conclusion|my|the|our|final) )*{LABELS}(?: is)?"
)
REASON = re.compile(r"because|since|as|for|due|given|over|thanks")  # the first word behind a mark
CONDITION = re.compile(r"if|when|unless|or|should|means|stands")
NAMES_IT = re.compile(rf"(?:is|was|would be) (?:my|the|our) (?:\w+ )?{LABELS}")
FIRST_PERSON = re.compile(
    r"\b(?:i|we)(?:['’]\w+)? (?:\w+ ){0,3}?(?:choose|chose|pick|select|prefer|favou?r|vote|go|"
    r"going|opt|decide|conclude|say|give|award|assign|rate|rank|judge|declare|answer|output|write|lean|"
    r"rule|settle|find|like|consider)\b"
)
DECIDES = re.compile(
    r"\b(?:verdict|decision|judge?ment|choice|winner|conclusion|assessment|evaluation|result|rating|"
    r"ruling|score|grade|vote|preference|pick|difficulty|wins?|better|best|superior|stronger|preferable|tied?|equal\w*|deserves?|merits?|"
    r"warrants?|therefore|thus|hence|so|overall|finally)\b"
)
ATTRIBUTES = re.compile(
    r"\b(?:say(?:s|ing)?|said|writ(?:e|es|ing|ten)|wrote|claim\w*|stat(?:es?|ed|ing)|print\w*|"
    r"contain\w*|includ\w*|ends?|ended|ending|begins?|starts?|opens?|assert\w*|order\w*|ask\w*|"
    r"tells?|told|telling|instruct\w*|demand\w*|insist\w*|request\w*|tr(?:y|ies|ied|ying)|trick\w*|"
    r"inject\w*|quot\w*|repeat\w*|return\w*|outputs?|mention\w*|declares|ignor\w*|disregard\w*|puts?|"
    r"wants?|appears?|format|string|text|phrase|line|example|if|when|whether|its|their)\b"
    rf"|\b\w+['’]s (?:\w+ )?{LABELS}\b(?! is better)"
    rf"|\b{LABELS} (?:of|by|from) (?:assistant )?[ab]\b"
)
NEGATED = re.compile(r"\b(?:not|never|cannot|\w+n['’]t)\b")


@dataclass(frozen=True)
class Line:
    """The marks of a line, in order. A line that `decides` holds nothing but a verdict."""

    marks: tuple[str, ...]
    decides: bool


def marked_lines(text: str, mark: re.Pattern) -> list[Line]:
    """Return the lines in which a judge gives marks of its own, without its thoughts.

    Args:
        text: what the judge wrote.
        mark: a pattern whose only group is the name of a mark.
    """
    said: list[Line] = []
    repeated: list[Line] = []
    lead = ""
    for block in _blocks(reasoning.unthought(text).replace("\0", "")):
        if block.prose:
            said += _said(block.lines[0], mark)
            repeated += _decided_in_quotes(block.lines[0], mark)
            lead = block.lines[0] if WORD.search(block.lines[0]) else lead
            continue
        own = (each for line in block.own(lead) for each in _said(line, mark))
        verdicts = [each for each in own if each.decides]
        bare = not any(WORD.search(mark.sub("", line)) for line in block.lines)
        (said if bare else repeated).extend(verdicts)
    return said or repeated


@dataclass(frozen=True)
class _Block:
    """A line of prose, or the lines of a code block or of a quotation without their signs."""

    lines: list[str]
    prose: bool = False
    closed: bool = True

    def own(self, lead: str) -> list[str]:
        """Return the lines that may be the judge's own, in a block behind the line `lead`.

        Behind a blank line of a block that never ends, the judge may have gone on.
        """
        if not _introduces(lead):
            return self.lines
        blank = next((n for n, line in enumerate(self.lines) if not line.strip()), None)
        return [] if self.closed or blank is None else self.lines[blank:]


def _blocks(text: str) -> Iterator[_Block]:
    """Yield the lines of a text, with those of each code block and quotation together."""
    lines = text.splitlines()
    closing = max((n for n, line in enumerate(lines) if line.rstrip().endswith("```")), default=-1)
    fence = ""
    block: list[str] = []
    cited: list[str] = []
    for number, line in enumerate(lines):
        if fence:
            if line.rstrip().endswith(fence):
                yield _Block([*block, line.rstrip().removesuffix(fence)])
                fence, block = "", []
            else:
                block.append(line)
            continue
        if found := CITED.match(line):
            cited.append(line[found.end() :])
            continue
        if cited:
            yield _Block(cited)
            cited = []
        if opens := OPENS.match(line):
            fence = opens[1]
        elif number < closing and (opens := OPENS_BEHIND_TEXT.search(line)):
            fence = "```"
            yield _Block([line[: opens.start()]], prose=True)
        else:
            yield _Block([line], prose=True)
    if cited:
        yield _Block(cited)
    if fence:
        yield _Block(block, closed=False)


def _said(line: str, mark: re.Pattern) -> list[Line]:
    """Return the marks of a line outside of quotes, and on verdict lines in quotes as well."""
    line = QUOTED.sub(lambda quoted: _unquoted(quoted[0], mark), line)
    parts = mark.split(line)  # texts and names of marks in turn
    bare = not any(map(WORD.search, parts[::2]))
    decides = bare or (LABEL.fullmatch(_sentence(parts[0])) and not WORD.search(parts[-1]))
    found = mark.findall(line if decides else re.sub("\0[^\0]*\0", " ", line))
    return [Line(tuple(found), bool(decides))] if found else []


def _decided_in_quotes(line: str, mark: re.Pattern) -> list[Line]:
    """Return the quoted marks of a line with which the judge decides, such as `I pick "[[A]]"`."""
    line = QUOTED.sub(lambda quoted: _unquoted(quoted[0], mark), line)
    parts = re.split("\0([^\0]*)\0", line)
    found = [
        name
        for before, quoted, after in zip(parts[::2], parts[1::2], parts[2::2], strict=False)
        if _decides(before, after)
        for name in mark.findall(quoted)
    ]
    return [Line(tuple(found), True)] if found else []


def _unquoted(quoted: str, mark: re.Pattern) -> str:
    """Return the marks of a quotation between zeros, or nothing if it holds words beside marks."""
    if not mark.search(quoted):
        return quoted
    return " " if WORD.search(mark.sub("", quoted)) else f"\0{QUOTE.sub('', quoted)}\0"


def _decides(before: str, after: str) -> bool:
    """Return True if the words around a quoted mark make it the judge's verdict."""
    behind = " ".join(PHRASE.findall(re.split(r"[.!?]", after, maxsplit=1)[0].lower()))
    first = behind.lstrip(",;: ").partition(" ")[0]
    ahead = before.rstrip(" \t*_(“\"'`")
    if not ahead or ahead[-1] in ".!?":  # the mark begins its sentence
        return not first or bool(NAMES_IT.match(behind))
    if CONDITION.fullmatch(first):
        return False
    sentence, clause = _sentence(before), _clause(before)
    if any(_chooses(words) for words in (clause, sentence)):
        return True
    return (not first or bool(REASON.fullmatch(first))) and any(
        _favours(words, sentence) for words in (clause, sentence)
    )


def _chooses(words: str) -> bool:
    """Return True if words are a label or a choice of the judge's."""
    if NEGATED.search(words):
        return False
    chosen = FIRST_PERSON.sub("", words)
    return bool(LABEL.fullmatch(words)) or (chosen != words and not ATTRIBUTES.search(chosen))


def _favours(words: str, sentence: str) -> bool:
    """Return True if words judge, in a sentence that does not tell what somebody else says."""
    judges = DECIDES.search(words) and not NEGATED.search(words)
    return bool(judges) and not ATTRIBUTES.search(sentence)


def _introduces(lead: str) -> bool:
    """Return True if a line introduces the block behind it as the text of somebody else."""
    words = _sentence(lead)
    if _chooses(words):
        return False
    ends_open = lead.rstrip(" \t*_").endswith(":") and not _favours(words, words)
    return ends_open or bool(ATTRIBUTES.search(words))


def _sentence(text: str) -> str:
    """Return the words of the last sentence that has some, in small letters."""
    return _last(text, ".!?")


def _clause(text: str) -> str:
    """Return the words of the last clause that has some, in small letters."""
    return _last(text, ".!?,;:")


def _last(text: str, ends: str) -> str:
    words: list[str] = []
    for token in reversed(PHRASE.findall(text.lower())):
        if token in ends:
            if words:
                break
        elif WORD.search(token):
            words.append(token)
    return " ".join(reversed(words))
