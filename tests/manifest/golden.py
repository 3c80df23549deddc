"""The manifest: hashes of tables, rows and row-cache keys that name what differs, in little space.

The hash of a table finds every difference. Marks, the first letters of the hashes of its rows and
columns, say where it is. The mark of a column `seed` is that of the seeds.
"""

import base64
import hashlib
import re
from difflib import SequenceMatcher
from pathlib import Path

import polars as pl

from manifest.differences import column_changes, listed
from manifest.rows import cached_keys, digest, encoded, row_keys, row_names, tables

ROW, COLUMN, KEY = 3, 4, 5  # letters of a mark, 6 bits each


def of_run(results: Path, cache: Path) -> dict:
    """Return the manifest of a finished run."""
    return {
        "processor": processor(),
        "tables": {name: of_table(frame) for name, frame in tables(results)},
        "cache": {name: of_keys(keys) for name, keys in cached_keys(cache).items()},
    }


def run_differences(golden: dict, results: Path, cache: Path) -> dict[str, list[str]]:
    """Return table or file of the row cache → differences of a finished run from a manifest."""
    frames, keys = dict(tables(results)), cached_keys(cache)
    found = {name: ["not in the manifest"] for name in frames if name not in golden["tables"]}
    for name, entry in golden["tables"].items():
        there = name in frames
        found[name] = table_differences(entry, frames[name]) if there else ["missing"]
    for name, entry in golden["cache"].items():
        found[f"{cache}/{name}"] = key_differences(entry, keys.get(name, []))
    return found


def of_table(frame: pl.DataFrame) -> dict:
    """Return the manifest's entry of a table; statuses are counted."""
    rows = list(frame.iter_rows())
    types = {name: str(kind) for name, kind in frame.schema.items()}
    entry = {
        "rows": frame.height,
        "columns": {
            name: f"{types[name]} {_mark(frame[name].to_list(), COLUMN)}" for name in types
        },
        "sha256": digest([list(types.items()), rows]),
        "marks": "".join(_mark(row, ROW) for row in rows),
    }
    if "status" in frame.columns:
        counts = frame["status"].value_counts().sort("status")
        entry["statuses"] = dict(counts.iter_rows())
    return entry


def table_differences(golden: dict, frame: pl.DataFrame) -> list[str]:
    """Return one line for each way in which a table is not the manifest's; none if it is.

    A row that is not in the manifest has a name. A row of the manifest that is missing has only a
    number.
    """
    now = of_table(frame)
    if now["sha256"] == golden["sha256"]:
        return []
    old = {name: each.rpartition(" ") for name, each in golden["columns"].items()}
    new = {name: each.rpartition(" ") for name, each in now["columns"].items()}
    lines = column_changes(
        {name: kind for name, (kind, _, _) in old.items()},
        {name: kind for name, (kind, _, _) in new.items()},
    )
    if changed := [name for name in new if name in old and new[name][2] != old[name][2]]:
        lines.append(f"values differ in: {', '.join(changed)}")
    if golden.get("statuses") != now.get("statuses"):
        lines.append(f"statuses: {golden.get('statuses')} -> {now.get('statuses')}")
    lines += _row_differences(_cut(golden["marks"], ROW), _cut(now["marks"], ROW), frame)
    return lines or ["rows differ whose marks are equal"]


def _row_differences(old: list[str], new: list[str], frame: pl.DataFrame) -> list[str]:
    names = row_names(frame, row_keys(frame))
    if old != new and sorted(old) == sorted(new):
        moved = [name for name, was, now in zip(names, old, new, strict=True) if was != now]
        return listed("in another place", moved)
    gone, changed, added = [], [], []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        both = min(b - a, d - c)
        changed += names[c : c + both]
        added += names[c + both : d]
        gone += [f"row {number} of the manifest" for number in range(a + both + 1, b + 1)]
    return listed("missing", gone) + listed("added", added) + listed("differs", changed)


def of_keys(keys: list[str]) -> dict:
    """Return the manifest's entry of a file of the row cache."""
    marks = "".join(_mark(key, KEY) for key in keys)
    return {"keys": len(keys), "sha256": digest(keys), "marks": marks}


def key_differences(golden: dict, keys: list[str]) -> list[str]:
    """Return a line if rows of the manifest have no key here: a run would generate them again.

    A cache may hold rows of other runs as well.
    """
    if golden["sha256"] == digest(keys):
        return []
    have = set(_cut(of_keys(keys)["marks"], KEY))
    gone = sum(mark not in have for mark in _cut(golden["marks"], KEY))
    return [f"{gone} of {golden['keys']} keys are missing"] if gone else []


def _mark(value, letters: int) -> str:
    sha256 = hashlib.sha256(encoded(value).encode()).digest()
    return base64.b64encode(sha256).decode()[:letters]


def _cut(marks: str, letters: int) -> list[str]:
    return [marks[i : i + letters] for i in range(0, len(marks), letters)]


def processor() -> str:
    """Return the vendor and the vector units of this processor: kernels are chosen by them.

    Measured without AVX2's kernels: all mined and rated rows of the miniature are equal in fp32,
    and more than half differ in bf16. Embeddings and weights differ in both.
    """
    text = Path("/proc/cpuinfo").read_text()
    vendor = re.search(r"^(?:vendor_id|CPU implementer)\s*: (.*)$", text, re.M)
    flags = re.search(r"^(?:flags|Features)\s*: (.*)$", text, re.M)
    units = [each for each in flags[1].split() if re.match("avx|fma|amx|f16c|asimd|sve|bf16", each)]
    return " ".join([vendor[1], *sorted(units)])
