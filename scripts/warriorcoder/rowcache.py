"""The row cache: completions by the hash of everything that decides them.

It outlives the jobs and is declared nowhere: Snakemake plans which files to rebuild, the cache
decides which rows cost a model. Deleting it loses time, never correctness.
"""

import json
import sqlite3
from pathlib import Path

from warriorcoder.engines import Completion


class RowCache:
    """One SQLite file. A batch is stored in one transaction: a killed job loses its last batch."""

    def __init__(self, path: str | Path):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self.database = sqlite3.connect(path, timeout=60)
        self.database.execute("CREATE TABLE IF NOT EXISTS rows (key TEXT PRIMARY KEY, value TEXT)")

    def get(self, keys: list[str], ids: list[str]) -> list[Completion | None]:
        """The completion under each key, under today's id; None where there is none."""
        return [self._one(key, id) for key, id in zip(keys, ids, strict=True)]

    def put(self, keys: list[str], completions: list[Completion]) -> None:
        values = [
            (key, json.dumps([c.text, c.finish_reason, c.n_tokens]))
            for key, c in zip(keys, completions, strict=True)
        ]
        with self.database:
            self.database.executemany("INSERT OR REPLACE INTO rows VALUES (?, ?)", values)

    def _one(self, key: str, id: str) -> Completion | None:
        row = self.database.execute("SELECT value FROM rows WHERE key = ?", (key,)).fetchone()
        return Completion(id, *json.loads(row[0])) if row else None
