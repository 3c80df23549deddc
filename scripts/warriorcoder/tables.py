"""Parquet tables: declared once, checked when read, written whole, same bytes for same rows."""

import json
import os
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

SCHEMA_VERSION = 1
TEXT, INT, REAL, FLAG = pl.String, pl.Int64, pl.Float64, pl.Boolean

TABLES: dict[str, dict[str, pl.DataType]] = {
    # One mined instruction a row. `raw` keeps special tokens, `text` does not.
    "mined": {
        "id": TEXT,  # {expert}:{sampling}:{row}
        "expert": TEXT,
        "sampling": TEXT,
        "row": INT,
        "seed": INT,
        "model": TEXT,
        "revision": TEXT,
        "prefix_sha256": TEXT,
        "text": TEXT,
        "raw": TEXT,
        "leaked": FLAG,  # a special token stood inside the text
        "finish_reason": TEXT,  # stop | length
        "n_tokens": INT,
    },
    # Instructions that survive junk filters and deduplication. `cluster` is the lowest id of its
    # near-duplicates, `copies` how many mined rows it stands for.
    "curated": {
        "id": TEXT,
        "expert": TEXT,
        "sampling": TEXT,
        "text": TEXT,
        "cluster": TEXT,
        "copies": INT,
    },
    # Why each mined row went on or did not: one row per (stage, reason, sampling).
    "funnel": {"expert": TEXT, "sampling": TEXT, "stage": TEXT, "reason": TEXT, "rows": INT},
    "difficulty": {
        "id": TEXT,
        "judge": TEXT,
        "seed": INT,
        "raw": TEXT,
        "score": INT,  # null where nothing could be parsed
    },
    "embeddings": {"id": TEXT, "embedding": pl.List(pl.Float32)},
    # k-center greedy's choice, in its order: every smaller budget is a prefix.
    "selected": {
        "id": TEXT,
        "expert": TEXT,
        "sampling": TEXT,
        "text": TEXT,
        "cluster": TEXT,
        "difficulty": REAL,
        "rank": INT,
        "radius": REAL,  # covering radius after this pick (cosine distance)
    },
    # Who meets whom on which instruction, for every roster that uses the battle.
    "battles": {
        "id": TEXT,
        "author": TEXT,
        "attacker": TEXT,
        "defender": TEXT,
        "round": INT,
        "rosters": pl.List(TEXT),
    },
    "answers": {
        "id": TEXT,
        "answerer": TEXT,
        "seed": INT,
        "text": TEXT,  # the final answer
        "raw": TEXT,
        "finish_reason": TEXT,
        "n_tokens": INT,
    },
    "votes": {
        "id": TEXT,
        "attacker": TEXT,
        "defender": TEXT,
        "judge": TEXT,
        "shown_first": TEXT,  # the expert whose answer was shown as assistant A's
        "seed": INT,
        "raw": TEXT,
        "verdict": TEXT,  # A | B | Tie | invalid, as the judge wrote it
        "vote": TEXT,  # attacker | defender | tie | invalid
    },
    # One battle a row, in the order in which Elo plays them. `expected` is X_{A>D} (Eq. 3) from
    # each snapshot of the ratings.
    "outcomes": {
        "id": TEXT,
        "attacker": TEXT,
        "defender": TEXT,
        "t_attacker": INT,
        "t_defender": INT,
        "local": REAL,  # x_{A>D} (Eq. 2)
        "result": REAL,  # s
        "expected_final": REAL,
        "expected_online": REAL,
        "expected_permuted": REAL,
    },
    "ratings": {
        "roster": TEXT,
        "expert": TEXT,
        "method": TEXT,  # elo_final | elo_permuted | bradley_terry
        "rating": REAL,
        "low": REAL,
        "high": REAL,
    },
    # One row per (instruction, candidate): the paper's item, long.
    "scored": {
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
    # Raw generations on a benchmark; programs are extracted when scored.
    "samples": {
        "task_id": TEXT,
        "decoding": INT,  # position in the benchmark's `decodings`
        "sample": INT,
        "seed": INT,
        "raw": TEXT,
        "finish_reason": TEXT,
        "n_tokens": INT,
    },
}


class TableError(ValueError):
    """A table that is missing, truncated or not what it should be."""


def write(frame: pl.DataFrame, table: str, path: str | Path, recipe: dict | None = None) -> None:
    """Write `frame` as `table`: declared columns and types; renamed into place when whole.

    `recipe` is what made it (a rule's params): its digest is kept in the file.
    """
    schema = TABLES[table]
    missing = set(schema) - set(frame.columns)
    if missing or set(frame.columns) - set(schema):
        raise TableError(f"{path}: {table} needs columns {list(schema)}, not {frame.columns}")
    arrow = frame.select(pl.col(name).cast(kind) for name, kind in schema.items()).to_arrow()
    write_arrow(arrow, path, table, recipe)


def write_arrow(arrow: pa.Table, path: str | Path, table: str, recipe: dict | None = None) -> None:
    """Write any Arrow table under the name `table`, atomically and reproducibly."""
    from warriorcoder.seeds import digest

    facts = {"table": table, "schema_version": SCHEMA_VERSION, "recipe": digest(recipe)}
    arrow = arrow.replace_schema_metadata({"warriorcoder": json.dumps(facts, sort_keys=True)})
    with atomic(path) as temporary:
        pq.write_table(arrow, temporary, compression="zstd", write_statistics=False)


def read(table: str, *paths: str | Path) -> pl.DataFrame:
    """The rows of one or several files of `table`, in the order of `paths`.

    Raises:
        TableError: a file is missing, truncated or foreign; names file, column and fix.
    """
    schema = TABLES[table]
    frames = [_read(table, schema, Path(path)) for path in paths]
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)


def facts(path: str | Path) -> dict:
    """What a file says of itself: its table, schema version and recipe digest."""
    metadata = pq.read_schema(path).metadata or {}
    return json.loads(metadata.get(b"warriorcoder", b"{}"))


def _read(table: str, schema: dict, path: Path) -> pl.DataFrame:
    fix = f"delete it and run again: rm '{path}'"
    try:
        said = facts(path)
        frame = pl.from_arrow(pq.read_table(path))
    except FileNotFoundError:
        raise TableError(f"{path}: no such file; run the rule that makes it") from None
    except (pa.ArrowException, OSError, ValueError) as error:
        raise TableError(f"{path}: not a whole Parquet file ({error}); {fix}") from None
    if said.get("table") != table:
        raise TableError(f"{path}: holds table {said.get('table')!r}, not {table!r}; {fix}")
    if said["schema_version"] != SCHEMA_VERSION:
        raise TableError(
            f"{path}: schema version {said['schema_version']}, not {SCHEMA_VERSION}; {fix}"
        )
    for name, kind in schema.items():
        if name not in frame.columns:
            raise TableError(f"{path}: column {name!r} is missing; {fix}")
        if frame.schema[name] != kind:
            raise TableError(f"{path}: column {name!r} is {frame.schema[name]}, not {kind}; {fix}")
    return frame.select(list(schema))


class atomic:
    """`with atomic(path) as temporary:` what is written there becomes `path` when whole."""

    def __init__(self, path: str | Path):
        self.path = Path(path)
        self.temporary = self.path.with_name(f".{self.path.name}.{os.getpid()}.tmp")

    def __enter__(self) -> Path:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return self.temporary

    def __exit__(self, kind, *_):
        if kind is None:
            os.replace(self.temporary, self.path)
        else:
            self.temporary.unlink(missing_ok=True)


def write_json(data, path: str | Path) -> None:
    """`data` as readable JSON, atomically."""
    with atomic(path) as temporary:
        temporary.write_text(json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
