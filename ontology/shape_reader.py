"""Reading the shapes of an ontology graph: SHACL core without a silent gap.

What is not known is refused by name: validating less than a shape says would be worse than not starting.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from rdflib import RDF, SH, XSD, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from ontology.literals import order
from ontology.model import GraphModel
from ontology.rdf import Iri, Typed, Value
from ontology.reader import TermReader
from ontology.shape_places import Places
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
    NodeKind,
    NodeShape,
    Not,
    Or,
    Path,
    Pattern,
    PropertyShape,
    Severity,
    Shape,
)

_FLAGS = {"i": re.IGNORECASE, "s": re.DOTALL, "m": re.MULTILINE, "x": re.VERBOSE}


class ShapeReader:
    """Reads all shapes of the graph; what is wrong goes to the problems of the term reader."""

    def __init__(self, graph: Graph, read: TermReader, model: GraphModel) -> None:
        self.graph = graph
        self.read = read
        self.places = Places(model, read)
        self._under_way: list[URIRef] = []
        self._used: set[URIRef] = set()

    def shapes(self) -> tuple[NodeShape, ...]:
        """The shapes that have targets, sorted by IRI."""
        targeted = sorted(set(self.read.subjects(SH.targetClass)))
        found = [shape for iri in targeted for shape in [self._node_shape(iri)] if shape is not None]
        self._check_used()
        return tuple(found)

    # Shapes

    def _node_shape(self, iri: URIRef) -> NodeShape | None:
        if (iri, RDF.type, SH.NodeShape) not in self.graph or (iri, SH.path, None) in self.graph:
            self.read.report(
                iri, f"is used as a node shape but is no {self.read.name(SH.NodeShape)} without path"
            )
            return None
        self._used.add(iri)
        targets = self.read.iris(iri, SH.targetClass)
        labels = self.places.labels(iri, targets)
        with_path = [self._property_shape(p, labels) for p in self.read.iris(iri, SH.property)]
        properties = tuple(shape for shape in with_path if shape is not None)
        constraints = tuple(self._constraints(iri, None, labels, properties))
        self.places.check_nodes(iri, constraints)
        return NodeShape(
            str(iri),
            tuple(str(target) for target in targets),
            constraints,
            properties,
            self._severity(iri),
            self.read.optional_text(iri, SH.message),
        )

    def _property_shape(self, iri: URIRef, labels: tuple[str, ...]) -> PropertyShape | None:
        """``labels``: those of the nodes that it is for."""
        if (iri, RDF.type, SH.PropertyShape) not in self.graph:
            self.read.report(iri, f"is used as a property shape but is no {self.read.name(SH.PropertyShape)}")
            return None
        self._used.add(iri)
        for predicate in (SH.property, SH.closed):
            if (iri, predicate, None) in self.graph:
                self.read.report(iri, f"has {self.read.name(predicate)}, which is known of node shapes only")
        path = self._path(iri)
        if path is None:
            return None
        constraints = tuple(self._constraints(iri, path, labels, ()))
        self.places.check(iri, path, labels, constraints)
        return PropertyShape(
            str(iri), path, constraints, self._severity(iri), self.read.optional_text(iri, SH.message)
        )

    def _path(self, iri: URIRef) -> Path | None:
        """A predicate, or a blank node that says the inverse of one; an IRI is a predicate whatever is said of it."""
        paths = list(self.graph.objects(iri, SH.path))
        if len(paths) == 1 and isinstance(paths[0], URIRef):
            return Path(str(paths[0]))
        inverse = [self.graph.value(path, SH.inversePath) for path in paths]
        if len(inverse) == 1 and isinstance(inverse[0], URIRef):
            return Path(str(inverse[0]), inverse=True)
        self.read.report(
            iri,
            f"has no {self.read.name(SH.path)} that is one predicate or the inverse of one; others are not known",
        )
        return None

    def _severity(self, iri: URIRef) -> Severity:
        given = self.read.optional_iri(iri, SH.severity)
        if given is None:
            return Severity.VIOLATION
        name = str(given).removeprefix(str(SH))
        if name not in set(Severity):
            self.read.report(
                iri, f"has the severity {self.read.name(given)}, which is none of {', '.join(Severity)}"
            )
            return Severity.VIOLATION
        return Severity(name)

    # Constraints

    def _constraints(
        self, iri: URIRef, path: Path | None, labels: tuple[str, ...], properties: tuple[PropertyShape, ...]
    ) -> Iterator[Constraint]:
        """Those of a shape, in the order of this list: what SHACL calls its parameters."""
        for predicate, make in self._parameters().items():
            for value in sorted(self.graph.objects(iri, predicate), key=str):
                constraint = make(iri, value)
                if constraint is not None:
                    yield constraint
        yield from self._patterns(iri)
        yield from self._closed(iri, properties)
        yield from self._logical(iri, path, labels)

    def _parameters(self) -> Mapping[URIRef, Callable[[URIRef, Node], Constraint | None]]:
        limits: dict[URIRef, Callable[[URIRef, Node], Constraint | None]] = {
            SH[comparison.value]: self._limit(comparison) for comparison in Comparison
        }
        return {
            SH.minCount: self._number(MinCount),
            SH.maxCount: self._number(MaxCount),
            SH.datatype: self._iri(DatatypeIs),
            SH["class"]: self._iri(ClassIs),
            SH.nodeKind: self._node_kind,
            SH["in"]: self._in,
            SH.hasValue: self._has_value,
            SH.minLength: self._number(MinLength),
            SH.maxLength: self._number(MaxLength),
            **limits,
        }

    def _number(self, make: Callable[[int], Constraint]) -> Callable[[URIRef, Node], Constraint | None]:
        def read(iri: URIRef, value: Node) -> Constraint | None:
            if isinstance(value, Literal) and value.datatype == XSD.integer and str(value).isdecimal():
                return make(int(value))
            self.read.report(iri, f"has {self.read.name(value)} where a whole number should be")
            return None

        return read

    def _iri(self, make: Callable[[str], Constraint]) -> Callable[[URIRef, Node], Constraint | None]:
        def read(iri: URIRef, value: Node) -> Constraint | None:
            if isinstance(value, URIRef):
                return make(str(value))
            self.read.report(iri, f"has {self.read.name(value)} where an IRI should be")
            return None

        return read

    def _limit(self, comparison: Comparison) -> Callable[[URIRef, Node], Constraint | None]:
        def read(iri: URIRef, value: Node) -> Constraint | None:
            known = self._value(iri, value)
            if known is None or order(known, known) is not None:
                return None if known is None else Limit(comparison, known)
            self.read.report(
                iri, f"has the limit {self.read.name(value)}, which is no number and no xsd:dateTime"
            )
            return None

        return read

    def _node_kind(self, iri: URIRef, value: Node) -> Constraint | None:
        name = str(value).removeprefix(str(SH))
        if name in set(NodeKind):
            return KindIs(NodeKind(name))
        self.read.report(
            iri, f"has {self.read.name(value)} as {self.read.name(SH.nodeKind)}, which is no node kind"
        )
        return None

    def _in(self, iri: URIRef, value: Node) -> Constraint | None:
        known = [self._value(iri, item) for item in self._items(iri, value)]
        return In(tuple(item for item in known if item is not None))

    def _has_value(self, iri: URIRef, value: Node) -> Constraint | None:
        known = self._value(iri, value)
        return None if known is None else HasValue(known)

    def _patterns(self, iri: URIRef) -> Iterator[Constraint]:
        flags = self.read.optional_text(iri, SH.flags)
        if set(flags) - _FLAGS.keys():
            self.read.report(iri, f"has the flags {flags!r}, of which only {''.join(_FLAGS)} are known")
            return
        for value in sorted(self.graph.objects(iri, SH.pattern), key=str):
            try:
                regular_expression(str(value), flags)
            except re.error as error:
                self.read.report(
                    iri, f"has the pattern {str(value)!r}, which is no regular expression: {error}"
                )
            else:
                yield Pattern(str(value), flags)

    def _closed(self, iri: URIRef, properties: tuple[PropertyShape, ...]) -> Iterator[Constraint]:
        lists = list(self.graph.objects(iri, SH.ignoredProperties))
        ignored = {str(item) for value in lists for item in self._items(iri, value)}
        if self.read.flag(iri, SH.closed):
            paths = {shape.path.iri for shape in properties if not shape.path.inverse}
            yield Closed(frozenset(paths | ignored))

    def _logical(self, iri: URIRef, path: Path | None, labels: tuple[str, ...]) -> Iterator[Constraint]:
        for predicate, make in ((SH["or"], Or), (SH["and"], And)):
            for value in sorted(self.graph.objects(iri, predicate), key=str):
                members = [self._member(iri, item, path, labels) for item in self._items(iri, value)]
                if not members:
                    self.read.report(iri, f"has an empty {self.read.name(predicate)}")
                yield make(tuple(member for member in members if member is not None))
        for value in sorted(self.graph.objects(iri, SH["not"]), key=str):
            member = self._member(iri, value, path, labels)
            if member is not None:
                yield Not(member)

    def _member(self, iri: URIRef, member: Node, path: Path | None, labels: tuple[str, ...]) -> Shape | None:
        """A shape that another one is made of. For the values of a path only one of values, without a path itself."""
        if not isinstance(member, URIRef):
            self.read.report(iri, f"is made of {self.read.name(member)}, which is no shape with an IRI")
            return None
        if member in self._under_way:
            self.read.report(member, "is part of itself")
            return None
        self._under_way.append(member)
        try:
            if (member, SH.path, None) in self.graph and path is None:
                return self._property_shape(member, labels)
            return self._part(iri, member, path, labels)
        finally:
            self._under_way.pop()

    def _part(self, iri: URIRef, member: URIRef, path: Path | None, labels: tuple[str, ...]) -> Shape | None:
        if path is not None:
            for predicate in (SH.path, SH.property, SH.closed):
                if (member, predicate, None) in self.graph:
                    self.read.report(
                        member,
                        f"has {self.read.name(predicate)} and is part of the property shape {self.read.name(iri)}; "
                        "what the values of a path lead to is not known",
                    )
                    return None
        if (member, RDF.type, SH.NodeShape) not in self.graph:
            self.read.report(member, f"is part of {self.read.name(iri)} but is no shape")
            return None
        self._used.add(member)
        with_path = [self._property_shape(p, labels) for p in self.read.iris(member, SH.property)]
        properties = tuple(shape for shape in with_path if shape is not None)
        constraints = tuple(self._constraints(member, path, labels, properties))
        if path is None:
            self.places.check_nodes(member, constraints)
        else:
            self.places.check(member, path, labels, constraints)
        return NodeShape(str(member), (), constraints, properties)

    # Terms

    def _items(self, iri: URIRef, head: Node) -> list[Node]:
        if head != RDF.nil and (head, RDF.first, None) not in self.graph:
            self.read.report(iri, f"has {self.read.name(head)} where a list should be")
            return []
        return list(Collection(self.graph, head))

    def _value(self, iri: URIRef, term: Node) -> Value | None:
        """The term as a value; None (and a problem) for a blank node, a text in a language, an ill-formed literal."""
        if isinstance(term, URIRef):
            return Iri(str(term))
        if isinstance(term, Literal) and term.language is None and not term.ill_typed:
            if term.datatype in (None, XSD.string):
                return str(term)
            if term.datatype == XSD.integer:
                return int(term)
            if term.datatype == XSD.boolean:
                return bool(term.value)
            return Typed((str(term), str(term.datatype)))
        self.read.report(iri, f"has the value {self.read.name(term)}, which no value of the graph can equal")
        return None

    # Checks over all shapes

    def _check_used(self) -> None:
        """Every shape is reached from a target, and none is a class, whose instances would be targets too."""
        for kind in (SH.NodeShape, SH.PropertyShape):
            for iri in self.read.subjects(RDF.type, kind):
                if iri not in self._used:
                    self.read.report(
                        iri, f"is a {self.read.name(kind)} that has no target and is part of no other"
                    )
                if self.places.is_class(str(iri)):
                    self.read.report(iri, "is both a class and a shape; give the shape an IRI of its own")


def regular_expression(expression: str, flags: str) -> re.Pattern[str]:
    """The compiled expression. Raises re.error."""
    found = re.NOFLAG
    for flag in flags:
        found |= _FLAGS[flag]
    return re.compile(expression, found)
