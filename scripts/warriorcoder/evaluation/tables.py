"""Tables of the evaluation stage: samples and ground truth."""

import polars as pl

from warriorcoder.core.tables import INT, REAL, TEXT, Table

# Generations on a benchmark; programs are extracted when scored. `raw` is the final answer of a
# reasoning model, and the whole text of every other.
SAMPLES = Table(
    "samples",
    {
        "task_id": TEXT,
        "decoding": INT,  # position in the benchmark's `decodings`
        "sample": INT,
        "seed": INT,
        "raw": TEXT,
        "finish_reason": TEXT,
        "n_tokens": INT,
    },
)
# What reference solutions return on a task's inputs, and how long each call takes.
GROUND_TRUTH = Table(
    "ground_truth",
    {
        "task_id": TEXT,
        "part": TEXT,  # base | plus
        "dataset_sha256": TEXT,
        "evalplus": TEXT,  # its release
        "values": pl.List(TEXT),  # per input: JSON of `sandbox.inside.values.encode`
        "seconds": pl.List(REAL),
    },
)
