"""What made a file, kept in the file: code digest and config slices (`record` in rules/common.smk).

Parquet keeps it in its footer, JSON under the key `record`, HTML and SVG in a comment at the end.
So results that were copied without Snakemake's records still say whether they fit a config.
"""

import json
from pathlib import Path

import pyarrow as pa

from warriorcoder.core.tables import facts

CARRIERS = (".parquet", ".json", ".html", ".svg", "COMPLETED")
OPEN, CLOSE = "<!-- record: ", " -->"


def comment(record: dict) -> str:
    """`record` as a line of HTML or SVG that nobody sees."""
    text = json.dumps(record, sort_keys=True).replace("--", "-\\u002d")  # no comment holds two
    return f"{OPEN}{text}{CLOSE}\n"


def read(path: str | Path) -> dict | None:
    """The record that a file keeps; None where it keeps none, or is not whole."""
    path = Path(path)
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
    """What `path` differs in from what `record` would make; empty where it fits."""
    found = read(path)
    return differences(found, record) if found else ["it does not say what made it"]


def differences(before, now, key: str = "") -> list[str]:
    """What is not the same in two records, as `rating.k: 40 → 32`; none where they are equal."""
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
    """Lists of named things as dicts, so that an added one is told as one."""
    if isinstance(value, (list, tuple)):
        if value and all(isinstance(item, dict) and "name" in item for item in value):
            return {item["name"]: item for item in value}
        return list(value)
    return value


def _short(value, width: int = 48) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= width else f"{text[: width - 1]}…"
