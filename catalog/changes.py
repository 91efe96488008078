"""The graph version and its journal: how often the graph has changed, and which nodes each change touched.

A commit that writes or deletes a node or an edge takes the next version and leaves a record of the nodes whose
description may be another since: those written and deleted, and the ends of edges. Who keeps a copy of the graph (the
SPARQL store) reads what has changed since the version it has. Versions count the commits of one store: they are no
part of the graph, and no export has them.
"""

import json
import secrets
import time
from collections.abc import Collection
from dataclasses import dataclass

from catalog.freeze import LOCK, refuse_frozen
from catalog.store.port import ChangeSet, Range, Reader, Space, Transaction

KEPT = 10_000
"""How many of the last changes the journal keeps."""

MOST_KEYS = 50_000
"""A change of more nodes is kept without their keys, as one that may have touched any: a copy is made anew for it."""

_PARTITION = "graph"
_ADDRESS = (_PARTITION, "version")


@dataclass(frozen=True, slots=True)
class Position:
    """A version of one store's graph. ``mark`` is drawn by chance for each version: a store that was restored from a
    copy and went on from there has the same numbers with other marks."""

    version: int = 0
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """The nodes that may differ between two versions, and the later one of them."""

    until: Position
    keys: frozenset[str]


def note_changes(transaction: Transaction, keys: Collection[str]) -> None:
    """Take the next version for a change of these nodes; for none there is none. The last that a transaction does.

    Raises Frozen where another process makes the graph anew.
    """
    transaction.lock((LOCK,))
    refuse_frozen(transaction, time.time_ns())
    if keys:
        take_version(transaction, keys)


def take_version(transaction: Transaction, keys: Collection[str]) -> None:
    """Take the next version for a change of these nodes. The caller holds the lock."""
    version, mark = position(transaction).version + 1, secrets.token_hex(8)
    touched = sorted(keys) if len(keys) <= MOST_KEYS else None
    records: dict[tuple[Space, str, str], str | None] = {
        (Space.STATE, *_ADDRESS): json.dumps([version, mark]),
        (Space.CHANGE, _PARTITION, _sort(version)): json.dumps([mark, touched]),
    }
    if version > KEPT:
        records[Space.CHANGE, _PARTITION, _sort(version - KEPT)] = None
    transaction.apply(ChangeSet(records=records))


def graph_version(reader: Reader) -> int:
    """How often the graph has changed; 0: it is empty."""
    return position(reader).version


def position(reader: Reader) -> Position:
    """The version of the graph as it is."""
    text = reader.records(Space.STATE, (_ADDRESS,)).get(_ADDRESS)
    return Position() if text is None else Position(*json.loads(text))


def changes_since(reader: Reader, since: Position, limit: int) -> Changes | None:
    """What the next ``limit`` changes behind a position touched.

    None: the journal cannot tell, because it no longer reaches back so far, because one change was too large for it,
    or because the position is of another history. A copy of the graph is then to be made anew.
    """
    # The record of the position itself is read too: its mark tells whether the history is the same.
    first = max(since.version, 1)
    rows = reader.scan(Space.CHANGE, [Range(_PARTITION, low=_sort(first))], limit=limit + 1)
    if [row.sort for row in rows] != [_sort(first + number) for number in range(len(rows))]:
        return None
    found: list[tuple[str, list[str] | None]] = [tuple(json.loads(row.value)) for row in rows]
    if since.version:
        if not found or found[0][0] != since.mark:
            return None
        del found[0]
    keys: set[str] = set()
    for _, touched in found:
        if touched is None:
            return None
        keys.update(touched)
    return Changes(Position(since.version + len(found), found[-1][0]) if found else since, frozenset(keys))


def _sort(version: int) -> str:
    return f"{version:016x}"
