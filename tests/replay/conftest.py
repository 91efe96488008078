"""Stores of each kind with the events of the shop, a document and what was quarantined; and scratch stores."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.store.port import Store
from catalog.store.sqlite import SqliteStore
from tests.convergence.conftest import fresh_store, kind, store
from tests.replay.build import fill

__all__ = ["fresh_store", "kind", "store"]


@pytest.fixture
def live(store: Store) -> Store:
    """A store with everything that a log can hold."""
    fill(store)
    return store


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Store]:
    """An empty store beside it."""
    beside = SqliteStore(str(tmp_path / "scratch.db"))
    yield beside
    beside.close()
