"""The row cache: completions by the hash of everything that decides them.

It outlives the jobs and is declared nowhere: Snakemake plans which files to rebuild, the cache
decides which rows cost a model. Deleting it loses time, never correctness.

Several jobs, on several nodes, may share a file: SQLite's rollback journal needs nothing but the
file system's locks (its other mode, WAL, needs memory that nodes do not share).
"""

import json
import sqlite3
from contextlib import contextmanager
from pathlib import Path

from warriorcoder.models.engines import Completion

PATIENCE = 600  # seconds that a job waits for another's lock


class CacheError(RuntimeError):
    """The cache's file cannot be used; the message says what to do."""


class RowCache:
    """One SQLite file. A batch is stored in one transaction: a killed job loses its last batch."""

    def __init__(self, path: str | Path):
        self.path = Path(path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._explained():
            self.database = sqlite3.connect(self.path, timeout=PATIENCE)
            self.database.execute("PRAGMA journal_mode = DELETE")
            self.database.execute(
                "CREATE TABLE IF NOT EXISTS rows (key TEXT PRIMARY KEY, value TEXT)"
            )

    def get(self, keys: list[str], ids: list[str]) -> list[Completion | None]:
        """The completion under each key, under today's id; None where there is none."""
        with self._explained(), self.database:
            self.database.execute("BEGIN")  # one lock for all keys: on a network each costs a trip
            return [self._one(key, id) for key, id in zip(keys, ids, strict=True)]

    def put(self, keys: list[str], completions: list[Completion]) -> None:
        values = [
            (key, json.dumps([c.text, c.finish_reason, c.n_tokens]))
            for key, c in zip(keys, completions, strict=True)
        ]
        with self._explained(), self.database:
            self.database.executemany("INSERT OR REPLACE INTO rows VALUES (?, ?)", values)

    def _one(self, key: str, id: str) -> Completion | None:
        row = self.database.execute("SELECT value FROM rows WHERE key = ?", (key,)).fetchone()
        return Completion(id, *json.loads(row[0])) if row else None

    @contextmanager
    def _explained(self):
        try:
            yield
        except sqlite3.OperationalError as error:
            raise CacheError(
                f"{self.path}: {error}; is its disk full, or has its file system no locks? "
                "(profiles/README.md: the row cache)"
            ) from None
        except sqlite3.DatabaseError as error:
            raise CacheError(
                f"{self.path}: {error}; delete it: its rows are then generated again"
            ) from None
