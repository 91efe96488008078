"""The terms of the canonical export are terms of the ontology, and mean one thing there."""

from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef

import ontology
from catalog.snapshot import terms

WRITTEN = sorted({*terms.TOLD, *terms.DERIVED, terms.FORMAT, terms.CHECKSUM})
HEADING = "### The canonical export"


@pytest.fixture(scope="module")
def turtle() -> str:
    return Path(ontology.__file__).with_name("mesh.ttl").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def graph(turtle: str) -> Graph:
    return Graph().parse(data=turtle, format="turtle")


@pytest.mark.parametrize("term", WRITTEN)
def test_term_of_the_export__is_defined(graph: Graph, term: str) -> None:
    types = set(graph.objects(URIRef(term), RDF.type))
    assert types & {RDF.Property, OWL.DatatypeProperty, OWL.ObjectProperty}
    assert graph.value(URIRef(term), RDFS.label)
    assert graph.value(URIRef(term), SKOS.definition)


def test_terms_of_the_export_alone__are_all_written(graph: Graph, turtle: str) -> None:
    own = Graph().parse(
        data=turtle[: turtle.index("\n\n\n###")] + turtle[turtle.index(HEADING) :], format="turtle"
    )
    properties = set(own.subjects(RDF.type, RDF.Property))
    assert {str(term) for term in properties} <= set(WRITTEN)
    assert len(properties) > 30
