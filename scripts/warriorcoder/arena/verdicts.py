"""Verdicts of judges (paper 3.3 and appendices B, C), read from generated text."""

import re

# What a judge repeats from an answer rather than says: code, quoted words, quoted lines.
REPEATED = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]*`|“[^”\n]*”|\"[^\"\n]*\"|^[ \t]*>[^\n]*$", re.DOTALL | re.MULTILINE
)
WORD, QUOTE = re.compile(r"\w"), re.compile('["“”`]')
LABEL = re.compile(
    r"(?:^|[.!?])\W*(?:(?:so|thus|therefore|hence|overall|in conclusion|my|the|our|final)\W+)*"
    r"(?:verdict|decision|judge?ment|choice|winner|conclusion|answer)(?: is)?\W*$",
    re.IGNORECASE,
)


def parse_verdict(generated: str, tie_mark: str = "Tie") -> str:
    """Return `A`, `B`, `Tie`, or `invalid`, from the *generated* text alone.

    The verdict is the last mark. It is invalid where there is none, where the last line with marks
    has different ones, or where another one stands on a verdict line (nothing else on it, or after
    a label like "Final verdict:"). In code and in quotes a mark counts on verdict lines alone, so
    that a judge may repeat what an answer says.
    """
    mark = re.compile(rf"\[\[(A|B|{tie_mark})\]\]")

    def unquoted(repeated: re.Match) -> str:
        """Marks alone stay, between zeros; everything else that is repeated goes."""
        return " " if WORD.search(mark.sub("", repeated[0])) else QUOTE.sub("\0", repeated[0])

    last: set[str] = set()
    decided: set[str] = set()
    for line in REPEATED.sub(unquoted, generated.replace("\0", "")).splitlines():
        before, after = mark.split(line)[0], mark.split(line)[-1]
        bare = not WORD.search(mark.sub("", line))
        decides = bare or (LABEL.search(before) and not WORD.search(after))
        if found := set(mark.findall(line if decides else re.sub("\0[^\0]*\0", " ", line))):
            last, decided = found, decided | (found if decides else set())
    if len(last) != 1 or not decided <= last:
        return "invalid"
    (verdict,) = last
    return "Tie" if verdict == tie_mark else verdict
