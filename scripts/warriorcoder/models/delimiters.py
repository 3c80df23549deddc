"""Removal of Table 7's block marks, so that an answer can neither close its block nor open another.

A mark is recognised by its letters alone. Case, spaces, line breaks, quotes, zero-width characters,
look-alike letters and the kind of square brackets do not matter. The mark loses its brackets. The
rest of the text keeps every character.

Not covered: orders in plain words, which no delimiter can stop.
"""

import re
import unicodedata

OPENING, CLOSING = "[⁅⟦〚【〔〖❲", "]⁆⟧〛】〕〗❳"
# Letters of other scripts, and digits, that pass for Latin ones.
LOOKALIKES = dict(
    zip(
        "авеікмнорстухѕјԁһӏԛԝԍүαεικνορτυχβγηϲꭺ013457",
        "abeikmhopctyxsjdhlqwgyaeikvoptuxbynca" + "oieast",
        strict=True,
    )
)


STOPS = "\"',_=."  # inside brackets they are signs of a program; only Table 7's apostrophe is not


class _Skeleton(dict):
    """Code point → Latin letters, `[`, `]`, `?` for other letters, `;` for `STOPS`, or nothing."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKD", chr(code)).casefold()
        self[code] = "".join(map(self._reduce, plain))
        return self[code]

    @staticmethod
    def _reduce(character: str) -> str:
        if character in OPENING or character in CLOSING:
            return "[" if character in OPENING else "]"
        character = LOOKALIKES.get(character, character)
        if "a" <= character <= "z":
            return character
        return "?" if character.isalnum() else ";" if character in STOPS else ""


SKELETON = _Skeleton()


def _loose(word: str) -> str:
    """Brackets may open inside of a word."""
    return r"\[*".join(word)


FEW = r"[a-z?\[]{0,9}?"
EDGE = f"(?:{'|'.join(map(_loose, ('start', 'begin', 'end')))}){FEW}{_loose('of')}"
ASSISTANT, ANSWER, QUESTION = map(_loose, ("assistant", "answer", "userquestion"))
CLOSE = r"\]+(?:;?sanswer\]+)?"
# Fewer of the words may be a program's, unless in double brackets.
MARK = re.compile(
    rf"\[+{FEW}{EDGE}{FEW}{ASSISTANT}[a-z?;\[]{{0,16}}?{CLOSE}"
    rf"|\[\[+{FEW}(?:{EDGE}{FEW}{ANSWER}|{ASSISTANT}[a-z?]?;?s?{ANSWER}|{QUESTION})"
    rf"[a-z?]{{0,9}}?\]{CLOSE}"
)


def without(text: str) -> str:
    """Return `text` with the brackets of every mark removed."""
    while found := list(MARK.finditer(text.translate(SKELETON))):
        places = [at for at, character in enumerate(text) for _ in SKELETON[ord(character)]]
        inside = {places[at] for match in found for at in range(*match.span())}
        text = "".join(
            character
            for at, character in enumerate(text)
            if at not in inside or SKELETON[ord(character)] not in ("[", "]")
        )
    return text
