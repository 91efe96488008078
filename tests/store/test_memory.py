"""What is particular to the store in memory."""

import pytest

from catalog.errors import StoreError
from catalog.graph import Direction
from catalog.store.memory import MemoryStore
from catalog.store.port import NodeFilter
from tests.store.build import dataset, edges, feeds, write


def test_an_edge_without_its_node__is_refused() -> None:
    store = MemoryStore()
    with pytest.raises(StoreError, match="FEEDS names a node that is not there: 'dataset/n/none'"):
        write(store, dataset("a"), feeds("a", "none"))
    with store.read() as reader:
        assert reader.count(NodeFilter(("Dataset",))) == 0


def test_many_open_reads__each_keep_what_they_began_with() -> None:
    store = MemoryStore()
    write(store, dataset("hub"))
    opened = []
    for number in range(4):
        context = store.read()
        opened.append((number, context, context.__enter__()))
        write(store, dataset(f"d{number}"), feeds("hub", f"d{number}"))
    for number, context, reader in opened:
        assert len(reader.edges(["dataset/n/hub"], ["FEEDS"], Direction.OUT)) == number
        context.__exit__(None, None, None)
    assert len(edges(store, "hub")) == 4
