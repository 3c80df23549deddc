"""evalplus' `sanitize`, which extracts the functions that the entry point needs from a text.

evalplus 0.3.1 passes a chat model's whole reply with its fences. The longest run of lines that is
valid Python wins. It passes a completion behind its prompt, with tabs as four blanks.

`longest_block` takes the place of evalplus' search for that block, whose time grows with the cube
of the lines.
"""

import warnings
from functools import lru_cache

import evalplus.sanitize

from warriorcoder.evaluation.benchmarks.longest_block import longest_block


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


evalplus.sanitize.code_extract = lru_cache(1)(longest_block)  # it is called twice for prose
