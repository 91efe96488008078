"""The graph as a proposal would leave it, as far as the graph says such things: for policies, which judge it.

Documents of a proposal are folded as if they came now. Of changes that are said outright:

- a field that goes is no longer there and no longer in the schema; what lineage says of it stays, for so it is until
  jobs run again;
- a field under another name is a new field: data flows into it as before, and what documents and people say of the old
  name says nothing of it;
- a dataset that goes is gone, and no port, product or schema has it; one that moves is another dataset besides, with
  the same fields, into which data flows as before;
- an objective of a contract that goes is no longer there, and one that promises more or less has that as its threshold;
- values and rows are not in the graph that policies see.

What else is said outright and would be in the graph is left: ``catalog.impact.left`` tells which policies look at it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from catalog.described import descriptions
from catalog.graph import Direction, Edge, Node, Property, Scalar
from catalog.identity import DatasetId, FieldId, is_hashed, kind_of
from catalog.impact.change import Change, ChangeKind
from catalog.impact.objectives_ahead import renewed_objective
from catalog.lineage_view import View
from catalog.projection import Said, ahead
from catalog.store.overlay import Overlay
from catalog.store.port import ChangeSet, NodeFilter, Reader
from ontology.vocabulary import Label, Origin, Rel

_K = ChangeKind
_TYPES = (_K.TYPE_WIDENED, _K.TYPE_NARROWED, _K.TYPE_INCOMPATIBLE)
_NULLS = (_K.FIELD_REQUIRED, _K.FIELD_NULLABLE)
_CLASSED = (_K.CLASSIFICATION_RAISED, _K.CLASSIFICATION_LOWERED)
_OF_FIELDS = (_K.FIELD_ADDED, _K.FIELD_REMOVED, _K.FIELD_RENAMED, _K.FIELD_MOVED, *_TYPES, *_NULLS)
"""Made where there is such a field."""
_OBJECTIVES = (_K.SLO_TIGHTENED, _K.SLO_RELAXED, _K.SLO_REMOVED)
_UNSEEN = (_K.VALUES_CHANGED, _K.ROWS_CHANGED)
"""Nothing in the graph says such things."""
_FLOWS = (Rel.FEEDS, Rel.INFLUENCES)
_HOLDING = (Rel.SERVES, Rel.EXPOSES, Rel.CONTAINS, Rel.BOUND_TO)
_CLASSES = (Label.CLASSIFICATION, Label.PERSONAL_DATA_CATEGORY)
_MOST_CLASSES = 1_000
_GONE: dict[str, Property] = {"gone": True}


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a reader would see after a proposal. ``left``: the changes of it that are not in there and might be seen."""

    overlay: Overlay
    left: tuple[Change, ...] = ()


def proposed_graph(
    reader: Reader, changes: Sequence[Change], said: Sequence[Said] = (), documents: Collection[str] = ()
) -> Ahead:
    """What a reader would see after a proposal. ``documents``: the names under which the changes tell those that are
    ``said``. Raises StoreError."""
    overlay = ahead(reader, said) if said else Overlay(reader)
    made = _Made(overlay, frozenset(documents))
    for subject, own in _by_subject(changes).items():
        made.change(subject, own)
    overlay.apply(made.changes())
    return Ahead(overlay, tuple(made.left))


def _by_subject(changes: Iterable[Change]) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        found[change.subject].append(change)
    return found


class _Made:
    """Collects what is different after changes."""

    def __init__(self, reader: Reader, documents: frozenset[str]) -> None:
        self._reader = reader
        self._documents = documents
        self.left: list[Change] = []
        self._view = View(reader, None)
        self._nodes: dict[str, Node | None] = {}
        self._edges: dict[str, Edge] = {}
        self._dropped: dict[str, Edge] = {}

    def changes(self) -> ChangeSet:
        """All of it."""
        return ChangeSet(nodes=self._nodes, edges=self._edges, dropped=self._dropped)

    def change(self, subject: str, changes: Sequence[Change]) -> None:
        """Make the changes of one thing."""
        if any(change.kind is _K.PORT_REMOVED for change in changes):
            self._take((subject,), (Rel.HAS_OUTPUT_PORT,), Direction.IN)
            self._mark_gone((subject,))
        fields = self._change_dataset(subject, changes) if kind_of(subject) == "dataset" else ()
        self.left += [one for one in changes if one not in fields and not self._has(one)]

    def _has(self, change: Change) -> bool:
        """Whether a change, which is none of the fields of a dataset, is in there, or nothing would say it."""
        if change.kind in (*_UNSEEN, _K.PORT_REMOVED):
            return True
        if change.place is not None and change.place.file in self._documents:
            return True  # its document says it
        if change.kind not in _OBJECTIVES:
            return False
        made = renewed_objective(self._reader, change)
        if made is not None:
            self._nodes.update(made.nodes)
            self._dropped.update(made.dropped)
        return made is not None

    def _change_dataset(self, subject: str, changes: Sequence[Change]) -> Collection[Change]:
        """Make the changes of a dataset and its fields; gives those that are made."""
        self._view.classes.close_datasets([subject])
        members = self._view.classes.members(self._view.classes.name(subject))
        moved = [
            one for one in changes if one.kind is _K.DATASET_MOVED and self._move(members, one.after or "")
        ]
        removed = [one for one in changes if one.kind is _K.DATASET_REMOVED]
        if moved or removed:
            self._remove_dataset(members)
            return [*moved, *removed]
        made: set[Change] = set()
        for key in members:
            made.update(self._change_fields(key, changes))
        return made

    def _move(self, members: Collection[str], to: str) -> bool:
        """Make a dataset at another address (a key) with what these have; whether that can be done."""
        if kind_of(to) != "dataset" or is_hashed(to) or to in members:
            return False
        identity, known = DatasetId.parse(to), self._reader.nodes([to]).get(to)
        if known is None or known.label != Label.DATASET:
            named: dict[str, Property] = {"namespace": identity.namespace, "name": identity.name}
            named = {**self._told_by_events(members), **named}
            self._nodes[to] = Node(
                to, Label.DATASET, {**({} if known is None else known.properties), **named}
            )
        held = self._out(members, Rel.HAS_FIELD)
        for node in self._reader.nodes({edge.target for edge in held}).values():
            said = next(dict(edge.properties) for edge in held if edge.target == node.key)
            field = self._add(identity, str(node.properties["name"]), said)
            for edge in self._reader.edges([node.key], _FLOWS, Direction.IN):
                self._put(replace(edge, target=field))
        for edge in self._reader.edges(members, (Rel.PRODUCES, Rel.HAD_DERIVATION), Direction.IN):
            self._put(replace(edge, target=to))
        return True

    def _remove_dataset(self, members: Collection[str]) -> None:
        fields = [edge.target for edge in self._out(members, Rel.HAS_FIELD)]
        self._take(members, (Rel.HAS_FIELD,), Direction.OUT)
        self._take(members, _HOLDING, Direction.IN)
        self._mark_gone([*members, *fields])

    def _told_by_events(self, members: Collection[str]) -> dict[str, Property]:
        """What events say of a dataset, which they go on to say of it at another address."""
        said = descriptions(self._reader, members)
        found: dict[str, Property] = {}
        for key, node in sorted(self._reader.nodes(members).items()):
            if node.label == Label.DATASET:
                by_documents = said[key].properties if key in said else {}
                found |= {name: one for name, one in node.properties.items() if name not in by_documents}
        return found

    def _change_fields(self, dataset: str, changes: Sequence[Change]) -> Collection[Change]:
        """Make changes of the fields that a dataset has under one of its names; gives those that are made, or that
        change nothing under this name."""
        node = self._reader.nodes([dataset]).get(dataset)
        if node is None or "namespace" not in node.properties:
            return ()
        identity = DatasetId(str(node.properties["namespace"]), str(node.properties["name"]))
        held = self._out([dataset], Rel.HAS_FIELD)
        fields = self._reader.nodes({edge.target for edge in held})
        paths = {str(one.properties["name"]): key for key, one in fields.items()}
        made: list[Change] = []
        for change in changes:
            path = change.path
            if change.kind is _K.FIELD_ADDED and path is not None and path not in paths:
                self._add(identity, path, _present(type=change.after, ordinal=change.ordinal))
            key = None if path is None else paths.get(path)
            if change.kind in _OF_FIELDS:
                made.append(change)
            if key is None or path is None:
                continue
            if change.kind in (_K.FIELD_REMOVED, _K.FIELD_RENAMED):
                within = {one: paths[one] for one in paths if one == path or one.startswith(f"{path}.")}
                if change.kind is _K.FIELD_RENAMED and change.after:
                    self._rename(identity, within, path, change.after, held)
                self._take(within.values(), (Rel.HAS_FIELD,), Direction.IN)
                self._mark_gone(within.values())
            elif change.kind in _TYPES and change.after is not None:
                self._retype(fields[key], change.after, held)
            elif change.kind in _NULLS:
                required = change.kind is _K.FIELD_REQUIRED
                self._nodes[key] = replace(
                    fields[key], properties={**self._now(fields[key]), "required": required}
                )
            elif change.kind is _K.FIELD_MOVED and change.ordinal is not None:
                self._nodes[key] = replace(
                    fields[key], properties={**self._now(fields[key]), "ordinal": change.ordinal}
                )
            elif change.kind in _CLASSED and self._classify(key, change):
                made.append(change)
        return made

    def _add(self, dataset: DatasetId, path: str, said: dict[str, Scalar]) -> str:
        field = FieldId(dataset, path)
        self._nodes[field.key] = Node(field.key, Label.FIELD, {**said, "name": path, "dataset": dataset.key})
        self._put(_shown(dataset.key, field.key, said))
        return field.key

    def _rename(
        self, dataset: DatasetId, within: dict[str, str], old: str, new: str, held: Sequence[Edge]
    ) -> None:
        """New fields in place of those within one that gets another name."""
        said = {edge.target: dict(edge.properties) for edge in held}
        for path, key in within.items():
            to = self._add(dataset, f"{new}{path[len(old) :]}", said.get(key, {}))
            for edge in self._reader.edges([key], _FLOWS, Direction.IN):
                self._put(replace(edge, target=to))

    def _retype(self, field: Node, type_: str, held: Sequence[Edge]) -> None:
        self._nodes[field.key] = replace(field, properties={**self._now(field), "type": type_})
        for edge in held:
            if edge.target == field.key and dict(edge.properties).get("type") is not None:
                self._dropped[edge.id] = edge
                self._put(_shown(edge.source, edge.target, {**dict(edge.properties), "type": type_}))

    def _now(self, node: Node) -> Mapping[str, Property]:
        """The properties of a field, as other changes leave them."""
        made = self._nodes.get(node.key)
        return node.properties if made is None else made.properties

    def _classify(self, field: str, change: Change) -> bool:
        """Say the classes that are named after the change, and no more those that are named before it alone; whether
        all of them are known."""
        before, after = (self._classes(text) for text in (change.before, change.after))
        if len(before) < _words(change.before) or len(after) < _words(change.after):
            return False
        for edge in self._out([field], Rel.CLASSIFIED_AS):
            if edge.target in before - after:
                self._dropped[edge.id] = edge
        for key in after:
            self._put(Edge(Rel.CLASSIFIED_AS, field, key, field, Origin.DECLARED))
        return True

    def _classes(self, text: str | None) -> set[str]:
        """The classes that words name: keys, ids or names."""
        wanted = {word.strip().casefold() for word in (text or "").split(",")} - {""}
        if not wanted:
            return set()
        known = self._reader.page(NodeFilter(_CLASSES), None, _MOST_CLASSES)
        return {
            node.key
            for node in known
            if wanted & {node.key.casefold(), node.key.partition("/")[2].casefold(), _name(node)}
        }

    def _out(self, keys: Collection[str], *types: Rel) -> list[Edge]:
        return self._reader.edges(keys, types, Direction.OUT) if keys else []

    def _take(self, keys: Collection[str], types: Collection[Rel], direction: Direction) -> None:
        edges = self._reader.edges(keys, types, direction) if keys else []
        self._dropped.update({edge.id: edge for edge in edges})

    def _mark_gone(self, keys: Collection[str]) -> None:
        for key, node in self._reader.nodes(keys).items():
            self._nodes[key] = replace(node, properties={**node.properties, **_GONE})

    def _put(self, edge: Edge) -> None:
        self._edges[edge.id] = edge
        self._dropped.pop(edge.id, None)


def _shown(dataset: str, field: str, said: dict[str, Scalar]) -> Edge:
    return Edge(Rel.HAS_FIELD, dataset, field, dataset, Origin.OBSERVED, tuple(sorted(said.items())))


def _present(**said: Scalar | None) -> dict[str, Scalar]:
    return {name: value for name, value in said.items() if value is not None}


def _words(text: str | None) -> int:
    return len({word.strip().casefold() for word in (text or "").split(",")} - {""})


def _name(node: Node) -> str:
    return str(node.properties.get("name", node.key)).casefold()
