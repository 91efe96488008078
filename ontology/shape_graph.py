"""Shapes as statements: the words of SHACL that are known, and blank nodes by what they say."""

from collections.abc import Iterator

from rdflib import RDF, SH, BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from ontology.reader import TermReader
from ontology.shapes import SHACL, Comparison, NodeKind, Severity

LISTS = frozenset({SH["in"], SH["or"], SH["and"], SH.ignoredProperties})
"""Predicates whose object is an RDF list, the only place of blank nodes in an ontology."""

_NOT_VALIDATING = frozenset({SH.name, SH.description, SH.order, SH.group, SH.defaultValue})
"""For people and forms: SHACL itself says that they take no part in validation."""

_STRUCTURE = frozenset(
    {
        SH.targetClass,
        SH.property,
        SH.path,
        SH.inversePath,
        SH.severity,
        SH.message,
        SH.flags,
        SH.ignoredProperties,
    }
)
_PARAMETERS = frozenset(
    {
        SH.minCount,
        SH.maxCount,
        SH.datatype,
        SH["class"],
        SH.nodeKind,
        SH.hasValue,
        SH.pattern,
        SH.closed,
        SH["not"],
    }
    | {SH.minLength, SH.maxLength, *(SH[comparison.value] for comparison in Comparison)}
)
_KNOWN = _PARAMETERS | LISTS | _NOT_VALIDATING | _STRUCTURE
_KINDS = frozenset({SH.NodeShape, SH.PropertyShape})


def report_unknown_features(graph: Graph, read: TermReader) -> None:
    """Report every word of SHACL that is used and not known here."""
    objects = {
        *_KINDS,
        *(SH[kind.value] for kind in NodeKind),
        *(SH[severity.value] for severity in Severity),
    }
    for subject, predicate, value in graph:
        if str(predicate).startswith(SHACL) and predicate not in _KNOWN:
            read.report(subject, f"uses {read.name(predicate)}, which this Meshline does not validate")
        if predicate == RDF.type and str(value).startswith(SHACL) and value not in objects:
            read.report(subject, f"is a {read.name(value)}, which this Meshline does not validate")


def blank_problems(graph: Graph) -> Iterator[str]:
    """What is wrong with the blank nodes of an ontology: they may only be cells of lists and inverse paths."""
    known = {cell for _, predicate, head in graph if predicate in LISTS for cell in _cells(graph, head)}
    known |= {path for _, path in graph.subject_objects(SH.path) if _is_inverse(graph, path)}
    blank = {term for triple in graph for term in triple if isinstance(term, BNode)}
    if blank - known:
        yield (
            "There are blank nodes other than those of lists and inverse paths in shapes, "
            "for which the digest would not be stable"
        )


def statements(graph: Graph) -> Iterator[str]:
    """The statements as N-Triples, but a list as its items and a path as it is, so that no line names a blank node."""
    for subject, predicate, value in graph:
        if not isinstance(subject, BNode):
            yield f"{subject.n3()} {predicate.n3()} {_inline(graph, value)} ."


def _inline(graph: Graph, value: Node) -> str:
    if not isinstance(value, BNode):
        return value.n3()
    if _is_inverse(graph, value):
        return f"[ {SH.inversePath.n3()} {_inline(graph, graph.value(value, SH.inversePath) or RDF.nil)} ]"
    return f"( {' '.join(item.n3() for item in Collection(graph, value))} )"


def _is_inverse(graph: Graph, path: Node) -> bool:
    """Whether a blank node says the inverse of a predicate, and nothing else."""
    said = list(graph.predicate_objects(path))
    return (
        isinstance(path, BNode)
        and [p for p, _ in said] == [SH.inversePath]
        and isinstance(said[0][1], URIRef)
    )


def _cells(graph: Graph, head: Node) -> Iterator[Node]:
    """The cells of a list that is well formed: one item and one rest each, and nothing else said of them."""
    seen: set[Node] = set()
    while head != RDF.nil and head not in seen and len(list(graph.predicate_objects(head))) == 2:
        rest = graph.value(head, RDF.rest)
        if rest is None or graph.value(head, RDF.first) is None:
            return
        seen.add(head)
        yield head
        head = rest
