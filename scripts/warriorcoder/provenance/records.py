"""Records in files: the code digest and config slices of a rule (`record` in rules/common.smk).

A Parquet file holds its record in the footer, a JSON file under the key `record`, and HTML and SVG
in a final comment. A folder of pages holds it in its `index.html`. Results that were copied without
Snakemake's metadata can thus be checked against a config.
"""

import json
from pathlib import Path

import pyarrow as pa

from warriorcoder.core.tables import facts

CARRIERS = (".parquet", ".json", ".html", ".svg", "COMPLETED", "report/battles")
OPEN, CLOSE = "<!-- record: ", " -->"


def comment(record: dict) -> str:
    """Return `record` as a comment line of HTML or SVG."""
    text = json.dumps(record, sort_keys=True).replace("--", "-\\u002d")  # no comment holds two
    return f"{OPEN}{text}{CLOSE}\n"


def read(path: str | Path) -> dict | None:
    """Return the record in a file, or None if it has none or is incomplete."""
    path = Path(path)
    if path.is_dir():
        path = path / "index.html"
    try:
        if path.suffix == ".parquet":
            found = facts(path).get("record")
        elif path.suffix in (".html", ".svg"):
            last = path.read_text(encoding="utf-8").rstrip().rpartition("\n")[2]
            found = json.loads(last.removeprefix(OPEN).removesuffix(CLOSE))
        else:
            found = json.loads(path.read_text(encoding="utf-8")).get("record")
    except (pa.ArrowException, OSError, ValueError, AttributeError):
        return None
    return found if isinstance(found, dict) else None


def misfit(path: str | Path, record: dict) -> list[str]:
    """Return the differences between the record in `path` and `record`."""
    found = read(path)
    return differences(found, record) if found else ["it holds no record"]


def differences(before, now, key: str = "") -> list[str]:
    """Return the differences of two records, as `rating.k: 40 → 32`."""
    listed, before, now = isinstance(now, list), _by_name(before), _by_name(now)
    if isinstance(before, dict) and isinstance(now, dict):
        if listed and before == now and list(before) != list(now):
            return [f"{key}: the order"]
        keys = [*now, *(name for name in before if name not in now)]
        parts = [(before.get(k), now.get(k), f"{key}.{k}".removeprefix(".")) for k in keys]
        return [line for part in parts for line in differences(*part)]
    if before == now:
        return []
    return [key] if key.endswith("code") else [f"{key}: {_short(before)} → {_short(now)}"]


def _by_name(value):
    """Return a list of named items as a dict, so that an added item is one difference."""
    if isinstance(value, (list, tuple)):
        if value and all(isinstance(item, dict) and "name" in item for item in value):
            return {item["name"]: item for item in value}
        return list(value)
    return value


def _short(value, width: int = 48) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= width else f"{text[: width - 1]}…"
