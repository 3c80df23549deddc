"""Stable hashes, the only source of seeds and cache keys.

A seed is a hash of the names of the draw (expert, sampling config, row number, …). Splitting the
work differently or adding work therefore changes no existing draw.
"""

import hashlib
import json

import numpy as np


def digest(*parts) -> str:
    """Return the SHA-256 of the JSON form of `parts`, as 64 hex digits."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def seed(*parts) -> int:
    """Return a seed in [0, 2**63), the first 63 bits of `digest`."""
    return int(digest(*parts)[:16], 16) >> 1


def rng(*parts) -> np.random.Generator:
    """Return a generator seeded with `seed(*parts)`."""
    return np.random.Generator(np.random.PCG64(seed(*parts)))
