"""What commands take away, portion by portion in one transaction, and how much that is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from catalog.changes import MOST_KEYS
from catalog.derivation.causes import note_causes
from catalog.entry import LogEntry
from catalog.fold.rewriting import Rewriting, rewrite
from catalog.fold.workspace import Workspace
from catalog.identity import kind_of
from catalog.store.port import ChangeSet, Transaction


@dataclass
class Taken:
    """How much goes. ``nodes``: of the graph, by kind of key (dataset, run …); ``values``: of facets, schemas and
    declared lineage, in histories; ``entries``: of the log, of which something goes; ``bodies``: of these, those of
    which nothing is left. ``touched``: the nodes that may be told otherwise now, some more than MOST_KEYS at most."""

    nodes: Counter[str] = field(default_factory=Counter)
    values: int = 0
    entries: int = 0
    bodies: int = 0
    touched: set[str] = field(default_factory=set)

    @property
    def counts(self) -> dict[str, int]:
        """The counts that are not zero, by what they count: kinds of nodes, ``values``, ``entries``, ``bodies``."""
        found = {kind: self.nodes[kind] for kind in sorted(self.nodes)}
        found.update({"values": self.values, "entries": self.entries, "bodies": self.bodies})
        return {kind: count for kind, count in found.items() if count}

    def write(self, work: Workspace, what: Rewriting) -> None:
        """Write a portion: what becomes of histories and runs, and all that follows from it."""
        work.lock(what.touched())
        rewrite(work, what)
        note_causes(work)
        gone = [key for key, node in work.nodes.items() if node is None]
        self.nodes.update(kind_of(key) for key in (work.transaction.nodes(gone) if gone else ()))
        self._touch(work.touched_nodes())
        work.transaction.apply(work.changes())

    def rewrite(self, transaction: Transaction, entries: Sequence[LogEntry]) -> None:
        """Write entries of which something goes."""
        self.entries += len(entries)
        self.bodies += sum(not entry.body for entry in entries)
        transaction.apply(ChangeSet(rewritten=entries))

    def _touch(self, keys: set[str]) -> None:
        if len(self.touched) <= MOST_KEYS:
            self.touched |= keys
