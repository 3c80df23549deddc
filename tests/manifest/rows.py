"""Result folders as tables of rows, without the values in which two equal runs differ."""

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import polars as pl

# Files without rows of their own (pattern → reason).
SKIPPED_FILES = {
    "logs/*": "logs hold times and costs",
    "checkpoints/.*": "unfinished",
    "checkpoints/*/COMPLETED": "digests of code; the weights are compared",
    "checkpoints/*.json": "digests of code, and copies of the base model's files",
    "checkpoints/*.jinja": "copies of the base model's files",
    "checkpoints/*/README.md": "prose; its recipe is the config's",
    "gold/*/README.md": "prose; its counts are in diagnostics.json",
    "report/costs.csv": "seconds and memory of each rule",
    "report/start.rst": "the answer, which shows the tables",
    "report/battles/*": "pages show the tables",
    "*.html": "pages show the tables and hold digests of code",
    "*.svg": "figures show the tables and hold digests of code",
}
# Columns of Parquet tables (pattern → column → reason).
SKIPPED_COLUMNS = {
    "ground_truth/*": {"seconds": "the time that each call took"},
}
# Keys of JSON files, at any depth (key → reason).
SKIPPED_KEYS = {
    "record": "digests of code",
    "recipe": "the record in results of version 0.1",
    "seconds": "wall time",
    "cpu_seconds": "processor time",
    "slowdown": "the speed of this machine",
    "load": "the load of this machine",
    "model_loads": "depends on the rows that the row cache held",
    "generated_rows": "depends on the rows that the row cache held",
    "reused_rows": "depends on the rows that the row cache held",
}
# Columns that may name a row, the most telling first.
KEYS = (
    "id task_id path line roster author expert attacker defender answerer candidate "
    "rejected_expert judge model sampling stage reason method effect order decoding sample metric "
    "part"
).split()


def tables(results: Path) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield (name, rows) of every table in a result folder, sorted by name.

    Parquet and CSV files are tables. A JSON file is a table of its values and their paths, a text
    file one of its lines, weights one of their tensors' hashes. The statuses in a benchmark's
    `results.json` are a table of their own.
    """
    for path in sorted(path for path in results.rglob("*") if path.is_file()):
        name = path.relative_to(results).as_posix()
        if any(fnmatch(name, pattern) for pattern in SKIPPED_FILES):
            continue
        if path.suffix == ".json":
            yield from _documents(name, json.loads(path.read_text()))
        elif path.suffix == ".parquet":
            yield name, pl.read_parquet(path).drop(_skipped_columns(name), strict=False)
        elif path.suffix == ".csv":
            yield name, pl.read_csv(path, infer_schema=False)
        elif path.suffix == ".safetensors":
            yield name, _tensors(path.read_bytes())
        else:
            yield name, _lines(path)


def _skipped_columns(name: str) -> list[str]:
    return [
        column
        for pattern, columns in SKIPPED_COLUMNS.items()
        if fnmatch(name, pattern)
        for column in columns
    ]


def _lines(path: Path) -> pl.DataFrame:
    lines = path.read_text().splitlines()
    return pl.DataFrame({"line": range(1, len(lines) + 1), "text": lines})


def _tensors(file: bytes) -> pl.DataFrame:
    size = int.from_bytes(file[:8], "little")
    header, data = json.loads(file[8 : 8 + size]), memoryview(file)[8 + size :]
    header.pop("__metadata__", None)
    rows = [
        (name, each["dtype"], str(each["shape"]), hashlib.sha256(data[slice(*place)]).hexdigest())
        for name, each in sorted(header.items())
        for place in [each["data_offsets"]]
    ]
    columns = ["path", "dtype", "shape", "sha256"]
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def _documents(name: str, document: dict) -> Iterator[tuple[str, pl.DataFrame]]:
    tasks = document.pop("per_task", None)
    leaves = [(path, encoded(value)) for path, value in _leaves(document)]
    yield name, pl.DataFrame(leaves, schema={"path": pl.String, "value": pl.String}, orient="row")
    if tasks is not None:
        yield f"{name}: statuses", _statuses(tasks)


def _leaves(value, path: str = "") -> Iterator[tuple[str, object]]:
    """Yield (dotted path, value) of everything in a JSON document that holds nothing else."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            if key not in SKIPPED_KEYS:
                yield from _leaves(item, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list) and value:
        for number, item in enumerate(value):
            yield from _leaves(item, f"{path}[{number}]")
    else:
        yield path, value


def _statuses(tasks: list[dict]) -> pl.DataFrame:
    """Return the status of each sample of each task by each metric, one a row."""
    rows = [
        (task["task_id"], entry["decoding"], entry["sample"], metric, status)
        for task in tasks
        for entry in task["statuses"]
        for metric, status in sorted(entry.items())
        if metric not in ("decoding", "sample")
    ]
    columns = ["task_id", "decoding", "sample", "metric", "status"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def row_keys(frame: pl.DataFrame) -> list[str]:
    """Return the first columns of `KEYS` that together tell as many rows apart as all of them."""
    keys, distinct = [], 0
    for column in (column for column in KEYS if column in frame.columns):
        if distinct < frame.height and (more := frame.select(*keys, column).n_unique()) > distinct:
            keys, distinct = [*keys, column], more
    return keys


def row_names(frame: pl.DataFrame, keys: list[str]) -> list[str]:
    """Return a name for each row, of its keys. Rows that share them are numbered."""
    if not keys:
        return [f"row {number}" for number in range(1, frame.height + 1)]
    counts: Counter[str] = Counter()
    names = []
    for values in frame.select(keys).iter_rows():
        name = " ".join(f"{key}={value}" for key, value in zip(keys, values, strict=True))
        counts[name] += 1
        names.append(name if counts[name] == 1 else f"{name} ({counts[name]})")
    return names


def encoded(value) -> str:
    """Return a value as JSON; equal text means equal values, floats to their last bit."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def digest(value) -> str:
    """Return the sha256 of a value's JSON."""
    return hashlib.sha256(encoded(value).encode()).hexdigest()


def cached_keys(cache: Path) -> dict[str, list[str]]:
    """Return the sorted keys in each file of a row cache, by `{stage}/{model}.sqlite`."""
    found = {}
    for path in sorted(cache.rglob("*.sqlite")):
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            rows = database.execute("SELECT key FROM rows ORDER BY key")
            found[path.relative_to(cache).as_posix()] = [key for (key,) in rows]
    return found
