"""Final answers of reasoning models, by family.

Only the final answer enters a battle, and only the final answer is searched for a verdict or a
score. The tables keep the raw text beside it. A completion whose thought never ends has no final
answer.
"""

import re
from dataclasses import dataclass
from functools import cache

from warriorcoder.config.experts import Family
from warriorcoder.models.engines import Completion


@dataclass(frozen=True)
class Marks:
    """The marks of a thought. `around` holds those of the final answer, if a family has any."""

    opens: str
    closes: str
    around: tuple[str, str] = ("", "")


MARKS = {
    # DeepSeek-R1, QwQ-32B, Qwen3, GLM-4.5 and later; Hunyuan has <answer> as well.
    "think": Marks("<think>", "</think>", ("<answer>", "</answer>")),
    "magistral": Marks("[THINK]", "[/THINK]"),
    "seed": Marks("<seed:think>", "</seed:think>"),
    "command": Marks(
        "<|START_THINKING|>", "<|END_THINKING|>", ("<|START_RESPONSE|>", "<|END_RESPONSE|>")
    ),
    "open-thoughts": Marks(  # OpenThinker, Sky-T1
        "<|begin_of_thought|>",
        "<|end_of_thought|>",
        ("<|begin_of_solution|>", "<|end_of_solution|>"),
    ),
}
# gpt-oss: the header of each message names its channel.
CHANNEL = re.compile(r"<\|channel\|>(\w+)[^<]*(?:<\|constrain\|>[^<]*)?<\|message\|>")
# QwQ-32B-Preview thinks without marks and puts a heading over its final answer.
HEADING = re.compile(
    r"^[ \t#>*_]*(?:the )?final (?:answer|solution|code|response|verdict)[*_ ]*"
    r"(?:$|:[*_ ]*(?=\S|$))",
    re.IGNORECASE | re.MULTILINE,
)
FENCE = "```"
FENCED = re.compile(r"^[ \t]*```.*?(?:^[ \t]*```[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Reply:
    """A completion, split into final answer and raw text.

    `text` is the final answer, `raw` the whole generated text of `n_tokens` tokens. `finish_reason`
    is `stop` or `length`. It is `thought`, and `text` is empty, if there is no final answer.
    """

    text: str
    raw: str
    finish_reason: str
    n_tokens: int


def heard(completion: Completion, family: Family, opened: bool) -> Reply:
    """Strip the reasoning from a completion and return the final answer."""
    text = final(completion.text, family, opened, completion.finish_reason == "stop")
    reason = "thought" if text is None else completion.finish_reason
    return Reply(text or "", completion.text, reason, completion.n_tokens)


def final(raw: str, family: Family, opened: bool = False, ended: bool = True) -> str | None:
    """Return the final answer in a generated text, or None if there is none.

    Args:
        raw: the generated text.
        family: the marks that the model writes.
        opened: the prompt opened the thought, so that `raw` can only close it.
        ended: the model ended its turn. A text of a family without marks that was cut off before
            the heading of a final answer is still a thought.
    """
    if family in MARKS:
        return _after_marks(raw, MARKS[family], opened)
    if family == "harmony":
        return _final_channel(raw)
    if family == "final-answer":
        return _under_heading(raw, ended)
    return raw


def opened(family: str, opening: str) -> bool:
    """Return True if `opening`, the prompt's text before the reply, opens a thought."""
    marks = MARKS.get(family)
    return marks is not None and opening.rfind(marks.opens) > opening.rfind(marks.closes)


def marks(family: Family) -> tuple[str, ...]:
    """Return the texts that a family writes around thoughts. In a user's turn they are debris."""
    found = MARKS.get(family)
    return (found.opens, found.closes) if found else ()


def families(text: str) -> list[str]:
    """Return the families whose marks stand in a chat template or a generated text."""
    shown = [name for name, one in MARKS.items() if one.opens in text or one.closes in text]
    return shown + (["harmony"] if "<|channel|>" in text else [])


def unthought(text: str) -> str:
    """Return a text without the thoughts of any family with marks, empty if cut inside of one."""
    for marks in MARKS.values():
        if marks.opens in text:
            text = _without_thoughts(text, marks) or ""
    return text


def _after_marks(raw: str, marks: Marks, opened: bool) -> str | None:
    said = _without_thoughts(raw, marks, opened, implied=True)
    if said is None or said == raw:
        return said
    before, after = marks.around
    if before and before in said:
        said = said.partition(before)[2].strip().removesuffix(after)
    return said.strip()


def _without_thoughts(
    raw: str, marks: Marks, opened: bool = False, implied: bool = False
) -> str | None:
    """Return a text without its thoughts, or None if it ends inside of one.

    A text may mention marks: in quotes, in the middle of a sentence, in a code block. A closing
    mark behind an answer is mentioned, too. With inner thoughts the last of their closing marks
    ends the outer one.

    Args:
        raw: the generated text.
        marks: the marks of the family.
        opened: the prompt opened a thought.
        implied: a closing mark before any opening one ends a thought that the prompt opened.
    """
    found = [(each["mark"] or FENCE, *each.span()) for each in _tokens(marks).finditer(raw)]
    kinds = [kind for kind, *_ in found]
    last_fence = max((n for n, kind in enumerate(kinds) if kind == FENCE), default=-1)
    first = next((kind for kind in kinds if kind != FENCE), None)
    thinks = opened or (implied and first == marks.closes)
    pieces, spoken, inner, fenced = [], 0, 0, False
    for place, (kind, start, end) in enumerate(found):
        if kind == FENCE:
            fenced = not thinks and not fenced and place < last_fence
        elif kind == marks.opens and thinks:
            inner += start > 0  # a prompt's opening mark may be repeated
        elif kind == marks.opens and not fenced:
            pieces.append(raw[spoken:start])
            thinks, inner = True, 0
        elif kind == marks.closes and thinks:
            closes_outer = not inner or marks.closes not in kinds[place + 1 : place + 2]
            inner -= not closes_outer
            if closes_outer:
                thinks, spoken = False, end
    return None if thinks else "".join([*pieces, raw[spoken:]])


@cache
def _tokens(marks: Marks) -> re.Pattern:
    """Return the pattern of marks that are not mentioned, and of the lines around code."""
    opens, closes = re.escape(marks.opens), re.escape(marks.closes)
    either = f"(?:{opens}|{closes})"
    mentioned = (
        rf"(?<=[`\"'“‘(]){either}[`\"'”’)]|(?<=[`\"'“‘]){opens}"
        rf"|(?<=\w ){either}(?: [a-z]|[.,;:)](?:\s|\Z))"
    )
    return re.compile(
        rf"(?!{mentioned})(?P<mark>{either})|(?:^|(?<={closes}))[ \t]*```", re.MULTILINE
    )


def _final_channel(raw: str) -> str | None:
    """gpt-oss: the last message of the channel `final`; all of a text without any channel."""
    headers = list(CHANNEL.finditer(raw))
    if not headers:
        return None if "<|channel|>" in raw else raw
    said = [header.end() for header in headers if header[1] == "final"]
    return re.split(r"<\|(?:end|return|start|call)\|>", raw[said[-1] :])[0] if said else None


def _under_heading(raw: str, ended: bool) -> str | None:
    """Return the text under the last heading, outside of code, that has text under it."""
    blanked = FENCED.sub(lambda block: re.sub(r"[^\n]", ".", block[0]), raw)
    for heading in reversed(list(HEADING.finditer(blanked))):
        if raw[heading.end() :].strip(" \n*_"):
            return raw[heading.end() :]
    return raw if ended else None
