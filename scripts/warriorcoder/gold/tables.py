"""Table of the gold stage."""

from warriorcoder.core.tables import FLAG, INT, REAL, TEXT, Table

# One row per (instruction, candidate): the paper's item, long.
SCORED = Table(
    "scored",
    {
        "id": TEXT,
        "author": TEXT,
        "instruction": TEXT,
        "candidate": TEXT,
        "answer": TEXT,
        "n_tokens": INT,
        "battles": INT,
        "local": REAL,  # mean x over its battles (Eq. 2)
        "expected": REAL,  # mean X over its battles (Eq. 3)
        "score": REAL,  # e (Eq. 5)
        "gold": FLAG,
    },
)
