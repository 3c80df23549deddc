"""The natural language of a text's prose (py3langid: naive Bayes over byte n-grams)."""

import re
from functools import cache

from warriorcoder.core.inputs import FileError

FENCE = re.compile(r"^```[^\n]*\n(.*?)(?:^```|\Z)", re.MULTILINE | re.DOTALL)
ASIDE = re.compile(
    r"`[^`\n]*`|https?://\S+|\"[^\"\n]*\"|(?<!\w)'[^'\n]*'(?!\w)"
    r"|“[^“”\n]*”|«[^«»\n]*»|‘[^‘’\n]*’"
)
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
SYMBOLS = frozenset("{}()[];=<>_\\/|$#@*+:%&^~")
# Latin is filler text, and Pidgin shares its words with English. `zxx` is a text in no language.
NEVER = {"la", "pcm"}
LEAST = 4  # words
CHARS = 2000  # of a long text
# A text is in another language if that has at least the first probability, and the wanted one less
# than the second.
SURE, DOUBT = 0.5, 0.05


def prose(text: str) -> list[str]:
    """Return the words of a text's sentences, without code, links, quotes and single letters."""
    lines = ASIDE.sub(" ", FENCE.sub("\n", text)).splitlines()
    words = [WORD.findall(line) for line in lines]
    return [
        word
        for line, found in zip(lines, words, strict=True)
        if (n := _length(found)) >= 3 and 2 * sum(letter in SYMBOLS for letter in line) <= n
        for word in found
        if len(word) > 1
    ]


def speaks(text: str, language: str) -> bool:
    """Return False if the prose of a text is in another language than `language`.

    Args:
        text: an instruction. Fewer than four words of prose are of any language.
        language: ISO 639 code.

    Raises:
        FileError: the detector does not know `language`.
    """
    words = prose(text)
    if _length(words) < LEAST:
        return True
    detector = _detector()
    if language not in detector.labels:
        raise FileError(f"curation.language: {language!r} is none of {sorted(detector.labels)}")
    ranked = detector.rank(" ".join(words)[:CHARS])
    return ranked[0][1] < SURE or dict(ranked)[language] >= DOUBT


def _length(words: list[str]) -> float:
    """Return the number of words. Two letters of a script without blanks count as one."""
    return sum(1 if word.isascii() else max(1, len(word) / 2) for word in words)


@cache
def _detector():
    from py3langid import langid

    detector = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    detector.set_languages(sorted(set(detector.labels) - NEVER))
    return detector
