"""Verdicts of judges (paper 3.3 and appendices B, C), read from generated text."""

import re

from warriorcoder.models.judgments import marked_lines


def parse_verdict(generated: str, tie_mark: str = "Tie") -> str:
    """Return `A`, `B`, `Tie`, or `invalid`, from the *generated* text alone.

    The verdict is the last mark of the judge's own (`marked_lines`). It is invalid where there is
    none, where the last line with marks has different ones, or where another one stands on a
    verdict line (nothing else on it, or after a label like "Final verdict:").
    """
    lines = marked_lines(generated, re.compile(rf"\[\[(A|B|{tie_mark})\]\]"))
    last = set(lines[-1].marks) if lines else set()
    decided = {mark for line in lines if line.decides for mark in line.marks}
    if len(last) != 1 or not decided <= last:
        return "invalid"
    (verdict,) = last
    return "Tie" if verdict == tie_mark else verdict
