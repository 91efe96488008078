"""A store whose graph becomes another step by step, as folds change it: what was touched is in the journal."""

from collections.abc import Mapping

import msgspec

from catalog.changes import note_changes
from catalog.graph import Edge, Node
from catalog.store.port import ChangeSet, Space, Store, Transaction

Records = Mapping[tuple[Space, str, str], str]


class Changing:
    """What a store has been made to have."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._nodes: Mapping[str, Node] = {}
        self._edges: Mapping[str, Edge] = {}
        self._records: Records = {}

    def become(
        self, graph: tuple[Mapping[str, Node], Mapping[str, Edge]], records: Records, *, end: bool = False
    ) -> frozenset[str]:
        """Make it have just these nodes, edges and records; which nodes that touched. ``end``: edges that go have
        ended, and nodes are marked as gone."""
        nodes, edges = graph
        fresh = {key: one for key, one in nodes.items() if self._nodes.get(key) != one}
        lost = [one for key, one in self._nodes.items() if key not in nodes]
        away = {id_: one for id_, one in self._edges.items() if id_ not in edges}
        more = {id_: one for id_, one in edges.items() if id_ not in self._edges}
        gone: dict[str, Node | None] = {
            one.key: Node(one.key, one.label, {**one.properties, "gone": True}) if end else None
            for one in lost
        }
        ended = {id_: msgspec.structs.replace(one, valid_to=2) for id_, one in away.items()} if end else {}
        told = {place for place, text in records.items() if self._records.get(place) != text}
        told |= self._records.keys() - records.keys()
        ends = {key for one in (*more.values(), *away.values()) for key in (one.source, one.target)}
        of_records = {part for _, *parts in told for part in parts if part.startswith(("dataset/", "job/"))}
        touched = frozenset({*fresh, *gone, *ends, *of_records})
        kept = {place: records.get(place) for place in told}
        self._nodes, self._edges, self._records = nodes, edges, records

        def write(transaction: Transaction) -> None:
            dropped = {} if end else away
            changes = ChangeSet({**fresh, **gone}, {**more, **ended}, kept, dropped=dropped)
            transaction.apply(changes)
            note_changes(transaction, touched)

        self.store.write(write)
        return touched
