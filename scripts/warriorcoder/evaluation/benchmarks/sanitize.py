"""evalplus' `sanitize`, which extracts the functions that the entry point needs from a text.

evalplus 0.3.1 passes a chat model's whole reply with its fences. The longest run of lines that is
valid Python wins. It passes a completion behind its prompt, with tabs as four blanks.

evalplus tries every pair of lines in its search for the longest block of valid Python. Here the
longest blocks come first, which finds the same block about a hundred times faster.
"""

import ast
import warnings

import evalplus.sanitize


def program(problem: dict, raw: str, style: str) -> str:
    """Return the program in a model's text, which is already cut at its stops."""
    if style == "completion":
        raw = f"{problem['prompt'].strip()}\n" + raw.replace("\t", "    ")
    return sanitize(raw, problem["entry_point"])


def sanitize(code: str, entry_point: str) -> str:
    """Return the part of `code` that `entry_point` needs, or `code` if evalplus gives up."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in model-written strings
        try:
            return evalplus.sanitize.sanitize(code, entry_point)
        except (ValueError, RecursionError):  # null bytes; nesting
            return code


def longest_block(text: str) -> str:
    """Return the block of valid Python with the most non-blank lines, the earliest of equals.

    It replaces evalplus' `code_extract`.
    """
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
