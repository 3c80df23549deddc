"""Memory and time of curation: `rows` mined texts of 600 characters from file to table.

The script of the rule runs in this process. Run: PYTHONPATH=scripts python THIS [rows]
"""

import os
import resource
import runpy
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import polars as pl

from warriorcoder.core import tables
from warriorcoder.core.seeds import rng
from warriorcoder.mining.tables import MINED

SCRIPT = Path(__file__).parents[2] / "scripts/curate_instructions.py"
CURATION = {
    "min_chars": 20,
    "max_chars": 8000,
    "min_ascii_share": 0.9,
    "near_duplicates": "shingles",
    "shingle_words": 5,
    "permutations": 128,
    "jaccard": 0.7,
}


def mined(first: int, count: int) -> pl.DataFrame:
    """Return rows of about 600 characters. A tenth repeats one of ten texts with a word changed."""
    made = rng("bench", "memory", first)
    drawn = made.zipf(1.2, (count, 100)) % 50_000
    lines = [" ".join(f"w{w:04d}" for w in row) for row in drawn.tolist()]
    for row in range(0, count, 10):
        lines[row] = " ".join(f"s{row // 10 % 10}t{i:02d}" for i in range(99)) + f" {first + row}"
    numbers = range(first, first + count)
    return pl.DataFrame(
        {
            "id": [f"a:t1.0-p1.0:{n:07d}" for n in numbers],
            "row": numbers,
            "text": lines,
            "raw": lines,
        }
    ).with_columns(
        expert=pl.lit("a"),
        sampling=pl.lit("t1.0-p1.0"),
        seed=pl.lit(1),
        model=pl.lit("m"),
        revision=pl.lit("r"),
        prefix_sha256=pl.lit("0" * 64),
        leaked=pl.lit(False),
        finish_reason=pl.lit("stop"),
        n_tokens=pl.lit(150),
    )


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def main(rows: int = 100_000) -> None:
    terminal = os.fdopen(os.dup(1), "w")  # the script sends what is printed to its log
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        parts = (mined(n, min(10_000, rows - n)) for n in range(0, rows, 10_000))
        tables.write_groups(parts, MINED, path / "mined.parquet")
        record = {"curation": CURATION, "seed": 1}
        inputs = SimpleNamespace(mined=[path / "mined.parquet"], get=lambda name, other: other)
        job = SimpleNamespace(
            log=[str(path / "log")],
            params=SimpleNamespace(record=record),
            input=inputs,
            output=SimpleNamespace(table=path / "curated.parquet", funnel=path / "funnel.parquet"),
            wildcards=SimpleNamespace(expert="a"),
        )
        before, begun = peak(), time.process_time()
        runpy.run_path(str(SCRIPT), {"snakemake": job})
        taken = time.process_time() - begun
    print(
        f"{rows} rows: {taken:.0f} s, peak {peak():.2f} GiB, "
        f"{(peak() - before) * 1024**2 / rows:.2f} KiB a row above {before:.2f} GiB",
        file=terminal,
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
