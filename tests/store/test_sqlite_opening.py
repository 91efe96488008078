"""Opening a new SQLite file while another process is making it."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from catalog.errors import StoreUnavailable
from catalog.store import sqlite_schema
from catalog.store.port import NodeFilter
from catalog.store.registry import open_store


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
