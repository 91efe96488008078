"""Exports as text, and stores filled from them."""

import io
import json
from collections.abc import Iterable, Sequence

from catalog.entry import LogEntry, Receipt
from catalog.export import nquads
from catalog.identity import DEFAULT_BASE
from catalog.projection import Projection, Said
from catalog.store.port import Store, batched
from catalog.store.registry import open_store
from ingest.event import recognise
from ingest.replay import interpret_again
from ingest.snapshot import snapshot_entries
from tests.convergence.said import Event

RECEIVED_NS = 1_800_000_000_000_000_000


def export_of(store: Store, base: str = DEFAULT_BASE) -> str:
    """The canonical export as a file holds it."""
    with store.read() as reader:
        return "".join(f"{line}\n" for line in nquads(reader, base))


def log_of(store: Store) -> list[LogEntry]:
    """The whole log in the order of hashes."""
    with store.read() as reader:
        return reader.log(None, 100_000)


def snapshot(export: str) -> list[Said]:
    """The entries that an export comes to."""
    return list(snapshot_entries(io.BytesIO(export.encode()), RECEIVED_NS))


def apply(store: Store, said: Iterable[Said], size: int = 256) -> list[Receipt]:
    projection = Projection(store, interpret_again)
    return [receipt for batch in batched(said, size) for receipt in projection.apply(batch)]


def recognised(events: Sequence[Event], received_ns: int) -> list[Said]:
    return [recognise(json.dumps(event), received_ns=received_ns) for event in events]


def graph_of(said: Iterable[Said], size: int = 256) -> str:
    """The export of a store in memory that was sent these entries, in batches."""
    store = open_store("memory:")
    try:
        apply(store, said, size)
        return export_of(store)
    finally:
        store.close()
