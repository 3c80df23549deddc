"""Exact and near-duplicates (paper 3.2, step 2), prefix-stable over the append-only expert list.

Near-duplicates are connected components of pairs. MinHash-LSH over word shingles finds candidate
pairs, and the exact Jaccard similarity verifies each one. LSH may miss a pair at the threshold with
a probability below `MISS`. It never adds a pair.
"""

import unicodedata
from functools import lru_cache

import polars as pl
from rensa import RMinHash, RMinHashLSH
from scipy.cluster.hierarchy import DisjointSet

from warriorcoder.config.curation import Curation
from warriorcoder.core.seeds import seed

MISS = 1e-3


def words(text: str) -> list[str]:
    """Return the words of `text`, in Unicode NFKC, case-folded, with their punctuation."""
    return unicodedata.normalize("NFKC", text).casefold().split()


def shingles(text: list[str], n: int) -> frozenset[str]:
    """Return all runs of `n` words. A shorter text is one shingle."""
    return frozenset(" ".join(text[i : i + n]) for i in range(max(1, len(text) - n + 1)))


def jaccard(a: frozenset, b: frozenset) -> float:
    """Return |a ∩ b| / |a ∪ b| of two sets that are not empty."""
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared)


def bands(permutations: int, threshold: float) -> int:
    """Return the smallest number of LSH bands that miss a pair with probability below `MISS`.

    A pair of similarity s shares no band with probability (1 − s^r)^b, with r = permutations / b.
    The pair in question has the similarity `threshold`.
    """
    divisors = [b for b in range(1, permutations + 1) if permutations % b == 0]
    for b in divisors:
        if (1 - threshold ** (permutations // b)) ** b < MISS:
            return b
    return permutations


def deduplicate(
    rows: pl.DataFrame, earlier: pl.DataFrame, curation: Curation, run_seed: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split one expert's `rows` into representatives of clusters and their duplicates.

    The canonical order is the order of the rows, behind all of `earlier`. The first row of a
    connected component survives. If an earlier expert wrote it, none of `rows` survives.

    Args:
        rows: columns id, text.
        earlier: columns id, text of the curated instructions of earlier experts.
        curation: the shingles, the permutations of MinHash, and the smallest Jaccard similarity
            of near-duplicates.
        run_seed: the seed of the run.

    Returns:
        kept (id, cluster = id, copies = number of rows in the cluster) and dropped (id, reason =
        `exact_duplicate` | `near_duplicate`, cluster = id of the survivor), in order.
    """
    ids = [*earlier["id"], *rows["id"]]
    texts = [words(text) for text in (*earlier["text"], *rows["text"])]
    first: dict[tuple, int] = {}
    same = [first.setdefault(tuple(text), i) for i, text in enumerate(texts)]
    survivor = _survivors(
        texts, list(first.values()), len(earlier), curation, seed("dedup", run_seed)
    )
    kept: dict[int, int] = {}
    dropped: list[tuple[str, str, str]] = []
    for i in range(len(earlier), len(ids)):
        head = survivor[same[i]]
        if head == i:
            kept[i] = 1
            continue
        if head in kept:
            kept[head] += 1
        reason = "near_duplicate" if same[i] == i else "exact_duplicate"
        dropped.append((ids[i], reason, ids[head]))
    names = [ids[i] for i in kept]
    return (
        pl.DataFrame(
            {"id": names, "cluster": names, "copies": list(kept.values())},
            schema={"id": pl.String, "cluster": pl.String, "copies": pl.Int64},
        ),
        pl.DataFrame(
            dropped,
            schema={"id": pl.String, "reason": pl.String, "cluster": pl.String},
            orient="row",
        ),
    )


def _survivors(
    texts: list[list[str]],
    nodes: list[int],
    settled: int,
    curation: Curation,
    hash_seed: int,
) -> dict[int, int]:
    """Return the first node of each node's component.

    Nodes below `settled` are not compared with each other, since earlier runs found them different.
    """
    n, permutations, threshold = curation.shingle_words, curation.permutations, curation.jaccard

    @lru_cache(maxsize=200_000)
    def grams(node: int) -> frozenset[str]:
        return shingles(texts[node], n)

    sketches = RMinHash.from_token_sets(
        (list(shingles(texts[node], n)) for node in nodes), permutations, hash_seed
    )
    index = RMinHashLSH(threshold, permutations, bands(permutations, threshold))
    index.insert_many(sketches)
    components = DisjointSet(nodes)
    for node, sketch in zip(nodes, sketches, strict=True):
        if node < settled:
            continue
        for other in sorted(nodes[key] for key in index.query(sketch)):
            if other >= node:
                break
            if components.connected(node, other):
                continue
            if jaccard(grams(node), grams(other)) >= threshold:
                components.merge(node, other)
    heads: dict[int, int] = {}
    return {node: heads.setdefault(components[node], node) for node in nodes}
