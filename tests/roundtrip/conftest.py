"""Empty stores of each kind, the corpus as entries, and the export of the whole of it."""

from pathlib import Path

import pytest

from catalog.projection import Said
from catalog.store.registry import open_store
from ingest.event import recognise
from tests.convergence.conftest import fresh_store, kind, store
from tests.roundtrip.restoring import RECEIVED_NS, apply, export_of

__all__ = ["fresh_store", "kind", "store"]


@pytest.fixture(scope="session")
def entries(corpus: Path) -> list[Said]:
    """The real events, as they took effect."""
    files = sorted((corpus / "openlineage").rglob("*.json"))
    said = [recognise(file.read_bytes(), received_ns=RECEIVED_NS) for file in files]
    return sorted(said, key=lambda one: one[0].order_key)


@pytest.fixture(scope="session")
def whole(entries: list[Said]) -> str:
    """The export of a store that has them all."""
    store = open_store("memory:")
    apply(store, entries)
    return export_of(store)
