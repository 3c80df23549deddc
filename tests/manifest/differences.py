"""Differences of two result folders and their tables, row by row."""

from pathlib import Path

import polars as pl

from manifest.rows import encoded, row_keys, row_names, tables

SHOWN = 5


def of_folders(old: Path, new: Path) -> dict[str, list[str]]:
    """Return table → differences; a table without one has an empty list."""
    before, after = dict(tables(old)), dict(tables(new))
    found = {name: [f"missing in {new}"] for name in before if name not in after}
    found |= {name: [f"missing in {old}"] for name in after if name not in before}
    for name in before.keys() & after.keys():
        found[name] = of_tables(before[name], after[name])
    return dict(sorted(found.items()))


def of_tables(old: pl.DataFrame, new: pl.DataFrame) -> list[str]:
    """Return one line for each way in which `new` is not `old`; none for equal tables.

    Column names, their order and types, values, and the order of rows all count.
    """
    lines = column_changes(dict(old.schema), dict(new.schema))
    keys = [key for key in row_keys(old) if key in new.columns]
    before, after = _named(old, keys), _named(new, keys)
    both = [name for name in before if name in after]
    shared = [column for column in old.columns if column in new.columns]
    changed = [name for name in both if any(before[name][c] != after[name][c] for c in shared)]
    lines += listed("missing", [name for name in before if name not in after])
    lines += listed("added", [name for name in after if name not in before])
    lines += listed(
        "differs",
        [
            f"{name} ({', '.join(c for c in shared if before[name][c] != after[name][c])})"
            for name in changed
        ],
    )
    order = [name for name in after if name in before]
    moved = [here for name, here in zip(both, order, strict=True) if name != here]
    return lines + listed("in another place", moved)


def column_changes(old: dict, new: dict) -> list[str]:
    """Return one line for each difference of two tables' columns (name → type)."""
    lines = [f"column {name}: missing" for name in old if name not in new]
    lines += [f"column {name}: added" for name in new if name not in old]
    both = [name for name in old if name in new]
    lines += [f"column {c}: {old[c]} -> {new[c]}" for c in both if str(old[c]) != str(new[c])]
    if not lines and list(old) != list(new):
        lines.append(f"columns in another order: {list(old)} -> {list(new)}")
    return lines


def listed(what: str, names: list[str]) -> list[str]:
    """Return one line: how many rows, and the first names."""
    if not names:
        return []
    more = f" and {len(names) - SHOWN} more" if names[SHOWN:] else ""
    return [f"{len(names)} {what}: {'; '.join(names[:SHOWN])}{more}"]


def _named(frame: pl.DataFrame, keys: list[str]) -> dict[str, dict[str, str]]:
    """Return name of row → column → value as JSON."""
    columns = [[encoded(value) for value in frame[column].to_list()] for column in frame.columns]
    rows = zip(*columns, strict=True) if columns else []
    return {
        name: dict(zip(frame.columns, row, strict=True))
        for name, row in zip(row_names(frame, keys), rows, strict=True)
    }
