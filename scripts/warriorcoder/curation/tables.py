"""Tables of the curation stage."""

import polars as pl

from warriorcoder.core.tables import INT, REAL, TEXT, Table

# Instructions that survive junk filters and deduplication. `cluster` is the lowest id of its
# near-duplicates, `copies` the number of mined rows in the cluster.
CURATED = Table(
    "curated",
    {
        "id": TEXT,
        "expert": TEXT,
        "sampling": TEXT,
        "text": TEXT,
        "cluster": TEXT,
        "copies": INT,
    },
)
# Counts of kept and dropped mined rows: one row per (stage, reason, sampling).
FUNNEL = Table(
    "funnel",
    {"expert": TEXT, "sampling": TEXT, "stage": TEXT, "reason": TEXT, "rows": INT},
)
# A few dropped rows of each stage and reason.
DROPPED = Table(
    "dropped",
    {"stage": TEXT, "reason": TEXT, "expert": TEXT, "id": TEXT, "text": TEXT},
)
DIFFICULTY = Table(
    "difficulty",
    {
        "id": TEXT,
        "judge": TEXT,
        "seed": INT,
        "raw": TEXT,
        "again": TEXT,  # as in `votes`
        "score": INT,  # null if no score could be parsed
        "finish_reason": TEXT,  # as in `answers`
        "n_tokens": INT,
    },
)
EMBEDDINGS = Table(
    "embeddings",
    {"id": TEXT, "embedding": pl.List(pl.Float32)},
)
# The choice of k-center greedy, in order, so that every smaller budget is a prefix.
SELECTED = Table(
    "selected",
    {
        "id": TEXT,
        "expert": TEXT,
        "sampling": TEXT,
        "text": TEXT,
        "cluster": TEXT,
        "difficulty": REAL,
        "rank": INT,
        "radius": REAL,  # covering radius after this pick (cosine distance)
    },
)
