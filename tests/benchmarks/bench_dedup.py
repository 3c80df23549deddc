"""Near-deduplication: ours (rensa's MinHash-LSH, verified) against comparing all pairs.

Same texts, same process, same clusters. Run: PYTHONPATH=scripts python THIS [n larger_n]
"""

import sys
import time

import polars as pl
from scipy.cluster.hierarchy import DisjointSet

from warriorcoder.config.curation import Curation
from warriorcoder.core.seeds import rng
from warriorcoder.curation.dedup import deduplicate
from warriorcoder.curation.wording import jaccard, shingles, words

N, PERMUTATIONS, THRESHOLD = 5, 128, 0.7


def corpus(n: int) -> pl.DataFrame:
    """`n` texts of 20-60 words; a third repeats an earlier one with a few words changed."""
    made = rng("bench", "dedup")
    texts: list[list[str]] = []
    for _ in range(n):
        if texts and made.random() < 1 / 3:
            text = list(texts[made.integers(len(texts))])
            for _ in range(made.integers(0, 4)):
                text[made.integers(len(text))] = f"w{made.integers(5000)}"
        else:
            text = [f"w{w}" for w in made.zipf(1.3, made.integers(20, 60)) % 5000]
        texts.append(text)
    return pl.DataFrame({"id": [f"{i:07d}" for i in range(n)], "text": map(" ".join, texts)})


def all_pairs(rows: pl.DataFrame) -> dict[str, str]:
    """id → id of its survivor, from every pair's exact Jaccard similarity."""
    ids = rows["id"].to_list()
    sets = [shingles(words(text), N) for text in rows["text"]]
    components = DisjointSet(range(len(ids)))
    for i in range(len(ids)):
        for j in range(i):
            if jaccard(sets[i], sets[j]) >= THRESHOLD:
                components.merge(i, j)
    heads: dict[int, int] = {}
    return {ids[i]: ids[heads.setdefault(components[i], i)] for i in range(len(ids))}


def ours(rows: pl.DataFrame) -> dict[str, str]:
    keys = {
        "near_duplicates": "shingles",
        "shingle_words": N,
        "permutations": PERMUTATIONS,
        "jaccard": THRESHOLD,
    }
    kept, dropped = deduplicate(rows, rows.clear(), Curation.recorded(keys), run_seed=1)
    clusters = pl.concat([kept.select("id", "cluster"), dropped.select("id", "cluster")])
    return dict(clusters.rows())


def timed(function, rows: pl.DataFrame) -> tuple[dict, float]:
    begun = time.process_time()
    return function(rows), time.process_time() - begun


def main(n: int = 4_000, larger: int = 50_000) -> None:
    rows = corpus(n)
    expected, slow = timed(all_pairs, rows)
    found, fast = timed(ours, rows)
    assert found == expected, "the clusters differ"
    print(f"n = {n}: all pairs {slow:.2f} CPU s, ours {fast:.2f} CPU s: {slow / fast:.0f} x")
    _, fast = timed(ours, corpus(larger))
    print(
        f"n = {larger}: ours {fast:.2f} CPU s; all pairs would take {slow * (larger / n) ** 2:.0f}"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
