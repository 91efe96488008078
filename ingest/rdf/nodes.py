"""The nodes that a document describes: its things with their properties, and the edges that leave them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from catalog.graph import EdgeSpec, Property, Scalar
from catalog.identity import DatasetId
from catalog.statement import Described
from ingest.rdf.edges import Edges
from ingest.rdf.findings import shown
from ingest.rdf.graph import Thing
from ingest.rdf.keys import name_in
from ingest.rdf.ports import Input, formats, inputs, served
from ingest.rdf.properties import Said, properties_of
from ingest.rdf.reading import Reading
from ingest.rdf.values import distinct
from ontology.rdf import TYPE
from ontology.validation import Given, Subject
from ontology.vocabulary import Label, Rel


@dataclass(slots=True)
class Draft:
    """A node under way."""

    key: str
    label: str
    properties: Said
    stub: bool = True
    ours: bool = False
    """Whether the document gives it a class of ours."""


class Drafts:
    """The nodes of one document by key."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._nodes: dict[str, Draft] = {}
        self._said: dict[Thing, Said] = {}
        self._edges: dict[str, set[EdgeSpec]] = defaultdict(set)
        self.things: dict[str, str] = {}
        """What the document calls each node, by key."""
        for thing in sorted(reading.kinds.labels):
            self._add(thing)
        self._connect()

    def described(self) -> tuple[Described, ...]:
        """The nodes in the order of their keys."""
        return tuple(
            Described(
                draft.key,
                draft.label,
                tuple(sorted((name, _settled(value)) for name, value in draft.properties.items())),
                tuple(sorted(self._edges[key], key=repr)),
                draft.stub,
            )
            for key, draft in sorted(self._nodes.items())
        )

    def subjects(self) -> list[Subject]:
        """The nodes of which something is said, as validation takes them; a name that nobody gives is no violation of
        those who speak in the words of a standard, for the graph then takes it from the key."""
        return [
            Subject(
                key,
                draft.label,
                _given(draft),
                tuple(
                    (edge.type, edge.target, self._nodes[edge.target].label)
                    for edge in sorted(self._edges[key], key=repr)
                ),
            )
            for key, draft in sorted(self._nodes.items())
            if not draft.stub
        ]

    def _add(self, thing: Thing) -> None:
        identity = self._reading.identity(thing)
        if identity is None:
            return
        label = self._reading.kinds.labels[thing]
        said = properties_of(thing, identity, self._reading)
        formats(thing, said, self._reading)
        self._said[thing] = said
        stub = all(fact.predicate == TYPE for fact in self._reading.graph.of(thing))
        if stub:
            said = dict(identity.properties)
        self.things.setdefault(identity.key, shown(thing))
        draft = self._nodes.setdefault(identity.key, Draft(identity.key, label, {}, stub=True))
        draft.stub = draft.stub and stub
        draft.ours = draft.ours or self._has_class_of_ours(thing)
        _join(draft.properties, said)
        if label == Label.FIELD:
            self._name_dataset(str(identity.properties["dataset"]))

    def _has_class_of_ours(self, thing: Thing) -> bool:
        types = self._reading.graph.types(thing)
        return any(self._reading.model.node_by_iri(type_) is not None for type_ in types)

    def _name_dataset(self, key: str) -> None:
        """The dataset of a field is among the nodes, even where only the key of the field names it."""
        if key not in self._nodes:
            dataset = DatasetId.parse(key)
            properties: Said = {"namespace": dataset.namespace, "name": dataset.name}
            self._nodes[key] = Draft(key, Label.DATASET, properties)

    def _connect(self) -> None:
        edges = Edges(self._reading, lambda thing: self._said.get(thing, {}))
        for edge in (*edges.found(), *served(self._reading, edges)):
            self._edges[edge.source].add(edge)
        for found in inputs(self._reading, edges):
            if isinstance(found, Input):
                self._add_input(found)
            else:
                self._edges[found.source].add(found)

    def _add_input(self, found: Input) -> None:
        upstream = self._nodes[found.upstream].properties.get("name", found.name)
        self._nodes[found.key] = Draft(found.key, Label.INPUT_PORT, {"name": upstream}, stub=False)
        self._edges[found.product].add(EdgeSpec(Rel.HAS_INPUT_PORT, found.product, found.key))
        self._edges[found.key].add(EdgeSpec(Rel.RECEIVES, found.key, found.upstream))


def _given(draft: Draft) -> Mapping[str, Given]:
    """The properties as validation takes them, which judges what lists hold that should not."""
    given = {name: cast(Given, value) for name, value in draft.properties.items()}
    return given if draft.ours else {"name": name_in(draft.key), **given}


def _join(properties: Said, said: Said) -> None:
    """Two names of one thing say what both say; where they differ it has several values, which validation judges."""
    for name, value in said.items():
        if name not in properties:
            properties[name] = value
        elif properties[name] != value:
            properties[name] = distinct([*_listed(properties[name]), *_listed(value)])


def _listed(value: Property | list[Scalar]) -> Sequence[Scalar]:
    return value if isinstance(value, list) else [value]


def _settled(value: Property | list[Scalar]) -> Property:
    return [str(one) for one in value] if isinstance(value, list) else value
