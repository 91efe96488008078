"""Validating nodes against the shapes of the ontology: SHACL core over nodes and edges, without a triple made.

The findings are those of a SHACL engine over the RDF of the same nodes, one for one; a test compares them with
pySHACL's. What is not known is not held against a node: the class of an end of an edge of which no label is given.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ontology import literals
from ontology.model import Datatype, GraphModel, PropertyType
from ontology.rdf import NS, XSD, Iri, Typed, Value, is_iri
from ontology.sentences import Finding, sentence, thing
from ontology.shape_reader import regular_expression
from ontology.shapes import (
    And,
    ClassIs,
    Closed,
    Comparison,
    Constraint,
    DatatypeIs,
    HasValue,
    In,
    KindIs,
    Limit,
    MaxCount,
    MaxLength,
    MinCount,
    MinLength,
    NodeShape,
    Not,
    Or,
    Path,
    Pattern,
    PropertyShape,
    Severity,
    Shape,
    component,
)

Given: TypeAlias = str | int | bool | Collection[str]
"""A property as the graph has it."""


class Key(Iri):
    """The key of a node: the end of its IRI, which depends on where the service runs."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """A node to validate, with the edges that leave it: (relationship type, key of the target, its label if known)."""

    key: str
    label: str
    properties: Mapping[str, Given]
    edges: tuple[tuple[str, str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Violation:
    """A finding. ``focus``: the key of the node; ``component`` and ``path`` are IRIs, ``shape`` that of its shape.

    ``path`` is None where the node itself is found wrong; ``inverse``: it is walked against its direction.
    ``value``: the value that is found wrong, a Key for a node; None where their number is, or one is missing.
    """

    focus: str
    shape: str
    component: str
    path: str | None
    value: Value | None
    message: str
    severity: Severity = Severity.VIOLATION
    inverse: bool = False


def validate(model: GraphModel, nodes: Collection[Subject]) -> list[Violation]:
    """All that the shapes find wrong with the nodes, sorted by node, shape and value.

    Raises UnknownTerm for a label, property or relationship type that the model does not have.
    """
    world = _World(model, nodes)
    by_label: dict[str, list[NodeShape]] = {}
    found: list[Violation] = []
    for key, label in world.subjects.items():
        if label not in by_label:
            by_label[label] = _shapes_for(model, label)
        for shape in by_label[label]:
            found += _Findings(world, key).of(shape)
    return sorted(found, key=_place)


def keeps_out(violations: Iterable[Violation]) -> bool:
    """Whether any of them is bad enough to keep a document out."""
    return any(violation.severity is Severity.VIOLATION for violation in violations)


def term(property_: PropertyType, value: str | int | bool) -> Value:
    """The RDF term of a single value: what has another type than its property asks for is taken as it is."""
    if not isinstance(value, str):
        return value
    match property_.datatype:
        case Datatype.KEY:
            return Key(value)
        case Datatype.IRI:
            return Iri(value) if is_iri(value) else value
        case Datatype.DATE_TIME | Datatype.DECIMAL:
            return Typed((value, f"{XSD}{property_.datatype}"))
        case _:
            return value


def _shapes_for(model: GraphModel, label: str) -> list[NodeShape]:
    classes = {model.node(above).iri for above in model.label_path(label)}
    return [shape for shape in model.shapes if classes.intersection(shape.targets)]


def _place(violation: Violation) -> tuple[str, ...]:
    value = violation.value
    return (
        violation.focus,
        violation.shape,
        violation.component,
        violation.path or "",
        type(value).__name__,
        repr(value),
        violation.message,
    )


class _World:
    """What is known of the nodes: their labels and classes, and the different values of each predicate."""

    def __init__(self, model: GraphModel, nodes: Collection[Subject]) -> None:
        self.model = model
        self.subjects: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self._classes: defaultdict[str, set[str]] = defaultdict(set)
        self._out: defaultdict[str, dict[str, dict[tuple[str, object], Value]]] = defaultdict(dict)
        self._in: defaultdict[str, dict[str, dict[tuple[str, object], Value]]] = defaultdict(dict)
        for node in nodes:
            self._add(node)

    def _add(self, node: Subject) -> None:
        kind = self.model.node(node.label)
        self.subjects[node.key] = node.label
        self._of_class(node.key, node.label)
        _put(self._out[node.key], f"{NS}key", node.key)
        name = node.properties.get("name")
        if isinstance(name, str):
            self.names[node.key] = name
        for property_name, given in node.properties.items():
            property_ = kind.property_type(property_name)
            if not property_.internal:
                for value in [given] if isinstance(given, str | int) else given:
                    _put(self._out[node.key], property_.iri, term(property_, value))
        for type_, target, label in node.edges:
            iri = self.model.relationship(type_).iri
            _put(self._out[node.key], iri, Key(target))
            _put(self._in[target], iri, Key(node.key))
            if label is not None:
                self._of_class(target, label)

    def _of_class(self, key: str, label: str) -> None:
        self._classes[key].update(self.model.node(above).iri for above in self.model.label_path(label))

    def values(self, key: str, path: Path) -> list[Value]:
        """The different values at a path."""
        found = (self._in if path.inverse else self._out).get(key, {})
        return list(found.get(path.iri, {}).values())

    def predicates(self, key: str) -> Iterator[tuple[str, Value]]:
        """All predicates of a node, each with its different values."""
        for iri, values in self._out.get(key, {}).items():
            for value in values.values():
                yield iri, value

    def is_a(self, key: str, iri: str) -> bool | None:
        """Whether a node is of the class; None if nothing is known of it."""
        return iri in self._classes[key] if key in self._classes else None


def _put(values: dict[str, dict[tuple[str, object], Value]], iri: str, value: Value) -> None:
    """Note a value once: 1 and true, and a text and the IRI that is spelt alike, are different ones."""
    values.setdefault(iri, {})[identity(value)] = value


def identity(value: Value) -> tuple[str, object]:
    """What tells one RDF term from another."""
    return ("Iri" if isinstance(value, Iri) else type(value).__name__, value)


class _Findings:
    """What is wrong with one node."""

    def __init__(self, world: _World, key: str) -> None:
        self.world = world
        self.key = key

    def of(self, shape: Shape) -> Iterator[Violation]:
        """The findings of a shape, and of the property shapes that it has."""
        path = shape.path if isinstance(shape, PropertyShape) else None
        values: list[Value] = [Key(self.key)] if path is None else self.world.values(self.key, path)
        for constraint in shape.constraints:
            for at, value, number in self._failures(constraint, path, values):
                yield self._violation(shape, constraint, at, value, number)
        if isinstance(shape, NodeShape):
            for part in shape.properties:
                yield from self.of(part)

    def _failures(
        self, constraint: Constraint, path: Path | None, values: list[Value]
    ) -> Iterator[tuple[Path | None, Value | None, int]]:
        """(path, value, number of values) of each failure."""
        number = len(values)
        match constraint:
            case MinCount(count):
                if number < count:
                    yield path, None, number
            case MaxCount(count):
                if number > count:
                    yield path, None, number
            case HasValue(wanted):
                if identity(wanted) not in map(identity, values):
                    yield path, None, number
            case Closed(allowed):
                for iri, value in self.world.predicates(self.key):
                    if iri not in allowed:
                        yield Path(iri), value, number
            case _:
                for value in values:
                    if self.holds(constraint, value) is False:
                        yield path, value, number

    def _violation(
        self, shape: Shape, constraint: Constraint, path: Path | None, value: Value | None, number: int
    ) -> Violation:
        label = self.world.subjects[self.key]
        shown = thing(label, self.key, self.world.names.get(self.key))
        said = sentence(self.world.model, Finding(shown, path, constraint, value, number))
        return Violation(
            self.key,
            shape.iri,
            component(constraint),
            None if path is None else path.iri,
            value,
            f"{shown}: {shape.message}" if shape.message else said,
            shape.severity,
            path is not None and path.inverse,
        )

    # One value. None: it cannot be told, because nothing is known of the node that it is

    def holds(self, constraint: Constraint, value: Value) -> bool | None:
        """Whether a value is as a constraint asks."""
        match constraint:
            case DatatypeIs(iri):
                return literals.datatype_of(value) == iri and literals.well_formed(value)
            case ClassIs(iri):
                return self.world.is_a(value, iri) if isinstance(value, Iri) else False
            case KindIs(kind):
                return ("IRI" if isinstance(value, Iri) else "Literal") in kind
            case In(values):
                return identity(value) in map(identity, values)
            case Pattern(expression, flags):
                return regular_expression(expression, flags).search(literals.text_of(value)) is not None
            case MinLength(length):
                return len(literals.text_of(value)) >= length
            case MaxLength(length):
                return len(literals.text_of(value)) <= length
            case Limit(comparison, limit):
                order = literals.order(value, limit)
                return order is not None and _SIDES[comparison](order)
            case Or(shapes):
                return _any(self._conforms(shape, value) for shape in shapes)
            case And(shapes):
                return _all(self._conforms(shape, value) for shape in shapes)
            case Not(shape):
                conforms = self._conforms(shape, value)
                return None if conforms is None else not conforms
            case _:
                raise AssertionError(f"{constraint} is not one of single values")

    def _conforms(self, shape: Shape, value: Value) -> bool | None:
        """Whether a value conforms to a part of another shape. That of a path and of properties is of this node."""
        if isinstance(shape, PropertyShape):
            return _all(self._met(constraint, shape.path) for constraint in shape.constraints)
        own = [
            self.holds(constraint, value)
            for constraint in shape.constraints
            if not isinstance(constraint, Closed)
        ]
        own += [
            self._met(constraint, None) for constraint in shape.constraints if isinstance(constraint, Closed)
        ]
        return _all([*own, *(self._conforms(part, value) for part in shape.properties)])

    def _met(self, constraint: Constraint, path: Path | None) -> bool | None:
        """Whether this node meets a constraint on a path, or on its predicates."""
        values = [] if path is None else self.world.values(self.key, path)
        if isinstance(constraint, MinCount | MaxCount | HasValue | Closed):
            return not any(self._failures(constraint, path, values))
        return _all(self.holds(constraint, value) for value in values)


_SIDES: Mapping[Comparison, Callable[[int], bool]] = {
    Comparison.AT_LEAST: lambda order: order >= 0,
    Comparison.MORE_THAN: lambda order: order > 0,
    Comparison.AT_MOST: lambda order: order <= 0,
    Comparison.LESS_THAN: lambda order: order < 0,
}


def _all(known: Iterable[bool | None]) -> bool | None:
    """False if one is, else None if one is not known (Kleene's logic)."""
    found = list(known)
    return False if False in found else None if None in found else True


def _any(known: Iterable[bool | None]) -> bool | None:
    found = list(known)
    return True if True in found else None if None in found else False
