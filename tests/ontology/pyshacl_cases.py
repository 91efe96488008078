"""Node sets, and what our validators and pySHACL find in them, in one form: pySHACL reads their RDF."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pyshacl
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from rdflib import SH, Graph, Literal, URIRef
from rdflib.term import Node

from ontology import validation
from ontology.compiler import compile_turtle, shipped
from ontology.model import Datatype, GraphModel, PropertyType
from ontology.rdf import Iri, Typed, Value
from ontology.validation import Key, Subject, validate
from tests.ontology.every_feature import EVERY_FEATURE
from tests.ontology.triples import graph_of, iri

Found = tuple[str, str, str, str, str, str]
"""(focus, shape, component, path, value, severity), each as text."""

TEXTS = (
    *("draft", "active", "read", "gt", "dataset", "", " ", "1.2.0", "1.2", "v1", "a@b.example", "ab", "abc"),
    *("x" * 12, "2024-02-29T12:00:00Z", "é", "unrestricted", "0.5", "-3", "true", "pending"),
)
IRIS = ("https://example.org/a", "mailto:a@b.example", "no iri", "urn:x:y")
DATE_TIMES = (
    *(
        "2024-02-29T12:00:00Z",
        "2023-02-29T12:00:00Z",
        "2024-01-01T00:00:00",
        "2024-01-01T00:00:00+02:00",
        "soon",
    ),
    *("2024-13-01T00:00:00Z", "2024-01-01T00:00:00.123456789Z", "2019-12-31T23:59:59Z"),
)
DECIMALS = ("0.5", "1", "-0.25", "1.", "one", "1e3", "+2.50", "")


@dataclass(frozen=True)
class Case:
    """A model with its shapes graph."""

    model: GraphModel
    shapes: Graph


def case(*turtles: str) -> Case:
    graph = Graph(bind_namespaces="none")
    for turtle in turtles[1:]:
        graph.parse(data=turtle, format="turtle")
    return Case(compile_turtle(*turtles), graph)


SHIPPED = case(*shipped())
FEATURES = case(shipped()[0], EVERY_FEATURE)


# What each of the two finds


def of_ours(model: GraphModel, nodes: list[Subject]) -> Counter[Found]:
    return Counter(
        (
            str(iri(found.focus)),
            found.shape,
            found.component,
            f"^{found.path}" if found.inverse else found.path or "",
            "" if found.value is None else _text(found.value),
            str(SH[found.severity.value]),
        )
        for found in validate(model, nodes)
    )


def _text(value: Value) -> str:
    if isinstance(value, Key):
        return iri(value).n3()
    if isinstance(value, Iri):
        return URIRef(value).n3()
    if isinstance(value, Typed):
        return _literal(value[0], value[1])
    if isinstance(value, bool):
        return _literal(str(value).lower(), "http://www.w3.org/2001/XMLSchema#boolean")
    if isinstance(value, int):
        return _literal(str(value), "http://www.w3.org/2001/XMLSchema#integer")
    return _literal(value, "")


def _literal(text: str, datatype: str) -> str:
    """rdflib writes an instant in its own way, to the microsecond and without Z."""
    if datatype.endswith("#dateTime"):
        text = re.sub(r"(\.\d{6})\d+", r"\1", text).replace("Z", "+00:00")
    return f"{text!r}^^{datatype}"


def of_pyshacl(each: Case, nodes: list[Subject]) -> Counter[Found]:
    data = graph_of(each.model, [(node.key, node.label, node.properties, node.edges) for node in nodes])
    _, report, _ = pyshacl.validate(data, shacl_graph=each.shapes, inference="none", advanced=False)
    assert isinstance(report, Graph)
    of_nodes = {str(iri(node.key)) for node in nodes}
    found = Counter(_result(report, result) for result in report.objects(None, SH.result))
    return Counter({finding: times for finding, times in found.items() if finding[0] in of_nodes})


def _result(report: Graph, result: Node) -> Found:
    def one(predicate: Node) -> Any:
        return report.value(result, predicate)

    path = one(SH.resultPath)
    if path is not None:
        inverse = report.value(path, SH.inversePath)
        path = path if inverse is None else f"^{inverse}"
    value = one(SH.value)
    shown = "" if value is None else value.n3() if isinstance(value, URIRef) else _shown(value)
    return (
        *(str(one(SH.focusNode)), str(one(SH.sourceShape)), str(one(SH.sourceConstraintComponent))),
        *(str(path or ""), shown, str(one(SH.resultSeverity))),
    )


def _shown(value: Literal) -> str:
    return _literal(str(value), str(value.datatype or ""))


# Node sets: right, nearly right, and broken in many ways


@st.composite
def node_sets(draw: st.DrawFn, model: GraphModel, labels: tuple[str, ...]) -> list[Subject]:
    """Up to six nodes of some labels, with edges among them and to nodes that are only named."""
    chosen = draw(st.lists(st.sampled_from(labels), min_size=1, max_size=6))
    keys = [(f"{model.node(label).kind}/{number}", label) for number, label in enumerate(chosen)]
    named = draw(st.lists(st.sampled_from(model.concrete_labels), max_size=3))
    ends = keys + [(f"{model.node(label).kind}/named{number}", label) for number, label in enumerate(named)]
    return [
        Subject(key, label, draw(properties_of(model, label)), draw(edges_of(model, label, ends)))
        for key, label in keys
    ]


@st.composite
def properties_of(draw: st.DrawFn, model: GraphModel, label: str) -> dict[str, validation.Given]:
    """Values for some of the properties of a label. Most are as they should be, so that each fault shows."""
    found: dict[str, validation.Given] = {}
    for property_ in model.node(label).properties:
        if property_.internal or property_.name == "key" or not draw(st.integers(0, 3)):
            continue
        if property_.many or not draw(st.integers(0, 9)):
            found[property_.name] = draw(st.lists(texts(property_), max_size=3))
        else:
            found[property_.name] = draw(singles(property_))
    return found


def texts(property_: PropertyType) -> st.SearchStrategy[str]:
    known = {
        Datatype.IRI: IRIS,
        Datatype.DATE_TIME: DATE_TIMES,
        Datatype.DECIMAL: DECIMALS,
        Datatype.KEY: ("dataset/n/a",),
    }
    wanted = (*property_.closed_list, *property_.closed_list) or ("some text",)
    return st.sampled_from(known.get(property_.datatype, (*wanted, *TEXTS)))


def singles(property_: PropertyType) -> st.SearchStrategy[str | int | bool]:
    right: dict[Datatype, st.SearchStrategy[str | int | bool]] = {
        Datatype.INTEGER: st.integers(-3, 12),
        Datatype.BOOLEAN: st.booleans(),
    }
    wrong = st.one_of(st.integers(-3, 12), st.booleans(), st.sampled_from(TEXTS))
    usual = right.get(property_.datatype, texts(property_))
    return st.integers(0, 7).flatmap(lambda number: wrong if number == 0 else usual)


@st.composite
def edges_of(
    draw: st.DrawFn, model: GraphModel, label: str, ends: list[tuple[str, str]]
) -> tuple[tuple[str, str, str | None], ...]:
    """Edges of the types that a label may have, half of them to ends that may have another label than they should."""
    path = model.label_path(label)
    types = [r for r in model.relationships if set(r.sources) & set(path)]
    right = [(r.type, end) for r in types for end in ends if set(r.targets) & set(model.label_path(end[1]))]
    possible = [st.sampled_from(right)] if right else []
    if types:
        possible.append(st.tuples(st.sampled_from([r.type for r in types]), st.sampled_from(ends)))
    edges = draw(st.lists(st.one_of(possible), max_size=5)) if possible else []
    return tuple((type_, *end) for type_, end in edges)


def assert_same(each: Case, nodes: list[Subject]) -> None:
    assert _comparable(of_ours(each.model, nodes)) == _comparable(of_pyshacl(each, nodes))


def _comparable(found: Counter[Found]) -> Counter[Found]:
    """Without limits asked of values of another kind: of true, or of a number where the limit is an instant.

    SPARQL, which SHACL follows, has no order of these, so no limit is met; pySHACL asks rdflib, which orders them
    by their datatypes. Ours follow SPARQL (test_validation.py)."""

    def of_another_kind(finding: Found) -> bool:
        limit = re.search("(In|Ex)clusiveConstraint", finding[2]) is not None
        instant = finding[3].endswith("#measuredAt")
        return limit and finding[4].endswith(("#boolean", "#integer") if instant else "#boolean")

    return Counter({finding: times for finding, times in found.items() if not of_another_kind(finding)})


QUICK = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
LONG = settings(QUICK, max_examples=1500)
FEATURED = (
    *("DataProduct", "DataProduct", "OutputPort", "Classification", "PersonalDataCategory", "Person"),
    "QualityMeasurement",
)
BY_SHIPPED = node_sets(SHIPPED.model, SHIPPED.model.concrete_labels)
BY_FEATURES = node_sets(FEATURES.model, FEATURED)
