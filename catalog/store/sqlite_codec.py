"""Values of the catalog to rows of SQLite and back."""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

import msgspec

from catalog.entry import EntryKind, LogEntry, Problem, Status
from catalog.graph import Edge, Node, Property, Scalar

Row: TypeAlias = tuple[Any, ...]

NODE_COLUMNS = "node.key, node.label, node.props"
EDGE_COLUMNS = "e.type, s.key, t.key, e.id, h.via, h.origin, e.props, e.valid_from, e.valid_to"
LOG_COLUMNS = "hash, kind, order_key, received_ns, status, problems, actor, producer, body"

_encoder = msgspec.json.Encoder()
_props = msgspec.json.Decoder(dict[str, Any])
_problems = msgspec.json.Decoder(tuple[Problem, ...])
_NOT_INDEXABLE = re.compile(r"[^0-9a-z]")
_NO_PROPS = "{}"

COMMON_LENGTH = 200
"""Shorter properties of edges are decoded once: a walk reads the same few again and again."""


def listed(keys: Collection[str]) -> str:
    """Keys as JSON, for ``json_each(?)``, which takes any number of them but ends a text at a NUL character.

    No key of a node and no hash holds one, so whatever does is nothing that could be found.
    """
    return _encoder.encode([key for key in keys if "\0" not in key]).decode()


def node_row(node: Node) -> Row:
    """(key, label, namespace, dataset, search, props) of a node."""
    properties = node.properties
    return (
        node.key,
        node.label,
        _text(properties.get("namespace")),
        _text(properties.get("dataset")),
        index_words(_text(properties.get("searchText")) or "") or None,
        _encoder.encode(properties if isinstance(properties, dict) else dict(properties)).decode(),
    )


def node_of(row: Row) -> Node:
    """A node from NODE_COLUMNS."""
    key, label, props = row
    return Node(key, label, _props.decode(props))


def has_property(props: str, name: str, value: str) -> bool:
    """SQL function: exact, unlike json_extract, which ends a text at a NUL character."""
    return bool(_props.decode(props).get(name) == value)


def edge_row(edge_id: str, edge: Edge) -> Row:
    """(source key, type, target key, id, via, origin, valid_from, valid_to, props) of an edge."""
    props = _encoder.encode(dict(edge.properties)).decode() if edge.properties else _NO_PROPS
    ends = (edge.source, edge.type, edge.target)
    return (*ends, edge_id, edge.via, edge.origin, edge.valid_from, edge.valid_to, props)


def edge_of(row: Row) -> Edge:
    """An edge from EDGE_COLUMNS."""
    type_, source, target, edge_id, via, origin, props, valid_from, valid_to = row
    decode = _common_properties if len(props) < COMMON_LENGTH else _edge_properties
    edge = Edge(type_, source, target, via, origin, decode(props), valid_from, valid_to)
    edge.__dict__["id"] = edge_id  # the cached property: a digest for each edge read would double the cost
    return edge


def _edge_properties(props: str) -> tuple[tuple[str, Scalar], ...]:
    return tuple(_props.decode(props).items())


_common_properties = lru_cache(4096)(_edge_properties)


def log_row(entry: LogEntry) -> Row:
    """The values of LOG_COLUMNS."""
    problems = _encoder.encode(entry.problems).decode()
    head = (entry.hash, entry.kind.value, entry.order_key, entry.received_ns, entry.status.value)
    return (*head, problems, entry.actor, entry.producer, entry.body)


def entry_of(row: Row) -> LogEntry:
    """A log entry from LOG_COLUMNS."""
    hash_, kind, order_key, received_ns, status, problems, actor, producer, body = row
    found = _problems.decode(problems)
    return LogEntry(
        hash_, EntryKind(kind), order_key, received_ns, body, Status(status), found, actor, producer
    )


def index_words(text: str) -> str:
    """The words of a text in the alphabet of the full-text index: others become _ and six hex digits.

    No code of a character begins another, so a word begins with a token exactly when its code begins with the
    code of the token.
    """
    if text.isascii() and not _NOT_INDEXABLE.search(text.replace(" ", "")):
        return " ".join(text.split())
    return " ".join(index_word(word) for word in text.split())


def index_word(word: str) -> str:
    """One word, or the beginning of one, in the alphabet of the full-text index."""
    return _NOT_INDEXABLE.sub(lambda match: f"_{ord(match.group()):06x}", word)


def match_all(tokens: Collection[str]) -> str:
    """The FTS5 question for texts that have, for each token, a word that begins with it."""
    return " ".join(f'"{index_word(token)}"*' for token in sorted(set(tokens)))


def _text(value: Property | None) -> str | None:
    return value if isinstance(value, str) else None


def equals_terms(equals: Mapping[str, str], indexed: Collection[str]) -> tuple[str, list[str]]:
    """The SQL of a filter on node properties, each part beginning with AND, and its values."""
    sql, values = "", []
    for name, value in equals.items():
        if name in indexed:
            sql += f" AND node.{name} = ?"
            values.append(value)
        else:
            sql += " AND has_property(node.props, ?, ?)"
            values += [name, value]
    return sql, values
