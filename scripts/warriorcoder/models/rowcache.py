"""The row cache: completions by the hash of everything that decides them.

The cache outlives the jobs and is no file of the workflow. Snakemake plans which files to rebuild,
and the cache decides which rows a model has to generate. Deleting the cache costs time, and changes
no row.

Several jobs on several nodes may share a file. SQLite's rollback journal needs only the locks of
the file system. Its other mode, WAL, needs memory that nodes do not share.
"""

import json
import sqlite3
from contextlib import contextmanager
from pathlib import Path

from warriorcoder.models.engines import Completion

CACHE = Path(".cache/rows")  # in the working directory; safe to keep, safe to delete
PATIENCE = 600  # seconds for which a job waits for the lock of another one


class CacheError(RuntimeError):
    """The file of the cache is unusable. The message names the fix."""


class RowCache:
    """A cache in one SQLite file, which stores a batch in one transaction."""

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
        """Return the completion of each key with the id from `ids`, None for a cache miss."""
        with self._explained(), self.database:
            self.database.execute("BEGIN")  # one lock for all keys, since each costs a round trip
            return [self._one(key, id) for key, id in zip(keys, ids, strict=True)]

    def put(self, keys: list[str], completions: list[Completion]) -> None:
        """Store each completion under its key."""
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
                f"{self.path}: {error}. Is its disk full, or has its file system no locks? "
                "(profiles/README.md: the row cache)"
            ) from None
        except sqlite3.DatabaseError as error:
            raise CacheError(
                f"{self.path}: {error}. Delete the file. Its rows are then generated again."
            ) from None
