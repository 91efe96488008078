"""A small catalog to search in, on each of the stores."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.graph import Node
from catalog.identity import DatasetId, JobId
from catalog.store.port import ChangeSet, Reader, Store
from catalog.store.registry import open_store
from catalog.tokens import search_text
from tests.convergence.emptied_neo4j import EmptiedNeo4j


def dataset(namespace: str, name: str, description: str = "", fields: tuple[str, ...] = ()) -> Node:
    text = search_text(namespace, name, description, *fields)
    said = {"description": description} if description else {}
    return Node(
        DatasetId(namespace, name).key,
        "Dataset",
        {"namespace": namespace, "name": name, "searchText": text, **said},
    )


def job(namespace: str, name: str) -> Node:
    text = search_text(namespace, name)
    return Node(JobId(namespace, name).key, "Job", {"namespace": namespace, "name": name, "searchText": text})


NODES = [
    dataset("pg", "orders"),
    dataset("pg", "Orders"),
    dataset("pg", "orders_daily"),
    dataset("pg", "orderItems", fields=("quantity",)),
    dataset("pg", "customers", fields=("order_count", "email")),
    dataset("s3", "clicks", description="Clicks that lead to an order"),
    dataset("orders", "stock"),
    job("etl", "load_orders"),
    job("etl", "send_mail"),
]


def put(store: Store, *nodes: Node) -> None:
    store.write(lambda transaction: transaction.apply(ChangeSet(nodes={node.key: node for node in nodes})))


@pytest.fixture(params=["memory", "sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """One of the three stores, with ``NODES``."""
    if request.param == "neo4j":
        shared: EmptiedNeo4j = request.getfixturevalue("emptied_neo4j")
        emptied = shared.emptied()
        put(emptied, *NODES)
        yield emptied
        return
    opened = open_store("memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/graph.db")
    put(opened, *NODES)
    yield opened
    opened.close()


@pytest.fixture
def reader(store: Store) -> Iterator[Reader]:
    with store.read() as opened:
        yield opened
