"""Tables of the curation stage."""

import polars as pl

from warriorcoder.core.tables import INT, REAL, TEXT, Table

# Instructions that survive junk filters and deduplication. `cluster` is the lowest id of its
# near-duplicates, `copies` how many mined rows it stands for.
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
# Why each mined row went on or did not: one row per (stage, reason, sampling).
FUNNEL = Table(
    "funnel",
    {"expert": TEXT, "sampling": TEXT, "stage": TEXT, "reason": TEXT, "rows": INT},
)
DIFFICULTY = Table(
    "difficulty",
    {
        "id": TEXT,
        "judge": TEXT,
        "seed": INT,
        "raw": TEXT,
        "score": INT,  # null where nothing could be parsed
        "finish_reason": TEXT,  # as in `answers`
        "n_tokens": INT,
    },
)
EMBEDDINGS = Table(
    "embeddings",
    {"id": TEXT, "embedding": pl.List(pl.Float32)},
)
# k-center greedy's choice, in its order: every smaller budget is a prefix.
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
