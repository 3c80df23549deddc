"""Parquet tables: declared once, checked when read, written whole, same bytes for same rows."""

import json
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from warriorcoder.core.atomic import atomic

SCHEMA_VERSION = 1
TEXT, INT, REAL, FLAG = pl.String, pl.Int64, pl.Float64, pl.Boolean

TALLIED = {
    "id": TEXT,
    "attacker": TEXT,
    "defender": TEXT,
    "t_attacker": INT,
    "t_defender": INT,
    "votes": INT,  # all that were asked for; 0: x and s are what is expected
    "local": REAL,  # x_{A>D} (Eq. 2)
    "result": REAL,  # s
}
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
        "leaked": FLAG,  # a special token or a mark of thoughts stood inside the text
        "finish_reason": TEXT,  # stop | length | content_filter (servers)
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
        "finish_reason": TEXT,  # as in `answers`
        "n_tokens": INT,
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
        "chance": REAL,  # of being in its round, given the rounds before (arena.budgeted.pairing)
    },
    "answers": {
        "id": TEXT,
        "answerer": TEXT,
        "seed": INT,
        "text": TEXT,  # the final answer
        "raw": TEXT,
        "finish_reason": TEXT,  # stop | length | thought: no final answer was reached
        "n_tokens": INT,
    },
    "votes": {
        "id": TEXT,
        "attacker": TEXT,
        "defender": TEXT,
        "judge": TEXT,
        "shown_first": TEXT,  # the expert whose answer was shown as assistant A's
        "seed": INT,
        "cut_attacker": INT,  # tokens that the judge did not read of an answer too long for it
        "cut_defender": INT,
        "raw": TEXT,
        "verdict": TEXT,  # A | B | Tie | invalid, as the judge wrote it
        "vote": TEXT,  # attacker | defender | tie | invalid
        "finish_reason": TEXT,  # as in `answers`
        "n_tokens": INT,
    },
    # The votes that a round of judging asks for.
    "asked": {"id": TEXT, "attacker": TEXT, "defender": TEXT, "judge": TEXT},
    # Every battle of a roster, judged or not (warriorcoder.arena.budgeted.matchmaking).
    "tallied": TALLIED,
    # One battle a row, in the order in which Elo plays them. `expected` is X_{A>D} (Eq. 3) from
    # each snapshot of the ratings.
    "outcomes": TALLIED
    | {
        "expected_final": REAL,
        "expected_online": REAL,
        "expected_permuted": REAL,
    },
    "ratings": {
        "roster": TEXT,
        "expert": TEXT,
        "method": TEXT,  # elo_final | elo_permuted | bradley_terry | judge_aware
        "rating": REAL,
        "low": REAL,
        "high": REAL,
    },
    # Where Elo ends in each of the random orders behind `elo_permuted`.
    "orders": {"roster": TEXT, "order": INT, "expert": TEXT, "rating": REAL},
    # What judge-aware Bradley-Terry found about the judges, in log-odds (arena.judge_aware).
    "effects": {
        "roster": TEXT,
        "judge": TEXT,
        "effect": TEXT,  # reliability | position | length
        "value": REAL,
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
    # What reference solutions return on a task's inputs, and how long each call takes.
    "ground_truth": {
        "task_id": TEXT,
        "part": TEXT,  # base | plus
        "dataset_sha256": TEXT,
        "evalplus": TEXT,  # its release
        "values": pl.List(TEXT),  # per input: JSON of `sandbox.inside.values.encode`
        "seconds": pl.List(REAL),
    },
}


class TableError(ValueError):
    """A table that is missing, truncated or not what it should be."""


def write(frame: pl.DataFrame, table: str, path: str | Path, record: dict | None = None) -> None:
    """Write `frame` as `table`: declared columns and types; renamed into place when whole.

    `record` is what made it (a rule's params): it is kept in the file.
    """
    write_arrow(_arrow(frame, table, path), path, table, record)


def write_arrow(arrow: pa.Table, path: str | Path, table: str, record: dict | None = None) -> None:
    """Write any Arrow table under the name `table`, atomically and reproducibly."""
    arrow = arrow.replace_schema_metadata(_metadata(table, record))
    with atomic(path) as temporary:
        pq.write_table(arrow, temporary, compression="zstd", write_statistics=False)


def write_groups(
    frames: Iterable[pl.DataFrame], table: str, path: str | Path, record: dict | None = None
) -> None:
    """Write `table` frame by frame, a row group each: only one is in memory at a time."""
    schema = _arrow(pl.DataFrame(schema=TABLES[table]), table, path).schema
    schema = schema.with_metadata(_metadata(table, record))
    options = {"compression": "zstd", "write_statistics": False}
    with atomic(path) as temporary, pq.ParquetWriter(temporary, schema, **options) as writer:
        for frame in frames:
            writer.write_table(_arrow(frame, table, path).replace_schema_metadata(schema.metadata))


class Groups:
    """A file of `table` to be read by row group.

    Raises:
        TableError: as `read`.
    """

    def __init__(self, table: str, path: str | Path):
        self.table, self.path = table, Path(path)
        self.file = _checked(self.path, table, pq.ParquetFile)

    def __len__(self) -> int:
        return self.file.num_row_groups

    def read(self, group: int, columns: list[str] | None = None) -> pl.DataFrame:
        """The rows of one group."""
        columns = columns or list(TABLES[self.table])
        return pl.from_arrow(self.file.read_row_group(group, columns, use_threads=False))


def _arrow(frame: pl.DataFrame, table: str, path: str | Path) -> pa.Table:
    schema = TABLES[table]
    if set(schema) != set(frame.columns):
        raise TableError(f"{path}: {table} needs columns {list(schema)}, not {frame.columns}")
    return frame.select(pl.col(name).cast(kind) for name, kind in schema.items()).to_arrow()


def _metadata(table: str, record: dict | None) -> dict[str, str]:
    said = {"table": table, "schema_version": SCHEMA_VERSION, "record": record}
    return {"warriorcoder": json.dumps(said, sort_keys=True)}


def read(table: str, *paths: str | Path, without: tuple[str, ...] = ()) -> pl.DataFrame:
    """The rows of one or several files of `table`, in the order of `paths`.

    Columns named in `without` are left in the files: `raw` texts are most of their bytes.

    Raises:
        TableError: a file is missing, truncated or foreign; names file, column and fix.
    """
    schema = {name: kind for name, kind in TABLES[table].items() if name not in without}
    frames = [_read(table, schema, Path(path)) for path in paths]
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)


def facts(path: str | Path) -> dict:
    """What a file says of itself: its table, schema version and record."""
    metadata = pq.read_schema(path).metadata or {}
    return json.loads(metadata.get(b"warriorcoder", b"{}"))


def _read(table: str, schema: dict, path: Path) -> pl.DataFrame:
    frame = pl.from_arrow(_checked(path, table, partial(_columns, names=list(schema))))
    for name, kind in schema.items():
        if name not in frame.columns:
            raise TableError(f"{path}: column {name!r} is missing; {_fix(path)}")
        if frame.schema[name] != kind:
            raise TableError(
                f"{path}: column {name!r} is {frame.schema[name]}, not {kind}; {_fix(path)}"
            )
    return frame


def _columns(path: Path, names: list[str]) -> pa.Table:
    """Those columns of a file that it has."""
    file = pq.ParquetFile(path)
    return file.read([name for name in names if name in file.schema_arrow.names])


def _fix(path: Path) -> str:
    return f"delete it and run again: rm '{path}'"


def _checked(path: Path, table: str, reader: Callable):
    """What `reader` makes of a file that is whole and holds `table`."""
    fix = _fix(path)
    try:
        said = facts(path)
        found = reader(path)
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
    return found


def write_json(data: dict, path: str | Path, record: dict | None = None) -> None:
    """`data` as readable JSON, atomically; the `record` that made it is kept under that key."""
    if record is not None:
        data = data | {"record": record}
    with atomic(path) as temporary:
        temporary.write_text(json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
