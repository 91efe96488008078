"""Opening a new SQLite file while another process is making it."""

import contextlib
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from catalog.errors import StoreUnavailable
from catalog.graph import Direction
from catalog.store import sqlite_schema
from catalog.store.port import ALL_TIME, NodeFilter, Range, Space
from catalog.store.registry import open_store
from catalog.store.sqlite import SqliteStore
from tests.store.build import dataset, feeds, write


def count(url: str) -> int:
    store = open_store(url)
    try:
        with store.read() as reader:
            return reader.count(NodeFilter(("Dataset",)))
    finally:
        store.close()


@pytest.mark.parametrize("lock", ["IMMEDIATE", "EXCLUSIVE"])
def test_a_new_file_that_another_holds__is_waited_for(tmp_path: Path, lock: str) -> None:
    path = tmp_path / "new.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute(f"BEGIN {lock}")
    with ThreadPoolExecutor(1) as pool:
        opening = pool.submit(count, f"sqlite:///{path}")
        with pytest.raises(TimeoutError):
            opening.result(timeout=0.3)
        other.execute("ROLLBACK")
        assert opening.result(timeout=20) == 0
    other.close()


def test_a_new_file_that_is_never_let_go__ends_with_a_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_schema, "BUSY_TIMEOUT_S", 0.05)
    path = tmp_path / "new.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="Another process has been writing for too long"):
        count(f"sqlite:///{path}")
    other.close()


SECOND_FORM = """
    DROP INDEX record_by_place;
    ALTER TABLE record RENAME TO of_now;
    CREATE TABLE record (
        space TEXT NOT NULL, partition TEXT NOT NULL, sort TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (space, partition, sort)
    ) WITHOUT ROWID;
    INSERT INTO record SELECT space, partition, sort, value FROM of_now;
    DROP TABLE of_now;
    CREATE UNIQUE INDEX edge_by_id ON edge_row (id);
    PRAGMA user_version = 2;
"""


def test_a_file_of_the_second_form__is_brought_to_the_third_with_all_it_holds(tmp_path: Path) -> None:
    path = str(tmp_path / "old.db")
    with contextlib.closing(SqliteStore(path)) as store:
        new = schema(path)
        write(store, dataset("a"), dataset("b"), feeds("a", "b"), records={(Space.STATE, "a", "s"): "1"})
    with contextlib.closing(sqlite3.connect(path)) as old:
        old.executescript(SECOND_FORM)
    assert schema(path) != new
    for _ in range(2):  # the second time there is nothing to bring
        with contextlib.closing(SqliteStore(path)) as store, store.read() as reader:
            assert reader.edges(["dataset/n/a"], ["FEEDS"], Direction.OUT, ALL_TIME) == [feeds("a", "b")]
            assert [row.value for row in reader.scan(Space.STATE, [Range("a")])] == ["1"]
        assert schema(path) == new


def schema(path: str) -> set[tuple[str, str]]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()
        return {*connection.execute("SELECT name, sql FROM sqlite_master"), ("version", str(version))}
