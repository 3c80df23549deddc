"""Table 4: what the selected instructions ask for, by keyword patterns.

The paper does not say how it assigned its seven categories. Here each instruction gets the first
category whose pattern its prose (code blocks removed) matches, in the order below; what matches
nothing is Code Generation. It is deterministic and needs no model; it knows English requests only,
so its shares are an estimate to set beside the paper's, not a reproduction of its labels.
"""

import re
from collections.abc import Iterable

import polars as pl

from warriorcoder.report import paper
from warriorcoder.report.pages import Page, Table

LANGUAGE = (
    r"(?:java|javascript|js|typescript|c\+\+|c#|go|golang|rust|ruby|php|swift|kotlin|perl|matlab|"
    r"scala|bash|lua|haskell|julia|fortran|cobol|sql|python ?[23]?|vb\.net|c)(?![\w+#])"
)
PIECE = r"(?:code|function|program|script|snippet|method|class|algorithm|query|implementation)s?\b"
THIS = r"(?:this|these|the following|the given|the above|the below|my|following|given)"
WRITE = (
    r"\b(?:writ(?:e|ing)|creat(?:e|ing)|implement(?:ing)?|build(?:ing)?|develop(?:ing)?|generate|"
    r"design(?:ing)?|code (?:up|me|a|an)|make|provide|complete|modify|extend|add|give me|"
    r"i need|i want|how (?:do|can|would|could|should) (?:i|you|we|one)|how to)\b"
)

PATTERNS: list[tuple[str, re.Pattern]] = [
    (name, re.compile(pattern, re.IGNORECASE | re.DOTALL))
    for name, pattern in (
        (
            "Code Transpile",
            rf"\b(?:convert|translate|transpile|port|rewrite|migrate)\b[^.?!]{{0,80}}{PIECE}"
            rf"[^.?!]{{0,60}}\b(?:to|into|in)\s+{LANGUAGE}"
            rf"|\b(?:convert|translate|transpile|port|migrate)\b[^.?!]{{0,60}}\bfrom\s+{LANGUAGE}"
            rf"\s+(?:to|into)\s+{LANGUAGE}",
        ),
        (
            "Code Debugging",
            r"\bdebug|\bbugs?\b|\bbuggy\b|\btraceback\b|\b(?:isn't|not|doesn't|does not|won't) "
            r"work|\bfix(?:ed|ing)?\b|\bwhat(?:'s| is| am i| did i)[^.?!]{0,30}\bwrong\b"
            r"|\b(?:get|gets|getting|got|throws?|throwing|see|seeing)\b[^.?!]{0,40}"
            r"(?:\berror\b|\bexception\b|\w+Error\b)"
            r"|\b(?:find|identify|correct|spot)\b[^.?!]{0,30}"
            r"\b(?:errors?|mistakes?|problems?|issues?)\b|\breturns? the wrong\b"
            r"|\bcan(?:'|’)?t (?:seem to )?(?:get|figure|make)\b|\bkeeps? (?:failing|crashing)\b",
        ),
        (
            "Code Optimization",
            rf"\boptimi[sz](?:e|ing)\b|\bspeed(?:ing)? up\b|\brefactor|\bmore efficient"
            rf"|\bmake\b[^.?!]{{0,60}}\b(?:faster|quicker)\b|\b(?:improve|reduce)\b[^.?!]{{0,60}}"
            rf"\b(?:performance|efficiency|complexity|memory|speed|runtime)\b"
            rf"|\bimprove {THIS} {PIECE}",
        ),
        (
            "Code Reasoning",
            r"\bpredict\b[^.?!]{0,60}\b(?:output|input|result)|\bwhat (?:is|will|would|does|are)"
            r"\b(?!(?: is| are)? the difference)[^.?!]{0,80}\b(?:the output of|the result of|"
            r"outputs?\b|prints?(?:ed)?\b|evaluates? to|returns?\b|be returned)"
            r"|\b(?:which|what) input\b",
        ),
        (
            "Code Analysis",
            rf"\b(?:explain|analy[sz]e|review|describe|understand|summari[sz]e|comment on|document)"
            rf"\b[^.?!]{{0,40}}\b{THIS}\b[^.?!]{{0,30}}{PIECE}"
            rf"|\bwhat does {THIS}[^.?!]{{0,30}}{PIECE}[^.?!]{{0,20}}\bdo\b"
            rf"|\bhow does {THIS}[^.?!]{{0,30}}{PIECE}|\bwalk (?:me )?through\b"
            rf"|\b(?:time|space) complexity of {THIS}",
        ),
        ("Code Generation", WRITE),
        (
            "Theoretical Explanation",
            r"\bwhat (?:is|are|does|do)\b|\bwhat(?:'|’)s\b|\bwh(?:y|en|ich|ere)\b|\bhow (?:do|does|"
            r"is|are|many|much)\b|\bexplain|\bdescribe\b|\bdiscuss\b|\bcompare\b|\bdifferences?\b|"
            r"\bdefin(?:e|ition)\b|\b(?:dis)?advantages?\b|\bconcepts?\b|\bbest practices?\b|"
            r"\btell me about\b|\bis it\b|\bis there\b|\bare there\b|\bdoes python\b",
        ),
    )
]
DEFAULT = "Code Generation"
FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)


def categorise(instruction: str) -> str:
    """Return the category of one instruction (a key of `paper.CATEGORIES`)."""
    prose = FENCE.sub(" ", instruction)
    return next((name for name, pattern in PATTERNS if pattern.search(prose)), DEFAULT)


def shares(instructions: Iterable[str]) -> pl.DataFrame:
    """category, rows, share (%), paper (%), definition; in the paper's order, all seven."""
    found = [categorise(text) for text in instructions]
    rows = [
        (name, n := found.count(name), 100 * n / max(len(found), 1), printed, definition)
        for name, (printed, definition) in paper.CATEGORIES.items()
    ]
    columns = ["category", "rows", "share", "paper", "definition"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def page(shared: pl.DataFrame) -> Page:
    """Return table 4 as a page."""
    frame = shared.rename({"category": "task", "share": "ours (%)", "paper": "paper (%)"})
    return Page(
        "Table 4: tasks of the selected instructions",
        [Table(frame)],
        [
            "Ours: each instruction belongs to the first category whose keyword patterns match its "
            "prose (Transpile, Debugging, Optimization, Reasoning, Analysis, Generation, "
            "Explanation, in this order); what matches none is Code Generation. The paper does not "
            "say how it assigned its categories."
        ],
    )
