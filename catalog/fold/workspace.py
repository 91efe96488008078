"""One transaction's workspace: what the folds read from the store, and what they will write to it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from catalog.canonical import digest
from catalog.entry import LogEntry
from catalog.fold.edges import Names, told_by_document
from catalog.graph import Direction, Edge, Node
from catalog.store.port import ALL_TIME, ChangeSet, Space, Transaction


@dataclass
class Workspace:
    """Reads through to a transaction; collects nodes, edges, records and entries until ``changes``.

    ``known_blobs``: digests that are surely stored already, so that repeats write nothing. ``retold``: runs of which
    more inputs or outputs are known: no node and no edge says so, but RDF does. ``resql``: jobs of which other SQL is
    known.
    """

    transaction: Transaction
    known_blobs: Collection[str] = ()
    names: Names = field(default_factory=dict)
    blobs: dict[str, str] = field(default_factory=dict)
    interned: set[str] = field(default_factory=set)
    nodes: dict[str, Node | None] = field(default_factory=dict)
    edges: dict[str, Edge | None] = field(default_factory=dict)
    dropped: dict[str, Edge] = field(default_factory=dict)
    records: dict[tuple[Space, str, str], str | None] = field(default_factory=dict)
    entries: list[LogEntry] = field(default_factory=list)
    rewritten: list[LogEntry] = field(default_factory=list)
    locked: set[str] = field(default_factory=set)
    retold: set[str] = field(default_factory=set)
    resql: set[str] = field(default_factory=set)

    def lock(self, keys: Collection[str]) -> None:
        """Hold more entities; what decides about them is read after this.

        Everyone who writes takes locks in one order, so that two seldom wait for each other in a ring (Neo4j then ends
        one, which begins again): the gates of commands; all that is known to be touched before a read, at once
        and sorted (datasets with their normal forms, jobs, runs); what reading brings to light; namespaces; the names
        of ``catalog.derivation.marks``; the version of the graph (``catalog.freeze``), the last.
        """
        fresh = set(map(_lock_of, keys)) - self.locked
        if fresh:
            self.transaction.lock(fresh)
            self.locked |= fresh

    def intern(self, text: str) -> str:
        """Keep a value; its digest stands for it from now on."""
        address = digest(text)
        self.blobs[address] = text
        self.interned.add(address)
        return address

    def load_blobs(self, digests: Iterable[str]) -> None:
        """Read the values behind digests, at once; ``text`` then answers for them."""
        missing = {address for address in digests if address and address not in self.blobs}
        if missing:
            found = self.transaction.records(Space.BLOB, [(address, "") for address in missing])
            self.blobs.update({address: text for (address, _), text in found.items()})

    def text(self, address: str) -> str:
        """The value behind a digest."""
        if address not in self.blobs:
            self.load_blobs((address,))
        return self.blobs[address]

    def change_edges(self, changes: dict[str, Edge | None], stored: Iterable[Edge]) -> None:
        """Write and delete edges; ``stored`` are the edges that the deletions may name."""
        self.edges.update(changes)
        self.dropped.update({edge.id: edge for edge in stored if edge.id in changes})

    def touched_edges(self) -> list[Edge]:
        """Every edge that this transaction writes or deletes."""
        return [*(edge for edge in self.edges.values() if edge is not None), *self.dropped.values()]

    def touched_nodes(self) -> set[str]:
        """The keys of all whose description may be another after this transaction."""
        return {
            *self.nodes,
            *(end for edge in self.touched_edges() for end in (edge.source, edge.target)),
            *self.retold,
        }

    def edges_at(self, keys: Collection[str], types: Collection[str], direction: Direction) -> list[Edge]:
        """The stretches of all times that touch the keys, with this transaction's own changes."""
        stored = self.transaction.edges(keys, types, direction, ALL_TIME) if keys else []
        found = {edge.id: edge for edge in stored if edge.id not in self.edges}
        wanted = set(keys)
        for edge in self.edges.values():
            if edge is None or edge.type not in types:
                continue
            leaves = edge.source in wanted and direction is not Direction.IN
            enters = edge.target in wanted and direction is not Direction.OUT
            if leaves or enters:
                found[edge.id] = edge
        return list(found.values())

    def touched_by_events(
        self, keys: Collection[str], types: Collection[str], direction: Direction
    ) -> set[str]:
        """Those of the keys that an edge of the types enters, leaves or touches, in any stretch of time. Edges that
        documents tell do not count: what these name has a description.

        Asks the store only about keys that no edge of this transaction shows to be touched.
        """
        wanted, found = set(keys), set()
        for edge in self.edges.values():
            if edge is not None and edge.type in types and not told_by_document(edge):
                found |= _ends(edge, direction) & wanted
        for edge in self.edges_at(wanted - found, types, direction):
            if not told_by_document(edge):
                found |= _ends(edge, direction) & wanted
        return found

    def changes(self) -> ChangeSet:
        """What to write."""
        records = dict(self.records)
        for address in self.interned:
            if address not in self.known_blobs:
                records[Space.BLOB, address, ""] = self.blobs[address]
        edges = {edge_id: edge for edge_id, edge in self.edges.items() if edge is not None}
        dropped = {edge_id: self.dropped[edge_id] for edge_id, edge in self.edges.items() if edge is None}
        entries, rewritten = tuple(self.entries), tuple(self.rewritten)
        return ChangeSet(self.nodes, edges, records, entries, rewritten, dropped)


def _ends(edge: Edge, direction: Direction) -> set[str]:
    """The ends of an edge that it enters (IN), leaves (OUT) or touches (BOTH)."""
    if direction is Direction.BOTH:
        return {edge.source, edge.target}
    return {edge.target if direction is Direction.IN else edge.source}


def _lock_of(key: str) -> str:
    """What is locked for an entity. Runs share 4,096 locks: there are ever more runs, and a lock of each would stay."""
    return f"run/{digest(key)[:3]}" if key.startswith("run/") else key
