"""What Neo4j keeps of nodes, edges and log entries, and back."""

import re
from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from catalog.canonical import sha256
from catalog.entry import EntryKind, LogEntry, Problem, Status
from catalog.graph import Edge, Node
from catalog.store.port import Space
from ontology.model import GraphModel, Index

Properties = Mapping[str, Any]

_ABOUT_EDGE = ("edgeId", "via", "origin", "validFrom", "validTo", "propertyOrder")
_problems = msgspec.json.Decoder(tuple[Problem, ...])

_MARK = "\ue000"
_HIGH = re.compile("[\ue000-\U0010ffff]")
_MARKED = re.compile(f"{_MARK}([0-9a-f]{{6}})")

_PREFIX_CHARACTERS = 120
"""Lucene's whitespace analyzer cuts a word after 255 UTF-16 units; this many characters are never more."""


MAX_INDEXED_BYTES = 2500
"""Neo4j refuses a transaction with an index entry over 8 kB; an entry of ours has at most two texts."""


class Nodes:
    """Nodes to rows and back.

    A node has its label and those above it. A text that is too long for its index is kept whole beside what
    stands for it there (``namespace`` in ``namespaceWhole``).
    """

    def __init__(self, model: GraphModel) -> None:
        self._paths = {label: list(model.label_path(label)) for label in model.labels}
        self._own = {frozenset(path): label for label, path in self._paths.items()}
        properties = (property_ for node in model.nodes for property_ in node.properties)
        self._whole = {p.name: f"{p.name}Whole" for p in properties if p.index is Index.RANGE}

    def own_label(self, labels: Collection[str]) -> str:
        """The most special of the labels of a node."""
        return self._own[frozenset(labels)]

    def row(self, node: Node) -> list[Any]:
        """The labels and the properties of a node, as ``WRITE`` takes them."""
        properties: dict[str, Any] = {**node.properties, "key": node.key}
        for name, whole in self._whole.items():
            value = properties.get(name)
            if isinstance(value, str) and indexed_text(value) != value:
                properties[name], properties[whole] = indexed_text(value), value
        return [self._paths[node.label], properties]

    def node(self, labels: Collection[str], properties: dict[str, Any]) -> Node:
        """The node of a row."""
        key = properties.pop("key")
        for name, whole in self._whole.items():
            if whole in properties:
                properties[name] = properties.pop(whole)
        return Node(key, self.own_label(labels), properties)


def indexed_text(text: str) -> str:
    """The text, or what stands for it in an index when it is too long: its beginning and its hash."""
    if len(text) * 4 <= MAX_INDEXED_BYTES or len(text.encode()) <= MAX_INDEXED_BYTES:
        return text
    return f"{text[:100]}~{sha256(text)}"


def edge_row(edge: Edge) -> dict[str, Any]:
    """An edge as ``WRITE`` takes it, and its end.

    Neo4j forgets the order of properties, which an edge's id depends on: one not alphabetical is kept too.
    """
    names = [name for name, _ in edge.properties]
    properties = {
        **dict(edge.properties),
        "edgeId": edge.id,
        "via": edge.via,
        "origin": edge.origin,
        "validFrom": edge.valid_from,
        "validTo": edge.valid_to,
        "propertyOrder": None if names == sorted(names) else names,
    }
    return {
        "type": edge.type,
        "id": edge.id,
        "source": edge.source,
        "target": edge.target,
        "validTo": edge.valid_to,
        "properties": properties,
    }


def edge_of(type_: str, source: str, target: str, properties: Properties) -> Edge:
    """The edge of a row."""
    names = properties.get("propertyOrder") or sorted(name for name in properties if name not in _ABOUT_EDGE)
    edge = Edge(
        type_,
        source,
        target,
        via=properties["via"],
        origin=properties["origin"],
        properties=tuple((name, properties[name]) for name in names),
        valid_from=properties.get("validFrom"),
        valid_to=properties.get("validTo"),
    )
    edge.__dict__["id"] = properties["edgeId"]  # the cached property: no digest for each edge read
    return edge


def entry_row(entry: LogEntry) -> dict[str, Any]:
    """The properties of the node of an entry."""
    return {
        "hash": entry.hash,
        "kind": entry.kind.value,
        "orderKey": entry.order_key,
        "receivedNs": entry.received_ns,
        "body": entry.body,
        "status": entry.status.value,
        "problems": msgspec.json.encode(entry.problems).decode(),
        "actor": entry.actor,
        "producer": entry.producer,
    }


def entry_of(properties: Properties) -> LogEntry:
    """The entry of a row."""
    return LogEntry(
        properties["hash"],
        EntryKind(properties["kind"]),
        properties["orderKey"],
        properties["receivedNs"],
        properties["body"],
        status=Status(properties["status"]),
        problems=_problems.decode(properties["problems"]),
        actor=properties.get("actor"),
        producer=properties.get("producer"),
    )


def place_row(space: Space, partition: str, sort: str) -> list[str]:
    """The address of a record as Neo4j keeps it."""
    return [space.value, indexed_text(partition), sort_text(sort)]


def sort_text(sort: str) -> str:
    """The sort of a record as Neo4j keeps it: text that has the same order by code points as by UTF-16 units.

    Neo4j compares by code points, but by UTF-16 units what the own transaction has not yet committed.
    """
    return _HIGH.sub(lambda match: f"{_MARK}{ord(match.group()):06x}", sort)


def sort_of(text: str) -> str:
    """The sort of a record from what Neo4j keeps."""
    return _MARKED.sub(lambda match: chr(int(match.group(1), 16)), text)


def lucene_query(tokens: Collection[str]) -> str:
    """A query for the nodes that have, for each token, a word that begins with (the first part of) it."""
    return " ".join(f"+{_escaped(token[:_PREFIX_CHARACTERS])}*" for token in tokens)


def _escaped(token: str) -> str:
    """The token with a backslash before all that Lucene's query language might read as its own."""
    return "".join(char if char.isalnum() else f"\\{char}" for char in token)
