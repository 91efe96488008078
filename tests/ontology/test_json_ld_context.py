"""The JSON-LD context of our exports follows from the ontology."""

import json
from importlib.resources import files

from pyoxigraph import RdfFormat, parse

from ontology.compiler import compile_turtle, load_model, shipped
from ontology.json_ld_context import context_file, json_ld_context
from ontology.rdf import DATE_TIME, NS, TYPE, Iri, Triple, Typed
from ontology.rdf_writing import Form, texts

BASE = "https://mesh.example.org/id/"


def test_context__is_the_one_that_ships() -> None:
    shipped = files("ontology").joinpath("contexts", "mesh.jsonld").read_text(encoding="utf-8")
    assert shipped == context_file(load_model()), "to write it anew: python -m tests.docs.write"


def test_context__has_a_name_of_its_own_for_each_term() -> None:
    context = json_ld_context(load_model())
    names = ["id", "type", *context.names.values(), *context.classes.values()]
    assert len(names) == len(set(names))
    for kind in load_model().nodes:
        assert context.classes[kind.iri] == kind.label


OTHERS = """
@prefix ex: <https://example.org/ns#> .
@prefix mesh: <https://w3id.org/meshline/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

ex:Team a owl:Class ; mesh:label "Squad" ; mesh:kind "squad" ; rdfs:subClassOf mesh:Team ;
    rdfs:label "squad"@en ; skos:definition "A small team."@en .
ex:name a owl:DatatypeProperty ; mesh:propertyName "founded" ; mesh:propertyOf ex:Team ;
    rdfs:range xsd:dateTime ; mesh:cardinality "one" ; rdfs:label "founded"@en ; skos:definition "When it began."@en .
ex:ownedBy a owl:ObjectProperty ; mesh:relationshipType "COACHED_BY" ; rdfs:subPropertyOf mesh:relationship ;
    mesh:source ex:Team ; mesh:target mesh:Person ; rdfs:label "coached by"@en ; skos:definition "Who helps it."@en ;
    skos:closeMatch <http://www.w3.org/ns/org#memberOf> .
"""


def test_terms_of_others__keep_their_iris_beside_ours_of_the_same_name() -> None:
    model = compile_turtle(*shipped(), OTHERS)
    squad = f"{BASE}squad/a"
    triples: list[Triple] = [
        (squad, TYPE, Iri("https://example.org/ns#Team")),
        (squad, TYPE, Iri(f"{NS}Team")),
        (squad, "https://example.org/ns#name", Typed(("2024-05-01T10:00:00Z", DATE_TIME))),
        (squad, f"{NS}name", "A"),
        (squad, "https://example.org/ns#ownedBy", Iri(f"{BASE}person/ada")),
        (squad, f"{NS}ownedBy", Iri(f"{BASE}person/bob")),
    ]
    context = json_ld_context(model)
    text = "".join(texts([triples], Form.JSON_LD, context))
    lines = "".join(texts([triples], Form.NQUADS, context))
    assert set(parse(text, format=RdfFormat.JSON_LD)) == set(parse(lines, format=RdfFormat.N_QUADS))
    [node] = json.loads(text)["@graph"]
    assert node["https://example.org/ns#ownedBy"] == f"{BASE}person/ada"
    assert node["ownedBy"] == f"{BASE}person/bob"
