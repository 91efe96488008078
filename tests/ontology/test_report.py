"""Findings as a SHACL report."""

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import RDF, SH, Graph, Literal, URIRef

from ontology.compiler import load_model
from ontology.rdf import Syntax, document
from ontology.report import PREFIXES, report
from ontology.validation import Subject, Violation, validate

BASE = "http://catalog.example/id/"
MODEL = load_model()
SERVING: tuple[tuple[str, str, str | None], ...] = (("HAS_OUTPUT_PORT", "output-port/p", None),)
NODES = [
    Subject("output-port/p", "OutputPort", {"name": "P"}),
    *(
        Subject(
            f"product/{n}",
            "DataProduct",
            {"name": "O", "lifecycle": "x"},
            (("HAS_OUTPUT_PORT", "output-port/p", None),),
        )
        for n in range(2)
    ),
]


FORMATS = {
    Syntax.TURTLE: RdfFormat.TURTLE,
    Syntax.JSON_LD: RdfFormat.JSON_LD,
    Syntax.N_TRIPLES: RdfFormat.N_TRIPLES,
}


@pytest.mark.parametrize("syntax", FORMATS)
def test_report__says_every_finding(syntax: Syntax) -> None:
    violations = validate(MODEL, NODES)
    quads = parse(document(report(violations, BASE), syntax, PREFIXES), format=FORMATS[syntax])
    graph = Graph().parse(data="".join(f"{quad.triple} .\n" for quad in quads), format="nt")
    (whole,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert graph.value(whole, SH.conforms) == Literal(False)
    results = [_told(graph, result) for result in graph.objects(whole, SH.result)]
    assert sorted(results) == sorted(_expected(violation) for violation in violations)
    assert any(inverse for *_, inverse in results)


def _told(graph: Graph, result: object) -> tuple[str, ...]:
    assert isinstance(result, URIRef)
    assert (result, RDF.type, SH.ValidationResult) in graph
    path = graph.value(result, SH.resultPath)
    inverse = graph.value(path, SH.inversePath)
    terms = (
        SH.focusNode,
        SH.sourceShape,
        SH.sourceConstraintComponent,
        SH.resultSeverity,
        SH.resultMessage,
        SH.value,
    )
    return (
        *(str(graph.value(result, term) or "") for term in terms),
        str(inverse or path),
        "^" if inverse else "",
    )


def _expected(violation: Violation) -> tuple[str, ...]:
    severity = f"{SH}{violation.severity}"
    told = (BASE + violation.focus, violation.shape, violation.component, severity, violation.message)
    return (*told, str(violation.value or ""), str(violation.path), "^" if violation.inverse else "")


def test_report__of_warnings_conforms() -> None:
    warnings = validate(MODEL, [Subject("product/p", "DataProduct", {"name": "P"})])
    assert len(warnings) == 2
    assert [value for _, predicate, value in report(warnings, BASE) if predicate == f"{SH}conforms"] == [True]


def test_report__names_nodes_by_their_iris() -> None:
    wrong = Subject("product/p", "DataProduct", {"name": "P"}, (("THEME", "team/t", "Team"),))
    values = [
        value for _, predicate, value in report(validate(MODEL, [wrong]), BASE) if predicate == f"{SH}value"
    ]
    assert values == [f"{BASE}team/t"]


def test_report__is_the_same_for_the_same_findings_and_another_for_others() -> None:
    first, again = report(validate(MODEL, NODES), BASE), report(validate(MODEL, NODES[::-1]), BASE)
    assert first == again
    assert report([], BASE)[0][0] != first[0][0]
