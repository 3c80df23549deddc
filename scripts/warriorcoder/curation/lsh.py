"""MinHash-LSH: candidate pairs of near-duplicates, at most linear in the number of rows."""

from collections.abc import Iterator

import numpy as np

MISS = 1e-3
# A row meets the first and the last `REACH` rows before it in its bucket. Buckets of ordinary texts
# are smaller, so that all their pairs are candidates. Larger buckets hold many near-duplicates.
REACH = 32


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


def candidates(digests: np.ndarray, threshold: float, reach: int = REACH) -> Iterator[np.ndarray]:
    """Yield the pairs of rows that share a bucket, band by band.

    Args:
        digests: [n, permutations] MinHash values.
        threshold: the similarity of a near-duplicate.
        reach: a row meets at most 2 × `reach` rows in a band.

    Yields:
        [m, 2] row numbers with first < second, sorted by the second and then by the first. A pair
        may come in several bands.
    """
    for band in np.split(digests, bands(digests.shape[1], threshold), axis=1):
        order, place = _buckets(band)
        found = []
        for back in range(1, reach + 1):
            at = np.flatnonzero(place >= back)
            found.append(np.stack([order[at - back], order[at]], axis=1))
        for front in range(reach):
            at = np.flatnonzero(place > reach + front)
            found.append(np.stack([order[at - place[at] + front], order[at]], axis=1))
        pairs = np.concatenate(found)
        yield pairs[np.lexsort((pairs[:, 0], pairs[:, 1]))]


def _buckets(band: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows that share their bucket, bucket by bucket, and the place in the bucket."""
    key = np.zeros(len(band), np.uint64)
    for column in band.T:
        key = (key ^ column) * np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(32)
    order = np.argsort(key, kind="stable")
    opens = np.diff(key[order], prepend=~key[order[:1]]) != 0
    shared = ~opens | ~np.append(opens[1:], True)
    order, opens = order[shared], opens[shared]
    number = np.arange(len(order))
    return order, number - np.maximum.accumulate(np.where(opens, number, 0))
