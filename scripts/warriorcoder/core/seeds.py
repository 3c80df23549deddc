"""Stable hashes: the only source of randomness and of cache keys.

A seed is a hash of what it belongs to (expert, sampling config, row number, …), so cutting the
work into other parts, or adding work, changes no old draw.
"""

import hashlib
import json

import numpy as np


def digest(*parts) -> str:
    """64 hex digits that depend on the JSON form of `parts` and on nothing else."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def seed(*parts) -> int:
    """A seed in [0, 2**63): the first 63 bits of `digest`."""
    return int(digest(*parts)[:16], 16) >> 1


def rng(*parts) -> np.random.Generator:
    """A generator that belongs to `parts`."""
    return np.random.Generator(np.random.PCG64(seed(*parts)))
