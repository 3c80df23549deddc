import sqlite3
from multiprocessing import get_context

import pytest

from warriorcoder.models.engines import Completion
from warriorcoder.models.rowcache import CacheError, RowCache


def write(path, job):
    cache = RowCache(path)
    for batch in range(20):
        keys = [f"{job}-{batch}-{row}" for row in range(5)]
        assert cache.get(keys, keys) == [None] * 5
        cache.put(keys, [Completion(key, f"text of {key}", "stop", 3) for key in keys])


def test_jobs_that_share_a_file_lose_no_row_of_each_other(tmp_path):
    path = tmp_path / "shared.sqlite"
    with get_context("fork").Pool(3) as pool:  # a package of the name `tests` is installed
        pool.starmap(write, [(path, job) for job in range(3)])
    keys = [f"{job}-{batch}-{row}" for job in range(3) for batch in range(20) for row in range(5)]
    rows = RowCache(path).get(keys, [f"id {key}" for key in keys])
    assert [(row.id, row.text) for row in rows] == [(f"id {k}", f"text of {k}") for k in keys]


def test_the_journal_is_the_one_that_works_across_nodes(tmp_path):
    path = tmp_path / "cache.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode = WAL")
    database.close()
    assert RowCache(path).database.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_broken_file_is_named_with_its_mending(tmp_path):
    path = tmp_path / "broken.sqlite"
    path.write_bytes(b"no database " * 500)
    with pytest.raises(CacheError, match="broken.sqlite: file is not a database. Delete the file"):
        RowCache(path)


def test_a_file_that_stays_locked_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("warriorcoder.models.rowcache.PATIENCE", 0.2)
    path = tmp_path / "locked.sqlite"
    other = RowCache(path)
    other.database.execute("BEGIN EXCLUSIVE")
    with pytest.raises(CacheError, match="locked.sqlite: database is locked"):
        RowCache(path).get(["key"], ["id"])
