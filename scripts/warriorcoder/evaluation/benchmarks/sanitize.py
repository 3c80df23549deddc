"""evalplus' `sanitize`: the functions that the entry point needs, out of a text.

evalplus 0.3.1 gives it a chat model's whole reply, fences and all (the longest run of lines that is
valid Python wins), and a completion behind its prompt, tabs as four blanks.

Its search for the longest block of valid Python tries every pair of lines; here the longest are
tried first, which finds the same block some hundred times sooner.
"""

import ast
import warnings

import evalplus.sanitize


def program(problem: dict, raw: str, style: str) -> str:
    """The program in a model's text, cut at its stops already."""
    if style == "completion":
        raw = f"{problem['prompt'].strip()}\n" + raw.replace("\t", "    ")
    return sanitize(raw, problem["entry_point"])


def sanitize(code: str, entry_point: str) -> str:
    """`code` without what `entry_point` does not need; `code` itself where evalplus gives up."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in model-written strings
        try:
            return evalplus.sanitize.sanitize(code, entry_point)
        except (ValueError, RecursionError):  # null bytes; nesting
            return code


def longest_block(text: str) -> str:
    """evalplus' `code_extract`: most non-blank lines win, then the earliest pair of lines."""
    lines = text.split("\n")
    filled = [0]
    for line in lines:
        filled.append(filled[-1] + bool(line.strip()))
    pairs = [(i, j) for i in range(len(lines)) for j in range(i + 1, len(lines))]
    pairs.sort(key=lambda pair: filled[pair[0]] - filled[pair[1] + 1])
    for i, j in pairs:
        if filled[j + 1] == filled[i]:
            break
        if _valid("\n".join(lines[i : j + 1])):
            return "\n".join(lines[i : j + 1])
    return lines[0]


def _valid(code: str) -> bool:
    try:
        ast.parse(code)
    except (SyntaxError, MemoryError):
        return False
    return True


evalplus.sanitize.code_extract = longest_block
