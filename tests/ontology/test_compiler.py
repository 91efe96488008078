"""The compiler: what it makes of an ontology, and every fault of one that it finds."""

import pytest
from rdflib import Graph

from ontology.compiler import compile_turtle, load_model, shipped
from ontology.errors import OntologyError
from ontology.model import Datatype, Index

MESH, SHAPES = shipped()

SMALL = """
@prefix mesh: <https://w3id.org/meshline/ns#> .
@prefix ex:   <https://example.org/ns#> .
@prefix owl:  <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sh:   <http://www.w3.org/ns/shacl#> .
@prefix xsd:  <http://www.w3.org/2001/XMLSchema#> .

<https://example.org/ns> a owl:Ontology ; owl:versionInfo "7" .
"""


def _term(name: str, kind: str, rest: str) -> str:
    return f'{name} a {kind} ; rdfs:label "{name}" ; skos:definition "What {name} is." ; {rest} .\n'


ANNOTATIONS = "".join(
    _term(f"mesh:{name}", "owl:AnnotationProperty", "sh:order 0")
    for name in (
        *("label", "kind", "abstract", "relationshipType", "source", "target", "inverseOf", "propertyName"),
        *("propertyOf", "closeToInverseOf"),
        *("edgePropertyOf", "cardinality", "index", "closedList", "searchable", "internal"),
    )
)
RESOURCE = _term(
    "mesh:Resource", "owl:Class", 'mesh:label "Resource" ; mesh:abstract true ; skos:closeMatch prov:Entity'
)
RELATIONSHIP = _term("mesh:relationship", "owl:ObjectProperty", "sh:order 0")
MINIMAL = SMALL + ANNOTATIONS + RESOURCE + RELATIONSHIP

PART = _term(
    "ex:Part",
    "owl:Class",
    'mesh:label "Part" ; mesh:kind "part" ; rdfs:subClassOf mesh:Resource , prov:Entity',
)
PART_OF = _term(
    "ex:partOf",
    "owl:ObjectProperty",
    'rdfs:subPropertyOf mesh:relationship ; mesh:relationshipType "PART_OF" ;'
    "skos:closeMatch prov:wasDerivedFrom ; mesh:source ex:Part ; mesh:target mesh:Resource",
)
SIZE = _term(
    "ex:size",
    "owl:DatatypeProperty",
    'mesh:propertyName "size" ; mesh:propertyOf ex:Part ; mesh:edgePropertyOf mesh:relationship ;'
    'mesh:cardinality "many" ; rdfs:range xsd:integer ; mesh:index "range"',
)
WHOLE = MINIMAL + PART + PART_OF + SIZE


def _problems(turtle: str) -> tuple[str, ...]:
    with pytest.raises(OntologyError) as caught:
        compile_turtle(turtle)
    return caught.value.problems


def test_compile__reads_terms_of_any_namespace() -> None:
    model = compile_turtle(WHOLE)
    size = model.node("Part").property_type("size")
    assert model.version == "7"
    assert model.labels == ("Part", "Resource")
    assert (size.datatype, size.many, size.index) == (Datatype.INTEGER, True, Index.RANGE)
    assert model.relationship("PART_OF").properties == (size,)
    assert (model.relationship("PART_OF").sources, model.relationship("PART_OF").targets) == (
        ("Part",),
        ("Resource",),
    )


def test_compile__properties_of_a_superclass_are_inherited() -> None:
    shared = SIZE.replace("mesh:propertyOf ex:Part", "mesh:propertyOf mesh:Resource")
    assert [p.name for p in compile_turtle(MINIMAL + PART + PART_OF + shared).node("Part").properties] == [
        "size"
    ]


@pytest.mark.parametrize(("range_", "datatype"), [("rdfs:Resource", Datatype.IRI), ("ex:Part", Datatype.KEY)])
def test_compile__an_object_property_with_a_name_is_an_iri_or_a_key(range_: str, datatype: Datatype) -> None:
    node = SIZE.replace("owl:DatatypeProperty", "owl:ObjectProperty").replace("xsd:integer", range_)
    assert compile_turtle(MINIMAL + PART + PART_OF + node).node("Part").by_name["size"].datatype is datatype


def test_compile__alignment_above_is_written_and_a_close_one_is_not() -> None:
    both = PART_OF.replace("mesh:relationship ;", "mesh:relationship , prov:wasRevisionOf ;")
    relationship = compile_turtle(MINIMAL + PART + both + SIZE).relationship("PART_OF")
    base = "http://www.w3.org/ns/prov#"
    assert relationship.exported_as == (f"{base}wasRevisionOf",)
    assert relationship.aligned_to == (f"{base}wasDerivedFrom", f"{base}wasRevisionOf")


def test_compile__an_inverse_alignment_is_written_unless_it_is_only_close() -> None:
    def inverse(predicate: str) -> str | None:
        text = PART_OF.replace("skos:closeMatch prov:wasDerivedFrom", f"{predicate} prov:used")
        return compile_turtle(MINIMAL + PART + text + SIZE).relationship("PART_OF").exported_inverse

    assert inverse("mesh:inverseOf") == "http://www.w3.org/ns/prov#used"
    assert inverse("mesh:closeToInverseOf") is None


def test_load_model__is_compiled_once() -> None:
    assert load_model() is load_model()


def test_digest__is_that_of_the_statements_not_of_the_text() -> None:
    graph = Graph().parse(data=MESH, format="turtle").parse(data=SHAPES, format="turtle")
    shuffled = "\n".join(sorted(graph.serialize(format="nt").splitlines(), key=lambda line: line[::-1]))
    assert compile_turtle(shuffled) == load_model()


def test_digest__changes_with_any_statement() -> None:
    changed = compile_turtle(MESH.replace("Meshline ontology", "The ontology of Meshline"), SHAPES)
    assert (changed.nodes, changed.shapes) == (load_model().nodes, load_model().shapes)
    assert changed.digest != load_model().digest
    assert len(load_model().digest) == 64


def test_digest__changes_with_the_order_of_a_list() -> None:
    turned = SHAPES.replace('( "dataset" "job" )', '( "job" "dataset" )')
    assert turned != SHAPES
    assert compile_turtle(MESH, turned).digest != load_model().digest


FAULTS = {
    "no definition": (PART, PART.replace("skos:definition", "skos:note"), "ex:Part has no skos:definition"),
    "no label": (PART, PART.replace("rdfs:label", "skos:altLabel"), "ex:Part has no rdfs:label"),
    "bad label": (PART, PART.replace('"Part"', '"a part"'), "ex:Part has 'a part' as mesh:label"),
    "two labels": (PART, PART.replace('"Part"', '"Part", "Other"'), "ex:Part has 2 values of mesh:label"),
    "label is an IRI": (PART, PART.replace('"Part"', "ex:Part"), "as mesh:label, which is no text"),
    "empty definition": (
        PART,
        PART.replace('"What ex:Part is."', '" "'),
        "as skos:definition, which is no text",
    ),
    "not aligned": (PART, PART.replace(" , prov:Entity", ""), "ex:Part is aligned to no standard"),
    "not a resource": (PART, PART.replace("mesh:Resource , ", ""), "ex:Part is not below mesh:Resource"),
    "own superclass": (PART, PART.replace("prov:Entity", "prov:Entity, ex:Part"), "ex:Part is above itself"),
    "superclass is text": (PART, PART.replace("prov:Entity", 'prov:Entity, "x"'), "which is no IRI"),
    "class without kind": (PART, PART.replace("a owl:Class", "a skos:Concept"), "is not of type owl:Class"),
    "class without place": (
        PART,
        PART + _term("ex:Loose", "owl:Class", "sh:order 0"),
        "ex:Loose has no mesh:label",
    ),
    "same label twice": (
        PART,
        PART + PART.replace("ex:Part", "ex:Twin"),
        "Several terms have the label Part",
    ),
    "two superclasses": (
        PART,
        PART
        + _term(
            "ex:B", "owl:Class", 'mesh:label "B" ; mesh:kind "b" ; rdfs:subClassOf ex:Part, mesh:Resource'
        ),
        "ex:B has several superclasses with a label",
    ),
    "no kind": (PART, PART.replace('mesh:kind "part" ;', ""), "ex:Part needs either a mesh:kind or"),
    "abstract with a kind": (
        PART,
        PART.replace("mesh:kind", "mesh:abstract true ; mesh:kind"),
        "ex:Part needs either a mesh:kind or",
    ),
    "bad kind": (PART, PART.replace('"part"', '"a/part"'), "ex:Part has 'a/part' as mesh:kind"),
    "bad type": (
        PART_OF,
        PART_OF.replace('"PART_OF"', '"part of"'),
        "ex:partOf has 'part of' as mesh:relationshipType",
    ),
    "same type twice": (
        PART_OF,
        PART_OF + PART_OF.replace("ex:partOf", "ex:twin"),
        "Several terms have the relationship type PART_OF",
    ),
    "no source": (PART_OF, PART_OF.replace("mesh:source ex:Part ;", ""), "ex:partOf has no mesh:source"),
    "no target": (
        PART_OF,
        PART_OF.replace("; mesh:target mesh:Resource", ""),
        "ex:partOf has no mesh:target",
    ),
    "unknown source": (
        PART_OF,
        PART_OF.replace("mesh:source ex:Part", "mesh:source ex:Pard"),
        "ex:partOf has ex:Pard as mesh:source, which has no place in the graph",
    ),
    "two inverses": (
        PART_OF,
        PART_OF.replace("skos:closeMatch", "mesh:inverseOf prov:used, prov:had ; skos:closeMatch"),
        "ex:partOf has 2 values of mesh:inverseOf",
    ),
    "relationship without time": (
        PART_OF,
        PART_OF.replace("rdfs:subPropertyOf mesh:relationship ;", ""),
        "ex:partOf is not below mesh:relationship",
    ),
    "bad property name": (
        SIZE,
        SIZE.replace('"size"', '"Size of"'),
        "ex:size has 'Size of' as mesh:propertyName",
    ),
    "no datatype": (SIZE, SIZE.replace("rdfs:range xsd:integer ;", ""), "ex:size has no datatype"),
    "node property of no class": (
        SIZE,
        SIZE.replace("owl:DatatypeProperty", "owl:ObjectProperty"),
        "ex:size is an owl:ObjectProperty; its rdfs:range must be a class of the graph",
    ),
    "relationship and property": (
        PART_OF,
        PART_OF.replace("skos:closeMatch", 'mesh:propertyName "part" ; skos:closeMatch'),
        "ex:partOf is both a relationship and a property",
    ),
    "unknown datatype": (
        SIZE,
        SIZE.replace("xsd:integer", "xsd:float"),
        "ex:size has the datatype xsd:float",
    ),
    "no cardinality": (
        SIZE,
        SIZE.replace('mesh:cardinality "many" ;', ""),
        "ex:size has no mesh:cardinality",
    ),
    "bad cardinality": (SIZE, SIZE.replace('"many"', '"some"'), "ex:size has 'some' as mesh:cardinality"),
    "bad index": (
        SIZE,
        SIZE.replace('"range"', '"btree"'),
        "ex:size has 'btree' as mesh:index, which is none of",
    ),
    "full text on edges": (SIZE, SIZE.replace('"range"', '"fulltext"'), "ex:size has a full-text index"),
    "bad flag": (
        SIZE,
        SIZE.replace("mesh:index", 'mesh:internal "perhaps" ; mesh:index'),
        "'perhaps' as mesh:internal",
    ),
    "bad order": (SIZE, SIZE.replace("mesh:index", 'sh:order "last" ; mesh:index'), "'last' as sh:order"),
    "property of nothing": (
        SIZE,
        SIZE.replace("mesh:propertyOf ex:Part ; mesh:edgePropertyOf mesh:relationship ;", ""),
        "ex:size has neither mesh:propertyOf nor mesh:edgePropertyOf",
    ),
    "property of an unknown class": (
        SIZE,
        SIZE.replace("mesh:propertyOf ex:Part", "mesh:propertyOf ex:Pard"),
        "ex:size has ex:Pard as mesh:propertyOf",
    ),
    "edge property of a class": (
        SIZE,
        SIZE.replace("mesh:edgePropertyOf mesh:relationship", "mesh:edgePropertyOf ex:Part"),
        "ex:size has ex:Part as mesh:edgePropertyOf",
    ),
    "same name twice": (
        SIZE,
        SIZE + SIZE.replace("ex:size", "ex:extent"),
        "ex:Part has several properties named 'size'",
    ),
    "empty closed list": (
        SIZE,
        SIZE.replace("mesh:index", "mesh:closedList ex:Sizes ; mesh:index"),
        "ex:size has the closed list ex:Sizes, which is empty",
    ),
    "doubled notation": (
        SIZE,
        SIZE.replace("mesh:index", "mesh:closedList ex:Sizes ; mesh:index")
        + _term("ex:Sizes", "skos:ConceptScheme", "sh:order 0")
        + _term("ex:small", "skos:Concept", 'skos:inScheme ex:Sizes ; skos:notation "1"')
        + _term("ex:tiny", "skos:Concept", 'skos:inScheme ex:Sizes ; skos:notation "1"'),
        "ex:Sizes has the same skos:notation twice",
    ),
    "concept without definition": (
        SIZE,
        SIZE.replace("mesh:index", "mesh:closedList ex:Sizes ; mesh:index")
        + 'ex:small skos:inScheme ex:Sizes ; rdfs:label "small" ; skos:notation "1" .',
        "ex:small has no skos:definition",
    ),
    "misspelt annotation": (
        SIZE,
        SIZE.replace("mesh:index", "mesh:indx"),
        "mesh:indx is used but not declared",
    ),
    "blank node": (
        SIZE,
        SIZE.replace("mesh:index", "rdfs:seeAlso [ rdfs:label 'x' ] ; mesh:index"),
        "blank nodes",
    ),
    "no version": ('owl:versionInfo "7"', 'rdfs:comment "7"', "has no owl:versionInfo"),
    "no header": ("a owl:Ontology ;", "a owl:Thing ;", "There are 0 terms of type owl:Ontology"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_compile__finds_the_fault(fault: str) -> None:
    right, wrong, problem = FAULTS[fault]
    faulty = WHOLE.replace(right, wrong)
    assert faulty != WHOLE
    assert any(problem in found for found in _problems(faulty)), _problems(faulty)


def test_compile__gathers_all_problems_sorted() -> None:
    faulty = (
        WHOLE.replace('"many"', '"some"')
        .replace("mesh:source ex:Part ;", "")
        .replace("xsd:integer", "xsd:int")
    )
    assert _problems(faulty) == (
        "ex:partOf has no mesh:source",
        "ex:size has 'some' as mesh:cardinality, which is not one|many",
        "ex:size has the datatype xsd:int; its rdfs:range must be one of"
        " xsd:string, xsd:integer, xsd:decimal, xsd:boolean, xsd:dateTime",
    )


def test_compile__of_a_cycle_of_classes_ends() -> None:
    cycle = PART.replace("mesh:Resource ,", "mesh:Resource , ex:Loop ,") + _term(
        "ex:Loop", "owl:Class", 'mesh:label "Loop" ; mesh:kind "loop" ; rdfs:subClassOf ex:Part , prov:Entity'
    )
    assert any("is above itself" in problem for problem in _problems(MINIMAL + cycle))


@pytest.mark.parametrize("text", ["<urn:a> <urn:b>", "<urn:a> <urn:b> ; . .", '{"json": 1}', "\x00"])
def test_compile__text_that_is_no_turtle_is_an_ontology_error(text: str) -> None:
    (problem,) = _problems(text)
    assert problem.startswith("It is not Turtle")
