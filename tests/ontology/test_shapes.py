"""The shapes of the ontology: what is compiled, and every fault that is refused by name."""

import re
from importlib.resources import files

import pytest

from ontology.compiler import compile_turtle, load_model, shipped
from ontology.errors import OntologyError
from ontology.shapes import (
    ClassIs,
    MaxCount,
    MinCount,
    NodeShape,
    Or,
    Path,
    PropertyShape,
    Severity,
    component,
)

MESH, _ = shipped()
MODEL = load_model()
NS = "https://w3id.org/meshline/ns#"

HEAD = """
@prefix mesh: <https://w3id.org/meshline/ns#> .
@prefix rdf:  <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix sh:   <http://www.w3.org/ns/shacl#> .
@prefix t:    <https://example.org/shapes#> .
@prefix xsd:  <http://www.w3.org/2001/XMLSchema#> .
"""
RIGHT = """
t:Product a sh:NodeShape ; sh:targetClass mesh:DataProduct ; sh:nodeKind sh:IRI ; sh:property t:lifecycle , t:owner .
t:lifecycle a sh:PropertyShape ; sh:path mesh:lifecycle ; sh:datatype xsd:string ; sh:in ( "draft" "active" ) ;
    sh:severity sh:Warning ; sh:message "It has no life." ; sh:order 3 ; sh:name "lifecycle"@en .
t:owner a sh:PropertyShape ; sh:path mesh:ownedBy ; sh:maxCount 1 ; sh:or ( t:aTeam t:aPerson ) .
t:aTeam a sh:NodeShape ; sh:class mesh:Team .
t:aPerson a sh:NodeShape ; sh:class mesh:Person .
"""
LIFECYCLE, OWNER = "sh:path mesh:lifecycle ;", "sh:path mesh:ownedBy ;"


def _problems(shapes: str) -> tuple[str, ...]:
    with pytest.raises(OntologyError) as caught:
        compile_turtle(MESH, HEAD + shapes)
    return caught.value.problems


def test_compile__reads_shapes_to_values() -> None:
    (shape,) = compile_turtle(MESH, HEAD + RIGHT).shapes
    lifecycle, owner = shape.properties
    assert shape.targets == (f"{NS}DataProduct",)
    assert (lifecycle.severity, lifecycle.message) == (Severity.WARNING, "It has no life.")
    assert owner.path == Path(f"{NS}ownedBy")
    assert owner.constraints == (
        MaxCount(1),
        Or(
            (
                NodeShape("https://example.org/shapes#aTeam", (), (ClassIs(f"{NS}Team"),)),
                NodeShape("https://example.org/shapes#aPerson", (), (ClassIs(f"{NS}Person"),)),
            )
        ),
    )


def test_component__is_the_name_that_shacl_gives() -> None:
    assert component(MinCount(1)) == "http://www.w3.org/ns/shacl#MinCountConstraintComponent"


def test_shipped__asks_of_every_property_its_datatype_and_cardinality_and_closed_list() -> None:
    """On the class that declares it: so a shape follows when the vocabulary changes."""
    for node in MODEL.nodes:
        for property_ in MODEL.own_properties(node.label):
            if property_.internal:
                continue
            asked = {type(c).__name__ for part in _parts(node.iri, property_.iri) for c in part.constraints}
            assert asked & {"DatatypeIs", "KindIs"}, (node.label, property_.name)
            assert ("MaxCount" in asked) is not property_.many, (node.label, property_.name)
            assert ("In" in asked) is bool(property_.closed_list), (node.label, property_.name)


def _parts(class_: str, path: str) -> list[PropertyShape]:
    return [
        part
        for shape in MODEL.shapes
        if class_ in shape.targets
        for part in shape.properties
        if part.path == Path(path)
    ]


UNKNOWN = {
    "a query": "sh:sparql t:query ;",
    "qualified": "sh:qualifiedValueShape t:aTeam ;",
    "exactly one": "sh:xone ( t:aTeam t:aPerson ) ;",
    "another shape": "sh:node t:aTeam ;",
    "pairs": "sh:lessThan mesh:version ;",
    "equal pairs": "sh:equals mesh:version ;",
    "languages": "sh:uniqueLang true ;",
    "switched off": "sh:deactivated true ;",
    "a word that SHACL does not have": "sh:sparkles 1 ;",
    "target by node": "sh:targetNode t:x ;",
    "target by predicate": "sh:targetSubjectsOf mesh:name ;",
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_compile__refuses_by_name_what_it_would_not_validate(what: str) -> None:
    feature = UNKNOWN[what].split()[0]
    shapes = RIGHT.replace(LIFECYCLE, f"{LIFECYCLE} {UNKNOWN[what]}")
    assert f"t:lifecycle uses {feature}, which this Meshline does not validate" in _problems(shapes)


FAULTS = {
    "rule": (
        "t:aTeam a sh:NodeShape",
        "t:aTeam a sh:NodeShape , sh:SPARQLFunction",
        "t:aTeam is a sh:SPARQLFunction, which this Meshline does not validate",
    ),
    "sequence path": (
        LIFECYCLE,
        "sh:path ( mesh:inDomain mesh:name ) ;",
        "There are blank nodes other than those of lists and inverse paths",
    ),
    "two paths": (
        LIFECYCLE,
        "sh:path mesh:lifecycle , mesh:name ;",
        "t:lifecycle has no sh:path that is one",
    ),
    "no path": (LIFECYCLE, "", "t:lifecycle has no sh:path that is one"),
    "path of another class": (
        LIFECYCLE,
        "sh:path mesh:level ;",
        "t:lifecycle has the path mesh:level, which is no property or relationship of DataProduct",
    ),
    "path that nothing has": (LIFECYCLE, "sh:path t:nothing ;", "the path t:nothing, which is no property"),
    "inverse path that never comes here": (
        OWNER,
        "sh:path [ sh:inversePath mesh:ownedBy ] ;",
        "t:owner has the path mesh:ownedBy, which leads to no DataProduct",
    ),
    "target that is no class": (
        "sh:targetClass mesh:DataProduct",
        "sh:targetClass t:Thing",
        "has t:Thing as a target",
    ),
    "untyped property shape": ("t:owner a sh:PropertyShape ;", "t:owner", "is no sh:PropertyShape"),
    "untyped node shape": (
        "t:Product a sh:NodeShape ;",
        "t:Product",
        "t:Product is used as a node shape but is no",
    ),
    "unused": (
        "sh:or ( t:aTeam t:aPerson )",
        "sh:or ( t:aTeam )",
        "t:aPerson is a sh:NodeShape that has no target",
    ),
    "class and shape": (
        "t:aTeam a sh:NodeShape ;",
        "t:aTeam a sh:NodeShape . mesh:Team a sh:NodeShape ; sh:nodeKind sh:IRI . t:aTeam",
        "mesh:Team is both a class and a shape",
    ),
    "other datatype": (
        "xsd:string",
        "xsd:integer",
        "t:lifecycle asks for the datatype xsd:integer, but mesh:lifecycle has xsd:string",
    ),
    "node kind of a text": (
        LIFECYCLE,
        f"{LIFECYCLE} sh:nodeKind sh:IRI ;",
        "t:lifecycle asks for sh:IRI, but mesh:lifecycle has xsd:string",
    ),
    "class of a text": (LIFECYCLE, f"{LIFECYCLE} sh:class mesh:Team ;", "t:lifecycle asks for a class"),
    "more than one": (
        LIFECYCLE,
        f"{LIFECYCLE} sh:minCount 2 ;",
        "t:lifecycle asks for 2 values, but mesh:lifecycle has one at most",
    ),
    "may be more than one": (
        LIFECYCLE,
        f"{LIFECYCLE} sh:maxCount 2 ;",
        "t:lifecycle allows 2 values, but mesh:lifecycle has one at most",
    ),
    "one of many": (
        LIFECYCLE,
        "sh:path mesh:tags ; sh:maxCount 1 ;",
        "t:lifecycle allows 1 value, but mesh:tags has many",
    ),
    "value beyond the closed list": (
        '"active" )',
        '"active" "asleep" )',
        "t:lifecycle lists asleep, which the closed list of mesh:lifecycle has not",
    ),
    "literal of a relationship": (
        OWNER,
        f"{OWNER} sh:nodeKind sh:Literal ;",
        "but mesh:ownedBy leads to nodes",
    ),
    "datatype of a relationship": (
        OWNER,
        f"{OWNER} sh:datatype xsd:string ;",
        "asks DatatypeIs of mesh:ownedBy",
    ),
    "pattern of nodes": (
        OWNER,
        f'{OWNER} sh:pattern "team/" ;',
        "asks Pattern of mesh:ownedBy, but the IRIs of nodes",
    ),
    "value of nodes": (OWNER, f"{OWNER} sh:hasValue t:me ;", "asks HasValue of mesh:ownedBy"),
    "class that it never leads to": (
        OWNER,
        f"{OWNER} sh:class mesh:Dataset ;",
        "t:owner asks for the class mesh:Dataset, to which mesh:ownedBy never leads",
    ),
    "class that there is not": (OWNER, f"{OWNER} sh:class t:Thing ;", "t:owner asks for the class t:Thing"),
    "part with a class that it never leads to": (
        "sh:class mesh:Team",
        "sh:class mesh:Run",
        "t:aTeam asks for the class",
    ),
    "pattern of the node": ("sh:nodeKind sh:IRI", 'sh:pattern "x"', "t:Product asks Pattern of nodes"),
    "number of the node": ("sh:nodeKind sh:IRI", "sh:minCount 1", "t:Product asks MinCount of nodes"),
    "closed without types": (
        "sh:nodeKind sh:IRI",
        "sh:closed true",
        "t:Product is closed and does not ignore rdf:type",
    ),
    "closed property shape": (
        OWNER,
        f"{OWNER} sh:closed true ;",
        "t:owner has sh:closed, which is known of node shapes",
    ),
    "properties of values": (
        OWNER,
        f"{OWNER} sh:property t:lifecycle ;",
        "t:owner has sh:property, which is known of",
    ),
    "part with properties": (
        "sh:class mesh:Team",
        "sh:class mesh:Team ; sh:property t:lifecycle",
        "t:aTeam has sh:property and is part of the property shape t:owner",
    ),
    "part of itself": ("sh:class mesh:Team", "sh:not t:aTeam", "t:aTeam is part of itself"),
    "empty list": ("sh:or ( t:aTeam t:aPerson )", "sh:or ( )", "t:owner has an empty sh:or"),
    "no list": ("sh:or ( t:aTeam t:aPerson )", "sh:or t:aTeam", "t:owner has t:aTeam where a list should be"),
    "part that is text": ("( t:aTeam t:aPerson )", '( t:aTeam "x" )', 'is made of "x", which is no shape'),
    "part that is no shape": (
        "( t:aTeam t:aPerson )",
        "( t:aTeam t:aTaem )",
        "t:aTaem is part of t:owner but is no",
    ),
    "bad count": ("sh:maxCount 1", 'sh:maxCount "one"', 'has "one" where a whole number should be'),
    "negative count": ("sh:maxCount 1", "sh:maxCount -1", "where a whole number should be"),
    "bad class": ("sh:class mesh:Team", 'sh:class "Team"', 'has "Team" where an IRI should be'),
    "bad node kind": ("sh:nodeKind sh:IRI", "sh:nodeKind t:IRI", "which is no node kind"),
    "bad severity": ("sh:severity sh:Warning", "sh:severity t:Bad", "t:lifecycle has the severity t:Bad"),
    "bad pattern": (LIFECYCLE, f'{LIFECYCLE} sh:pattern "(" ;', "'(', which is no regular expression"),
    "bad flags": (
        LIFECYCLE,
        f'{LIFECYCLE} sh:pattern "a" ; sh:flags "q" ;',
        "has the flags 'q', of which only",
    ),
    "text in a language": ('"active" )', '"active"@en )', "which no value of the graph can equal"),
    "limit without order": (
        LIFECYCLE,
        f'{LIFECYCLE} sh:minInclusive "a" ;',
        "which is no number and no xsd:dateTime",
    ),
    "blank node": (
        "sh:property t:lifecycle , t:owner .",
        "sh:property t:lifecycle , t:owner , [ a sh:PropertyShape ; sh:path mesh:name ] .",
        "There are blank nodes other than those of lists and inverse paths",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_compile__finds_the_fault_in_shapes(fault: str) -> None:
    right, wrong, problem = FAULTS[fault]
    faulty = RIGHT.replace(right, wrong, 1)
    assert faulty != RIGHT
    assert any(problem in found for found in _problems(faulty)), _problems(faulty)


def test_compile__gathers_the_problems_of_all_shapes() -> None:
    faulty = RIGHT.replace("xsd:string", "xsd:integer").replace("sh:class mesh:Team", "sh:class mesh:Run")
    assert len(_problems(faulty)) == 2


def test_shapes_file__is_valid_for_any_shacl_engine_alone() -> None:
    """It declares its prefixes, and names no file of ours."""
    text = files("ontology").joinpath("shapes.ttl").read_text(encoding="utf-8")
    assert set(re.findall(r"(?m)^@prefix (\w+):", text)) == {"mesh", "shape", "sh", "xsd"}
