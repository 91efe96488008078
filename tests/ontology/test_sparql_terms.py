"""Which predicates a query asks for."""

import pytest

from ontology.rdf import RDF
from ontology.sparql_terms import predicates_of

NS = "https://mesh.example/"
PREFIX = f"PREFIX m: <{NS}> "
TYPE = f"{RDF}type"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SELECT ?t { ?t a m:D FILTER NOT EXISTS { ?t m:d ?x } }", {TYPE, f"{NS}d"}),
        ("SELECT ?t { ?t m:a/m:b*|^m:c ?x OPTIONAL { ?x m:d ?y } MINUS { ?x m:e+ ?z } }", set("abcde")),
        (
            "SELECT ?t (COUNT(?x) AS ?n) { { SELECT ?t ?x { ?t m:q ?x } } UNION { ?t m:z ?x } } GROUP BY ?t",
            set("qz"),
        ),
        ("SELECT ?t { ?t m:a ?x FILTER(?x > 3 && EXISTS { ?x m:w ?v }) }", set("aw")),
        ("SELECT ?t { GRAPH ?g { ?t m:f 1 } }", set("f")),
    ],
)
def test_predicates__are_all_that_the_query_names(text: str, names: set[str]) -> None:
    wanted = {name if ":" in name else f"{NS}{name}" for name in names}
    assert set(predicates_of(PREFIX + text) or ()) == wanted


@pytest.mark.parametrize(
    "text", ["SELECT ?t { ?t ?p m:D }", "SELECT ?t { ?t !(m:a) ?x }", "nonsense", "SELECT ?t { ?t n:a 1 }"]
)
def test_predicates__are_not_known_where_any_may_be_asked_for(text: str) -> None:
    assert predicates_of(PREFIX + text) is None
