"""Exact and near-duplicates (paper 3.2, step 2), prefix-stable over the append-only expert list.

Near-duplicates are connected components of pairs. MinHash-LSH over word shingles finds candidate
pairs, and the exact Jaccard similarity verifies each one (and `same_request`, for
`near_duplicates: requests`). LSH may miss a pair at the threshold with a probability below
`lsh.MISS`, and pairs of buckets with more than 2 × `lsh.REACH` rows. It never adds a pair.

A row costs about 1 KB of memory beside its text. Words and shingles are made again where a
candidate pair needs them.
"""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b

import numpy as np
import polars as pl
from rensa import RMinHash

from warriorcoder.config.curation import Curation
from warriorcoder.core.seeds import seed
from warriorcoder.curation import lsh
from warriorcoder.curation.wording import jaccard, same_request, scaled, shingles, tokens, words

CHUNK = 4096  # rows whose words are in memory at a time


def deduplicate(
    rows: pl.DataFrame, earlier: pl.DataFrame, curation: Curation, run_seed: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split one expert's `rows` into representatives of clusters and their duplicates.

    The canonical order is the order of the rows, behind all of `earlier`. The first row of a
    connected component survives. If an earlier expert wrote it, none of `rows` survives.

    Args:
        rows: columns id, text.
        earlier: columns id, text of the curated instructions of earlier experts.
        curation: the measure of near-duplicates, its shingles, the permutations of MinHash, and the
            smallest Jaccard similarity.
        run_seed: the seed of the run.

    Returns:
        kept (id, cluster = id, copies = number of rows in the cluster) and dropped (id, reason =
        `exact_duplicate` | `near_duplicate`, cluster = id of the survivor), in order.
    """
    ids, texts = (pl.concat([earlier[name], rows[name]], rechunk=False) for name in ("id", "text"))
    same, digests = _sketches(texts, curation, seed("dedup", run_seed))
    nodes = np.flatnonzero(same == np.arange(len(same)))
    head = _heads(texts, nodes, digests, int((nodes < len(earlier)).sum()), curation)
    survivor = nodes[head][np.searchsorted(nodes, same)]

    row = np.arange(len(earlier), len(ids))
    own = survivor[len(earlier) :]
    kept = row[own == row]
    lost = row[own != row]
    copies = np.bincount(own, minlength=len(ids))[kept]
    exact = pl.Series(same[lost] != lost)
    names = ids.gather(kept)
    return (
        pl.DataFrame({"id": names, "cluster": names, "copies": copies}),
        pl.select(
            id=ids.gather(lost),
            reason=pl.when(exact)
            .then(pl.lit("exact_duplicate"))
            .otherwise(pl.lit("near_duplicate")),
            cluster=ids.gather(survivor[lost]),
        ),
    )


def _sketches(
    texts: pl.Series, curation: Curation, hash_seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the first row with the words of each row, and MinHash values of such first rows."""
    first: dict[bytes, int] = {}
    same = np.empty(len(texts), np.int64)
    digests = np.empty((len(texts), curation.permutations), np.uint32)
    filled = 0
    for begin in range(0, len(texts), CHUNK):
        fresh = []
        for row, text in enumerate(texts[begin : begin + CHUNK], begin):
            said = words(text)
            key = blake2b(" ".join(said).encode(), digest_size=16).digest()
            same[row] = first.setdefault(key, row)
            if same[row] == row:
                fresh.append(_grams(text, curation))
        made = RMinHash.digests_from_token_sets(map(list, fresh), curation.permutations, hash_seed)
        if made:
            digests[filled : filled + len(made)] = made
            filled += len(made)
    return same, digests[:filled]


def _grams(text: str, curation: Curation) -> frozenset[str]:
    if curation.near_duplicates == "shingles":
        return shingles(words(text), curation.shingle_words)
    return scaled(tokens(text), curation.shingle_words)


def _heads(
    texts: pl.Series, nodes: np.ndarray, digests: np.ndarray, settled: int, curation: Curation
) -> np.ndarray:
    """Return the first node of each node's component. `nodes` are rows of `texts`.

    The first `settled` nodes are not compared with each other, since earlier runs found them
    different.
    """

    @lru_cache(maxsize=4096)
    def grams(node: int) -> frozenset[str]:
        return _grams(texts[int(nodes[node])], curation)

    def near(a: int, b: int) -> bool:
        if jaccard(grams(a), grams(b)) < curation.jaccard:
            return False
        if curation.near_duplicates == "shingles":
            return True
        return same_request(*(tokens(texts[int(nodes[node])]) for node in (a, b)))

    parent = list(range(len(nodes)))

    def head(node: int) -> int:
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node

    for a, b in _fresh_pairs(parent, digests, settled, curation.jaccard):
        one, other = sorted((head(a), head(b)))
        if one != other and near(a, b):
            parent[other] = one
    return np.array([head(node) for node in range(len(nodes))], np.int64)


def _fresh_pairs(
    parent: list[int], digests: np.ndarray, settled: int, threshold: float
) -> Iterator[tuple[int, int]]:
    """Yield each candidate pair once, without pairs that `parent` connects at its band's begin."""
    seen = np.array([-1])  # sorted
    for pairs in lsh.candidates(digests, threshold):
        root = np.array(parent, np.int64)
        while (root[root] != root).any():
            root = root[root]
        fresh = pairs[(pairs[:, 1] >= settled) & (root[pairs[:, 0]] != root[pairs[:, 1]])]
        key = fresh[:, 0] * len(parent) + fresh[:, 1]
        new = seen[np.searchsorted(seen, key, side="right") - 1] != key
        seen = np.sort(np.concatenate([seen, key[new]]))
        yield from zip(*fresh[new].T.tolist(), strict=True)
