"""Wordings of instructions: the words, the shingles, and their similarity.

`curation.near_duplicates` names one of two measures. `shingles` compares runs of words with their
punctuation. `requests` compares what is left without punctuation and without the words of
`neutral.WEIGHTLESS`, with one word for all of its `neutral.SYNONYMS`. There the length of a shingle
grows with the text, and two texts that differ in any other word are near-duplicates only if they
are long and the word is neither a number nor one of `neutral.CONTRASTS`.

Not covered: requests in other languages than English, and words that are missing in `neutral`.
"""

import re
import unicodedata
from collections import Counter

from warriorcoder.curation.neutral import CONTRASTS, SYNONYMS, WEIGHTLESS

# Names of languages, words, and the operators between two operands.
TOKEN = re.compile(
    r"\b[cf]#|\bc\+\+|\w+|(?<=\w)[<>=!+*%&|^~]+(?=\w)|(?<=[\w)\]] )[-+*/%<>=!&|^~]+(?= [\w(\[])"
    r"|(?<!\w)-(?=\d)"
)
LONG = 25  # tokens for each word in which two texts may differ


def words(text: str) -> list[str]:
    """Return the words of `text`, in Unicode NFKC, case-folded, with their punctuation."""
    return unicodedata.normalize("NFKC", text).casefold().split()


def tokens(text: str) -> list[str]:
    """Return the words of a request that carry its meaning, one word for all synonyms.

    A text without such words keeps all its words.
    """
    found = TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())
    return [_class(word) for word in found if word not in WEIGHTLESS] or words(text)


def _class(word: str) -> str:
    """Return the first synonym of a word, or the word, without a plural's s."""
    one = word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] not in "sui" else word
    return SYNONYMS.get(word) or SYNONYMS.get(one, one)


def shingles(text: list[str], n: int) -> frozenset[str]:
    """Return all runs of `n` words. A shorter text is one shingle."""
    return frozenset(" ".join(text[i : i + n]) for i in range(max(1, len(text) - n + 1)))


def scaled(text: list[str], n: int) -> frozenset[str]:
    """Return all runs of a fifth of the words, at least of 2 and at most of `n`."""
    return shingles(text, min(n, max(2, -(-len(text) // 5))))


def jaccard(a: frozenset, b: frozenset) -> float:
    """Return |a ∩ b| / |a ∪ b| of two sets that are not empty."""
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared)


def same_request(a: list[str], b: list[str]) -> bool:
    """Return True if the tokens of two similar texts differ in no word that matters."""
    one, other = Counter(a), Counter(b)
    lost, won = one - other, other - one
    if max(lost.total(), won.total()) > min(len(a), len(b)) // LONG:
        return False
    return not any(word in CONTRASTS or not word.isalpha() for word in (*lost, *won))
