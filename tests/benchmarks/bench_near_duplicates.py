"""Near-duplicates: neutral and other one-word swaps in real requests, and two bad families.

Both measures (`curation.near_duplicates`) judge the same pairs. Families of near-duplicates, and
of texts just below the threshold, show how the time grows.
Run: PYTHONPATH=scripts:tests python THIS [rows of a family]
"""

import gzip
import json
import re
import sys
import time

import polars as pl
from data import shared

from warriorcoder.config.curation import Curation
from warriorcoder.core.seeds import rng
from warriorcoder.curation.dedup import deduplicate
from warriorcoder.curation.wording import jaccard, same_request, scaled, shingles, tokens, words

KEYS = {"shingle_words": 5, "permutations": 128, "jaccard": 0.7}
NEUTRAL = [
    ("the", "a"), ("a", "the"), ("function", "method"), ("list", "array"), ("create", "write"),
    ("Write", "Develop"), ("given", "provided"), ("calculate", "compute"), ("find", "determine"),
    ("Python", ""), ("returns", "outputs"), ("string", "text"), ("takes", "accepts"),
    ("integers", "numbers"), ("elements", "items"), ("largest", "maximum"), ("that", "which"),
]  # fmt: skip
OTHER = [
    ("maximum", "minimum"), ("ascending", "descending"), ("row", "column"), ("first", "last"),
    ("even", "odd"), ("sum", "product"), ("before", "after"), ("largest", "smallest"),
    ("largest", "second largest"), ("Java", "Python"), ("prime", "perfect"), ("rows", "columns"),
    ("vowels", "consonants"), ("circle", "rectangle"), ("5", "6"), ("string", "integer"),
    ("longest", "shortest"), ("uppercase", "lowercase"), ("add", "remove"), ("all", "no"),
]  # fmt: skip


def requests() -> list[str]:
    """Return the distinct requests of Code Alpaca 2k and GPTeacher, without their inputs."""
    texts = []
    for name in ("code_alpaca_2k", "gpteacher_codegen_instruct"):
        with gzip.open(shared(f"instructions/{name}.json.gz"), "rt") as file:
            texts += [row["instruction"].strip() for row in json.load(file)]
    return list(dict.fromkeys(texts))


def joined(a: str, b: str) -> dict[str, bool]:
    """Return whether each measure joins two texts, without the sampling error of MinHash."""
    n, least = KEYS["shingle_words"], KEYS["jaccard"]
    one, other = tokens(a), tokens(b)
    return {
        "shingles": jaccard(shingles(words(a), n), shingles(words(b), n)) >= least,
        "requests": jaccard(scaled(one, n), scaled(other, n)) >= least and same_request(one, other),
    }


def swaps(texts: list[str], table: list[tuple[str, str]]) -> dict[str, list[tuple[str, str]]]:
    """Return pairs by words of the text. A text is swapped once for each entry that it holds."""
    pairs: dict[str, list] = {"5-9": [], "10-14": [], "15-24": [], "25-": []}
    for text in texts:
        count = len(text.split())
        place = "5-9" if count < 10 else "10-14" if count < 15 else "15-24" if count < 25 else "25-"
        for old, new in table if count >= 5 else ():
            other = re.sub(rf"\b{old}\b ?", f"{new} " if new else "", text, count=1).strip()
            if other != text:
                pairs[place].append((text, other))
    return pairs


def family(n: int, changed: int) -> pl.DataFrame:
    """Return `n` texts that share all but `changed` of their 60 words with one text."""
    made = rng("bench", "family", changed)
    base = [f"w{i}" for i in range(60)]
    texts = []
    for row in range(n):
        text = list(base)
        for place in range(changed):
            text[(made.integers(60) + 7 * place) % 60] = f"x{row}y{place}"
        texts.append(" ".join(text))
    return pl.DataFrame({"id": [f"{i:07d}" for i in range(n)], "text": texts})


def main(n: int = 20_000) -> None:
    texts = requests()
    for name, table in (("neutral", NEUTRAL), ("other program", OTHER)):
        for length, pairs in swaps(texts, table).items():
            found = pl.DataFrame([joined(*pair) for pair in pairs]).mean()
            shares = "".join(
                f"  {measure} {share:6.1%}" for measure, share in found.row(0, named=True).items()
            )
            print(f"{name:14} {length:6} words, {len(pairs):5} pairs joined:{shares}")
    spec = Curation.recorded(KEYS | {"near_duplicates": "shingles"})
    for name, changed in (("near-duplicates", 1), ("just below the threshold", 2)):
        for rows in (n // 4, n // 2, n):
            frame = family(rows, changed)
            begun = time.process_time()
            kept = len(deduplicate(frame, frame.clear(), spec, 1)[0])
            taken = time.process_time() - begun
            print(
                f"{name}: {rows} rows, {kept} kept, {taken:.1f} s, {taken / rows * 1e6:.0f} µs each"
            )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
