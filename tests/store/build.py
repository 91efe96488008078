"""Short ways to make, write and compare what a store holds."""

from collections.abc import Mapping
from typing import Any

from catalog.entry import EntryKind, LogEntry, Status
from catalog.graph import Direction, Edge, Node
from catalog.store.port import ALL_TIME, At, ChangeSet, Store
from tests.store.oracle import EdgeRow, NodeRow

ALL_TYPES = ("CONSUMED_BY", "PRODUCES", "FEEDS", "INFLUENCES")


def dataset(name: str, **properties: Any) -> Node:
    known = {"namespace": "n", "name": name, "searchText": name}
    return Node(f"dataset/n/{name}", "Dataset", known | properties)


def feeds(source: str, target: str, begin: int | None = None, end: int | None = None, **given: Any) -> Edge:
    """An edge between datasets by name; type, via and origin may be given, the rest is properties."""
    type_, via = given.pop("type", "FEEDS"), given.pop("via", "job/n/j")
    origin = given.pop("origin", "OBSERVED")
    ends = (f"dataset/n/{source}", f"dataset/n/{target}")
    return Edge(type_, *ends, via, origin, tuple(sorted(given.items())), begin, end)


def entry(hash_: str, status: Status = Status.APPLIED, **given: Any) -> LogEntry:
    fields: dict[str, Any] = {"order_key": hash_, "received_ns": 7, "body": "{}"} | given
    return LogEntry(hash_, EntryKind.RUN_EVENT, status=status, **fields)


def changes(*things: Node | Edge | LogEntry, **records: Any) -> ChangeSet:
    """A change set of new or changed things."""
    return ChangeSet(
        nodes={thing.key: thing for thing in things if isinstance(thing, Node)},
        edges={thing.id: thing for thing in things if isinstance(thing, Edge)},
        entries=[thing for thing in things if isinstance(thing, LogEntry)],
        **records,
    )


def write(store: Store, *things: Node | Edge | LogEntry, **records: Any) -> None:
    apply(store, changes(*things, **records))


def apply(store: Store, changes: ChangeSet) -> None:
    store.write(lambda transaction: transaction.apply(changes))


def edges(
    store: Store,
    *names: str,
    direction: Direction = Direction.OUT,
    at: At = ALL_TIME,
    types: tuple[str, ...] = ALL_TYPES,
) -> list[Edge]:
    with store.read() as reader:
        return reader.edges([f"dataset/n/{name}" for name in names], types, direction, at)


def node_row(node: Node) -> NodeRow:
    """A node as the oracle holds it."""
    return (node.label, dict(node.properties))


def node_rows(nodes: Mapping[str, Node]) -> dict[str, NodeRow]:
    return {key: node_row(node) for key, node in nodes.items()}


def edge_row(edge: Edge) -> EdgeRow:
    """An edge as the oracle holds it."""
    ends = (edge.type, edge.source, edge.target)
    return (*ends, edge.via, edge.origin, edge.properties, edge.valid_from, edge.valid_to)


def edge_rows(edges: list[Edge]) -> list[tuple[str, EdgeRow]]:
    return [(edge.id, edge_row(edge)) for edge in edges]
