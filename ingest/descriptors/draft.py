"""What a descriptor comes to while it is read: nodes, edges, where each is said, what has no place, what is wrong."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from catalog.fold.descriptions import name_in
from catalog.graph import EdgeSpec, Property, Scalar
from catalog.identity import DatasetId, DocumentId, JobId, ResourceId, kind_of
from catalog.statement import Described, DocumentStatement
from ingest.descriptors.place import ROOT, Path, spelled
from ingest.descriptors.text import Part
from ingest.secrets import hide
from ontology.compiler import load_model
from ontology.shapes import Severity
from ontology.validation import Subject, Violation, validate
from ontology.vocabulary import Label, Rel

Said: TypeAlias = Scalar | Iterable[str] | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a descriptor. ``path`` as people write it, ``line`` from 1; a WARNING keeps nothing out.

    ``about``, ``rule``: the node (key) and the IRI of the term, where the ontology finds it wrong.
    """

    path: str
    message: str
    severity: Severity = Severity.VIOLATION
    line: int | None = None
    about: str | None = None
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Unmapped:
    """Something that is kept in the document and has no place in the graph; ``why`` may be empty.

    ``like``: what it is counted with, a path with ``*`` for names that differ; empty: its path, whatever the positions.
    """

    path: str
    why: str = ""
    line: int | None = None
    like: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said."""

    path: str
    line: int | None


MAX_NUMBER = 2**63 - 1
"""Stores have numbers of 64 bits."""
EdgeKey: TypeAlias = tuple[str, str, str]
"""Type, source, target."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """What a descriptor says. ``nodes``, ``properties`` and ``edges``: where, by key, (key, name) and edge."""

    statement: DocumentStatement
    faults: tuple[Fault, ...]
    unmapped: tuple[Unmapped, ...]
    nodes: Mapping[str, Place]
    properties: Mapping[tuple[str, str], Place]
    edges: Mapping[EdgeKey, Place]

    @property
    def kept_out(self) -> bool:
        """Whether it breaks rules in a way that forbids to apply it."""
        return any(fault.severity is Severity.VIOLATION for fault in self.faults)


@dataclass(slots=True)
class _Node:
    label: str
    properties: dict[str, Property] = field(default_factory=dict)
    edges: dict[EdgeSpec, None] = field(default_factory=dict)
    stub: bool = True


class Draft:
    """One document under way. Readers of all formats fill it; paths are those in the part that is being read."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.title: str | None = None
        self._part: Part | None = None
        self._many = False
        self._nodes: dict[str, _Node] = {}
        self._faults: list[Fault] = []
        self._unmapped: list[Unmapped] = []
        self._node_places: dict[str, Place] = {}
        self._property_places: dict[tuple[str, str], Place] = {}
        self._edge_places: dict[EdgeKey, Place] = {}

    def begin(self, part: Part, *, of_many: bool = False) -> None:
        """The paths that come now are those of this part."""
        self._part, self._many = part, of_many

    def thing(self, label: Label, *names: str, at: Path = ROOT) -> str:
        """The key of a thing by its label and the parts of its name; a stub until something is said of it."""
        kind = load_model().node(label).kind
        assert kind is not None, label
        key = ResourceId(kind, tuple(names)).key
        self._touch(key, label, at)
        return key

    def dataset(self, namespace: str, name: str, *, at: Path = ROOT) -> str:
        """The key of a dataset, as pipelines name it: without secrets, as events of it are kept."""
        namespace, name = hide(namespace), hide(name)
        key = DatasetId(namespace, name).key
        if self._touch(key, Label.DATASET, at):
            self._nodes[key].properties.update(namespace=namespace, name=name)
        return key

    def job(self, namespace: str, name: str, *, at: Path = ROOT) -> str:
        """The key of a job, as pipelines name it: without secrets, as events of it are kept."""
        namespace, name = hide(namespace), hide(name)
        key = JobId(namespace, name).key
        if self._touch(key, Label.JOB, at):
            self._nodes[key].properties.update(namespace=namespace, name=name)
        return key

    def field(self, dataset: DatasetId, path: str, *, at: Path = ROOT) -> str:
        """The key of a field of a dataset; its dataset is named too."""
        dataset = DatasetId(hide(dataset.namespace), hide(dataset.name))
        home = self.dataset(dataset.namespace, dataset.name, at=at)
        key = dataset.field(path).key
        if self._touch(key, Label.FIELD, at):
            self._nodes[key].properties.update(dataset=home, name=path)
        return key

    def say(self, key: str, at: Path = ROOT, **properties: Said) -> None:
        """Properties of a thing; those that are None or empty lists are not said. Of two values the first counts, and
        the second is a fault."""
        node = self._nodes[key]
        if node.stub:
            node.stub = False
            self._node_places[key] = self._place(at)
        for name, given in properties.items():
            value = self._without_secrets(name, _value(given), at)
            if value is None:
                continue
            if isinstance(value, int) and abs(value) > MAX_NUMBER:
                self.fault(at, f"{value!r:.40} is too large for a number.")
                continue
            known = node.properties.get(name)
            self._property_places.setdefault((key, name), self._place(at))
            if known is None:
                node.properties[name] = value
            elif isinstance(known, list) and isinstance(value, list):
                node.properties[name] = sorted({*known, *value})
            elif known != value:
                self.fault(at, f"{key} already has {known!r:.80} as {name}; here it is {value!r:.80}.")

    def _without_secrets(self, name: str, value: Property | None, at: Path) -> Property | None:
        """A value as the graph keeps it; the text of the document stays what it is."""
        if not isinstance(value, str) or (kept := hide(value)) == value:
            return value
        self.warn(at, f"A secret in {name} is not shown; take it out of the document, whose text is kept.")
        return kept

    def name(self, key: str) -> str | None:
        """The name that is said of a thing so far."""
        found = self._nodes[key].properties.get("name")
        return found if isinstance(found, str) else None

    def link(self, rel: Rel, source: str, target: str, at: Path = ROOT, **properties: Scalar | None) -> None:
        """A relationship between two things that are named already."""
        assert target in self._nodes, target
        said = tuple(sorted((name, value) for name, value in properties.items() if value is not None))
        self._nodes[source].edges.setdefault(EdgeSpec(rel, source, target, said))
        self._edge_places.setdefault((rel, source, target), self._place(at))

    def unmapped(self, at: Path, why: str = "", *, like: Path = ROOT) -> None:
        """Something has no place in the graph; it stays in the document. ``like``: its path, with ``*`` for the names
        of things among many."""
        place = self._place(at)
        self._unmapped.append(Unmapped(place.path, why, place.line, spelled(like) if like else ""))

    def fault(self, at: Path, message: str) -> None:
        """Something is wrong, so that the document is not applied."""
        self._find(at, message, Severity.VIOLATION)

    def warn(self, at: Path, message: str) -> None:
        """Something is odd, and the document applied all the same."""
        self._find(at, message, Severity.WARNING)

    def drafted(self, **about: str | None) -> Drafted:
        """What it has come to, judged by the ontology. ``about``: properties of the document itself."""
        described = tuple(self._described(key) for key in sorted(self._nodes))
        said = tuple(sorted((name, value) for name, value in about.items() if value is not None))
        judged = () if any(f.severity is Severity.VIOLATION for f in self._faults) else self._judged()
        return Drafted(
            DocumentStatement(DocumentId(self.source), described, said),
            (*sorted(self._faults, key=_position), *judged),
            tuple(sorted(self._unmapped, key=_position)),
            dict(self._node_places),
            dict(self._property_places),
            dict(self._edge_places),
        )

    def _touch(self, key: str, label: Label, at: Path) -> bool:
        """Name a thing; whether it is new here."""
        known = self._nodes.get(key)
        if known is None:
            self._nodes[key] = _Node(label)
            self._node_places[key] = self._place(at)
        return known is None

    def _described(self, key: str) -> Described:
        node = self._nodes[key]
        edges = tuple(sorted(node.edges, key=repr))
        stub = node.stub and not edges
        properties = {k: v for k, v in node.properties.items() if k != "name" or not _is_idle(key, v)}
        return Described(key, node.label, tuple(sorted(properties.items())), edges, stub)

    def _judged(self) -> Sequence[Fault]:
        """What the shapes of the ontology find wrong, at the places where it is said. A name that is not said is none
        that is missing: the graph then takes one from the key, which stands back behind any that is said elsewhere."""
        subjects = [
            Subject(
                one.key,
                one.label,
                {"name": name_in(one.key), **dict(one.properties)},
                tuple((edge.type, edge.target, self._nodes[edge.target].label) for edge in one.edges),
            )
            for one in map(self._described, sorted(self._nodes))
            if not one.stub
        ]
        return [self._fault_of(violation) for violation in validate(load_model(), subjects)]

    def _fault_of(self, violation: Violation) -> Fault:
        place = self._node_places[violation.focus]
        properties = load_model().node(self._nodes[violation.focus].label).properties
        names = [one.name for one in properties if one.iri == violation.path]
        for name in names:
            place = self._property_places.get((violation.focus, name), place)
        return Fault(
            place.path, violation.message, violation.severity, place.line, violation.focus, violation.path
        )

    def _find(self, at: Path, message: str, severity: Severity) -> None:
        place = self._place(at)
        found = Fault(place.path, message, severity, place.line)
        if found not in self._faults[-20:]:
            self._faults.append(found)

    def _place(self, at: Path) -> Place:
        if self._part is None:
            return Place(spelled(at), None)
        inside = spelled(at)
        path = f"part {self._part.index + 1}: {inside}" if self._many else inside
        return Place(path, self._part.line(at))


def _is_idle(key: str, name: Property) -> bool:
    """Whether a name says only what the key says, as every node without one has it: so a document that knows a team by
    its id does not take away the name that another gives it. Names of what events name too are a part of what it is."""
    return kind_of(key) not in ("dataset", "field", "job", "namespace", "run") and name == name_in(key)


def _value(given: Said) -> Property | None:
    if given is None or isinstance(given, str | int | bool):
        return given
    return sorted(set(given)) or None


def _position(found: Fault | Unmapped) -> tuple[int, str]:
    return (found.line or 0, found.path)
