"""Runs of code tokens that are the same whatever the code's names are."""

import builtins
import keyword
import re
from collections.abc import Iterator

# Docstrings and comments are dropped. Names, other strings, operators and signs are tokens.
TOKEN = re.compile(
    r"\"\"\"[\s\S]*?(?:\"\"\"|\Z)|'''[\s\S]*?(?:'''|\Z)|\#[^\n]*"
    r"|(\.?[^\W\d]\w*|\d[\w.]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
    r"|[-+*/%<>=!&|^~]+|[^\w\s`])"
)
SIGN = re.compile(r"[^\w\s\"'.]")
SPOKEN = frozenset(
    ["and", "as", "for", "from", "if", "in", "is", "not", "or", "with"]
)  # prose, too
KNOWN = frozenset([*keyword.kwlist, *dir(builtins)])


def code_runs(text: str, n: int) -> Iterator[tuple[str, ...]]:
    """Yield the runs of `n` tokens of a text that are code, with numbers for its own names.

    Each name that is no keyword, builtin or attribute becomes its number in the run, by the first
    occurrence. So a run survives any renaming, and says which names are the same. A run is code if
    a quarter of it are signs, a quarter are operators or words of a language, and no half is data.
    """
    tokens = [token for token in TOKEN.findall(text) if token]
    kinds = [_kind(token) for token in tokens]
    for begin in range(len(tokens) - n + 1):
        kind = kinds[begin : begin + n]
        signs = sum(k in "so" for k in kind)
        if 4 * signs < n or 4 * sum(k in "ok" for k in kind) < n or 2 * kind.count("d") > n:
            continue
        numbers: dict[str, str] = {}
        yield tuple(
            numbers.setdefault(token, str(len(numbers)) + "_") if k == "n" else token
            for token, k in zip(tokens[begin : begin + n], kind, strict=True)
        )


def _kind(token: str) -> str:
    """Return o(perator), s(ign), d(ata), k(nown word), w(ord of prose and code) or n(ame)."""
    if SIGN.match(token):
        return "s" if token in "()[]{},:;.?@$\\" else "o"
    if token[0] in "\"'" or token[0].isdigit():
        return "d"
    if token[0] == "." or token in KNOWN:
        return "w" if token in SPOKEN else "k"
    return "n"
