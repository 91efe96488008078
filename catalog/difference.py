"""How two stores differ: nodes, edges, bookkeeping and receipts, both read in one order, a page at a time.

What one store alone knows is left out: the versions of its graph, the feed of changes, values that no history holds any
more, a freeze.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, TypeVar

from catalog.canonical import plain
from catalog.entry import LogEntry
from catalog.fold.descriptions import KINDS
from catalog.graph import Direction, Edge, Node
from catalog.store.port import ALL_TIME, NodeFilter, Reader, Record, Space
from ontology.compiler import load_model

PAGE = 500
_DIGEST = re.compile(r'(?<=")[0-9a-f]{32}(?=")')
_HOLDING = (Space.STATE, Space.SIGHTING, Space.JOB_RUN, Space.STRETCH)
"""The records of histories, whose values are digests of blobs."""

_OF_ONE_STORE = (Space.CHANGE, Space.FEED, Space.VERDICT)

K = TypeVar("K", str, tuple[str, str])
V = TypeVar("V")


class Part(StrEnum):
    """What differs."""

    NODE = "node"
    EDGE = "edge"
    RECORD = "record"
    RECEIPT = "receipt"


Thing: TypeAlias = Node | Edge | Record | LogEntry


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing as it is (``have``) and as it should be (``want``); None: it is not there. Never both."""

    part: Part
    have: Thing | None
    want: Thing | None


Pair: TypeAlias = tuple[V | None, V | None]


def differences(have: Reader, want: Reader) -> Iterator[Difference]:
    """All that differs, in an order in which it can be written: nodes before their edges, and those that go last."""
    yield from (one for one in _nodes(have, want) if one.want is not None)
    yield from _edges(have, want)
    yield from _records(have, want)
    yield from _entries(have, want)
    yield from (one for one in _nodes(have, want) if one.want is None)


def _nodes(have: Reader, want: Reader) -> Iterator[Difference]:
    for pairs in _node_pages(have, want):
        changed = [pair for pair in pairs if pair[0] != pair[1]]
        gone = [ours.key for ours, theirs in changed if ours is not None and theirs is None]
        relabelled = want.nodes(gone).keys() if gone else set()
        for ours, theirs in changed:
            if theirs is not None or (ours is not None and ours.key not in relabelled):
                yield Difference(Part.NODE, ours, theirs)


def _edges(have: Reader, want: Reader) -> Iterator[Difference]:
    """An edge is found at the node that it leaves, which may have another label in the other store."""
    for pairs in _node_pages(have, want):
        keys = sorted({node.key for pair in pairs for node in pair if node is not None})
        ours, theirs = _leaving(have, keys), _leaving(want, keys)
        for edge_id in sorted(ours.keys() | theirs.keys()):
            found = ours.get(edge_id), theirs.get(edge_id)
            if found[0] is None or found[1] is None or found[0].valid_to != found[1].valid_to:
                yield Difference(Part.EDGE, *found)


def _leaving(reader: Reader, keys: Sequence[str]) -> dict[str, Edge]:
    types = load_model().relationship_types
    return {edge.id: edge for edge in reader.edges(keys, types, Direction.OUT, ALL_TIME)}


def _node_pages(have: Reader, want: Reader) -> Iterator[list[Pair[Node]]]:
    for label in load_model().concrete_labels:

        def page(
            reader: Reader, after: str | None, label: str = label
        ) -> tuple[list[tuple[str, Node]], str | None]:
            found = reader.page(NodeFilter((label,)), after, PAGE)
            last = found[-1].key if len(found) == PAGE else None
            return [(node.key, node) for node in found if node.label == label], last

        yield from _merged(lambda after: page(have, after), lambda after: page(want, after))


def _records(have: Reader, want: Reader) -> Iterator[Difference]:
    for space in Space:
        if space in _OF_ONE_STORE:
            continue

        def page(
            reader: Reader, after: tuple[str, str] | None, space: Space = space
        ) -> tuple[list[tuple[tuple[str, str], Record]], tuple[str, str] | None]:
            found = reader.walk(space, after, PAGE)
            last = (found[-1].partition, found[-1].sort) if len(found) == PAGE else None
            return [((row.partition, row.sort), row) for row in found if not _is_of_one_store(row)], last

        missing: dict[str, Record] = {}
        for pairs in _merged(lambda after: page(have, after), lambda after: page(want, after)):
            for ours, theirs in pairs:
                if space is Space.BLOB and ours is None and theirs is not None:
                    missing[theirs.partition] = theirs
                elif (
                    ours != theirs
                    and not (space is Space.BLOB and theirs is None)
                    and not _knows(ours, theirs)
                ):
                    yield Difference(Part.RECORD, ours, theirs)
        for digest in sorted(_held(want, missing.keys())):
            yield Difference(Part.RECORD, None, missing[digest])


def _held(reader: Reader, digests: Collection[str]) -> set[str]:
    """Those of the digests that a history holds. A value that held between two events of one run, when they came in
    batches of their own, is kept though nothing refers to it any more: which of those there are depends on batches."""
    found: set[str] = set()
    for space in _HOLDING if digests else ():
        after: tuple[str, str] | None = None
        while rows := reader.walk(space, after, PAGE):
            for row in rows:
                found.update(one for one in _DIGEST.findall(row.value) if one in digests)
            after = (rows[-1].partition, rows[-1].sort)
    return found


def _knows(ours: Record | None, theirs: Record | None) -> bool:
    """Whether this is the list of kinds that documents describe, and ours has what theirs has. After a command to
    forget it may have more, which costs a look-up and changes nothing."""
    if ours is None or (ours.space, ours.partition, ours.sort) != (Space.STATE, *KINDS):
        return False
    return theirs is None or set(plain(ours.value)) >= set(plain(theirs.value))


def _is_of_one_store(record: Record) -> bool:
    return record.space is Space.STATE and record.partition == "graph"


def _entries(have: Reader, want: Reader) -> Iterator[Difference]:
    """Receipts that differ, of entries that both have, and entries that only one has."""

    def page(reader: Reader, after: str | None) -> tuple[list[tuple[str, LogEntry]], str | None]:
        found = reader.log(after, PAGE)
        last = found[-1].hash if len(found) == PAGE else None
        return [(entry.hash, entry) for entry in found], last

    for pairs in _merged(lambda after: page(have, after), lambda after: page(want, after)):
        for ours, theirs in pairs:
            if ours != theirs:
                yield Difference(Part.RECEIPT, ours, theirs)


PageOf: TypeAlias = Callable[[K | None], tuple[list[tuple[K, V]], K | None]]
"""Things by key behind a key, and the last key that was looked at; None: that was the end."""


def _merged(ours: PageOf[K, V], theirs: PageOf[K, V]) -> Iterator[list[Pair[V]]]:
    """Things of two sorted lists by key: what each has there. A page at a time of either."""
    after: K | None = None
    while True:
        (have, have_last), (want, want_last) = ours(after), theirs(after)
        ends = [last for last in (have_last, want_last) if last is not None]
        horizon = min(ends) if ends else None
        mine = {key: thing for key, thing in have if horizon is None or key <= horizon}
        other = {key: thing for key, thing in want if horizon is None or key <= horizon}
        pairs = [(mine.get(key), other.get(key)) for key in sorted(mine.keys() | other.keys())]
        if pairs:
            yield pairs
        if horizon is None:
            return
        after = horizon
