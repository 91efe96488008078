"""Shapes of policies as SHACL, written here once more: for pySHACL, which knows nothing of our checks."""

from collections.abc import Collection

from rdflib import RDF, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection as RdfList
from rdflib.term import Node

from catalog.governance.policy import Hop, Requirement, ShapeCheck
from ontology.compiler import load_model
from ontology.model import Datatype, PropertyType

SHAPE = URIRef("http://shapes.example/shape")


def shapes_graph(check: ShapeCheck) -> Graph:
    """A node shape that a thing conforms to if it passes: not all of ``when`` holds, or all that is required does."""
    graph = Graph(bind_namespaces="none")
    graph.add((SHAPE, RDF.type, SH.NodeShape))
    required = _node(graph, check.require)
    members: list[Node] = [required]
    for condition in check.when:
        never = BNode()
        for value in condition.values:
            shape = BNode()
            graph.add((shape, SH.path, _property(condition.property)))
            graph.add((shape, SH.hasValue, _value(condition.property, value)))
            other = BNode()
            graph.add((other, SH["not"], _wrapped(graph, shape)))
            graph.add((never, SH["and"], _listed(graph, [other])))
        members.append(never)
    graph.add((SHAPE, SH["or"], _listed(graph, members)))
    return graph


def _wrapped(graph: Graph, shape: Node) -> Node:
    home = BNode()
    graph.add((home, SH.property, shape))
    return home


def _node(graph: Graph, requirements: Collection[Requirement]) -> Node:
    shape = BNode()
    for one in requirements:
        graph.add((shape, SH.property, _requirement(graph, one)))
    graph.add((shape, RDF.type, SH.NodeShape))
    return shape


def _requirement(graph: Graph, one: Requirement) -> Node:
    shape = BNode()
    if one.property is not None:
        graph.add((shape, SH.path, _property(one.property)))
    else:
        graph.add((shape, SH.path, _path(graph, one.path)))
    if one.such:
        graph.add((shape, SH.qualifiedValueShape, _node(graph, one.such)))
    counts = {False: (SH.minCount, SH.maxCount), True: (SH.qualifiedMinCount, SH.qualifiedMaxCount)}
    for predicate, number in zip(counts[bool(one.such)], (one.minimum, one.maximum), strict=True):
        if number is not None:
            graph.add((shape, predicate, Literal(number)))
    if one.pattern is not None:
        graph.add((shape, SH.pattern, Literal(one.pattern)))
    if one.type is not None:
        graph.add((shape, SH.datatype, XSD[one.type]))
    if one.one_of and one.property is not None:
        values = [_value(one.property, value) for value in one.one_of]
        graph.add((shape, SH["in"], _listed(graph, values)))
    if one.label is not None:
        graph.add((shape, SH["class"], URIRef(load_model().node(one.label).iri)))
    if one.then:
        graph.add((shape, SH.node, _node(graph, one.then)))
    return shape


def _path(graph: Graph, hops: tuple[Hop, ...]) -> Node:
    steps = [_hop(graph, hop) for hop in hops]
    return steps[0] if len(steps) == 1 else _listed(graph, steps)


def _hop(graph: Graph, hop: Hop) -> Node:
    iri = URIRef(load_model().relationship(hop.relationship).iri)
    if not hop.inverse:
        return iri
    inverse = BNode()
    graph.add((inverse, SH.inversePath, iri))
    return inverse


def _property(name: str) -> URIRef:
    return URIRef(_kind(name).iri)


def _kind(name: str) -> PropertyType:
    """A name of a property means one property, whatever has it."""
    return next(node.by_name[name] for node in load_model().nodes if name in node.by_name)


def _value(name: str, value: object) -> Node:
    kind = _kind(name)
    if kind.datatype in (Datatype.DATE_TIME, Datatype.DECIMAL):
        return Literal(str(value), datatype=XSD[kind.datatype])
    return URIRef(str(value)) if kind.datatype is Datatype.IRI else Literal(value)


def _listed(graph: Graph, items: list[Node]) -> Node:
    head = BNode()
    RdfList(graph, head, items)
    return head
