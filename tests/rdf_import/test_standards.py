"""The words of DCAT, DPROD, PROV, FOAF, ORG, vCard, SKOS, DQV and ODRL in our graph."""

from collections.abc import Iterable

import pytest

from catalog.graph import EdgeSpec
from ingest.problems import Code
from ontology.contexts import DPROD_NAMESPACES
from ontology.validation import keeps_out
from tests.rdf_import.build import SOURCE, interpreted, nodes, x

P, PORT, DS = x("product", "p"), x("output-port", "port"), "dataset/https%3A%2F%2Fx.org/d"


def edges(turtle: str) -> set[tuple[str, str, str]]:
    """The edges of a document: type, source, target."""
    return {(edge.type, edge.source, edge.target) for node in nodes(turtle).values() for edge in node.edges}


def not_understood(turtle: str) -> dict[str, int]:
    """What was not understood, by term."""
    return {note.term: note.count for note in interpreted(turtle).notes if note.code == Code.NOT_UNDERSTOOD}


PRODUCT = """
:p a {dprod}DataProduct> ; dct:title "Orders" ; {dprod}dataProductOwner> :team ; {dprod}domain> :sales ;
   {dprod}lifecycleStatus> <{ns}data/lifecycle-status/Consume> ; {dprod}purpose> "To know" ;
   {dprod}outputPort> :port ; {dprod}outputDataset> :d .
:port a dcat:DataService ; rdfs:label "Table" ; dcat:endpointURL <jdbc:x> ; {dprod}isAccessServiceOf> [
   a dcat:Distribution ; dct:format <https://www.iana.org/assignments/media-types/text/csv> ;
   {dprod}isDistributionOf> :d ] .
:d a dcat:Dataset ; {dprod}informationSensitivityClassification> :secret .
:team a prov:Organization ; foaf:name "Team" .
"""


@pytest.mark.parametrize("namespace", DPROD_NAMESPACES)
def test_dprod__is_one_product_in_each_of_its_namespaces(namespace: str) -> None:
    text = PRODUCT.replace("{dprod}", f"<{namespace}").replace("{ns}", namespace)
    found = nodes(text)

    assert dict(found[P].properties) == {
        "lifecycle": "active",
        "name": "Orders",
        "purpose": "To know",
        "sameAs": ["https://x.org/p"],
    }
    port = dict(found[PORT].properties)
    assert (port["name"], port["endpoint"], port["schemaFormat"]) == ("Table", "jdbc:x", "text/csv")
    assert edges(text) == {
        ("CLASSIFIED_AS", DS, x("classification", "secret")),
        ("EXPOSES", P, DS),
        ("HAS_OUTPUT_PORT", P, PORT),
        ("IN_DOMAIN", P, x("domain", "sales")),
        ("OWNED_BY", P, x("team", "team")),
        ("SERVES", PORT, DS),
    }
    assert not_understood(text) == {}


def test_input_port_of_dprod__is_a_port_of_its_own_that_receives_from_the_other_product() -> None:
    text = ":p a dprod:DataProduct ; dprod:inputPort :port . :port dct:title 'Sales' ."
    key = "input-port/https%3A%2F%2Fx.org%2Fp/https%3A%2F%2Fx.org%2Fport"

    assert edges(text) == {("HAS_INPUT_PORT", P, key), ("RECEIVES", key, PORT)}
    assert dict(nodes(text)[key].properties) == {"name": "Sales"}


@pytest.mark.parametrize(
    ("says", "edge"),
    [
        (":d a dcat:Dataset . :port dcat:servesDataset :d", ("SERVES", PORT, DS)),
        (":d dcat:distribution [ dcat:accessService :port ]", ("SERVES", PORT, DS)),
        (":d a dcat:Dataset ; dct:publisher :o . :o a foaf:Person", ("OWNED_BY", DS, x("person", "o"))),
        (":d a dcat:Dataset ; dct:publisher :o", ("OWNED_BY", DS, x("team", "o"))),
        (":d a dcat:Dataset ; dcat:theme :th . :th a skos:Concept", ("THEME", DS, x("term", "th"))),
        (":d a dcat:Dataset ; dct:conformsTo :s", ("HAS_SCHEMA", DS, x("schema", "s"))),
        (":a skos:broader :b . :a a skos:Concept", ("BROADER", x("term", "a"), x("term", "b"))),
        (
            ":p a dprod:DataProduct ; dprod:domain :a . :a skos:broader :b",
            ("PART_OF", x("domain", "a"), x("domain", "b")),
        ),
        (":t org:unitOf :o", ("PART_OF", x("team", "t"), x("team", "o"))),
        (":m a foaf:Person ; org:memberOf :o", ("MEMBER_OF", x("person", "m"), x("team", "o"))),
        (
            ":d a dcat:Dataset ; prov:wasDerivedFrom :e",
            ("HAD_DERIVATION", "dataset/https%3A%2F%2Fx.org/e", DS),
        ),
        (
            ":v a dcat:Dataset ; dcat:isVersionOf :d",
            ("VERSION_OF", x("dataset-version", "v"), DS),
        ),
        (":d a dcat:Dataset ; dcat:hasVersion :v", ("VERSION_OF", x("dataset-version", "v"), DS)),
        (
            ":v dcat:isVersionOf :d ; a dcat:Dataset ; dcat:previousVersion :u",
            ("PREVIOUS_VERSION", x("dataset-version", "v"), x("dataset-version", "u")),
        ),
        (
            ":m a dqv:QualityMeasurement ; dqv:value 1 ; dqv:computedOn :d",
            ("MEASURES", x("measurement", "m"), DS),
        ),
        (":d a dcat:Dataset ; prov:wasGeneratedBy :r", ("GENERATED", "run/https%3A%2F%2Fx.org%2Fr", DS)),
        (":d a dcat:Dataset ; odrl:hasPolicy :o", ("HAS_POLICY", DS, x("usage-policy", "o"))),
        (
            ":p a dprod:DataProduct ; dct:hasPart :d . :d a dcat:Dataset",
            ("CONTAINS", P, DS),
        ),
        (
            ":d a dcat:Dataset ; dpv:hasPersonalData <https://w3id.org/dpv/pd#EmailAddress>",
            ("CLASSIFIED_AS", DS, "personal-data/https%3A%2F%2Fw3id.org%2Fdpv%2Fpd%23EmailAddress"),
        ),
    ],
)
def test_link__of_a_standard_is_an_edge(says: str, edge: tuple[str, str, str]) -> None:
    assert edge in edges(f"{says} .")
    assert not_understood(f"{says} .") == {}


@pytest.mark.parametrize(
    ("says", "role"),
    [
        ("dct:creator :o", "creator"),
        ("dcat:contactPoint :o", "contact"),
        (
            "prov:qualifiedAttribution [ a prov:Attribution ; prov:agent :o ; dcat:hadRole :steward ]",
            "steward",
        ),
    ],
)
def test_role__is_an_edge_from_the_agent(says: str, role: str) -> None:
    found = nodes(f":d a dcat:Dataset ; {says} . :o a vcard:Organization ; vcard:fn 'O' .")

    agent = x("team", "o")
    assert found[agent].edges == (EdgeSpec("HAS_ROLE", agent, DS, (("role", role),)),)


def test_agreement_and_offer__of_odrl() -> None:
    text = """
    :a a odrl:Agreement ; odrl:assignee :t ; odrl:assigner :u ; odrl:target :p ; adms:status "approved" .
    :o a odrl:Offer ; odrl:target :p ; odrl:permission [ odrl:action odrl:read , odrl:play ] .
    """
    found = nodes(text)

    assert dict(found[x("agreement", "a")].properties)["status"] == "approved"
    assert dict(found[x("usage-policy", "o")].properties)["permits"] == ["read"]
    assert edges(text) == {
        ("COVERS", x("agreement", "a"), P),
        ("GRANTED_BY", x("agreement", "a"), x("team", "u")),
        ("GRANTED_TO", x("agreement", "a"), x("team", "t")),
        ("HAS_POLICY", P, x("usage-policy", "o")),
    }
    assert not_understood(text) == {"http://www.w3.org/ns/odrl/2/action": 1}


def test_catalog__is_the_document() -> None:
    found = interpreted(
        ":c a dcat:Catalog ; dct:title 'All we have' ; dcat:dataset :d ; dcat:service :port ; dcat:record :r ;"
        " dct:publisher :o . :r a dcat:CatalogRecord ; foaf:primaryTopic :d ."
    )

    assert dict(found.statement.properties) == {
        "mediaType": "application/n-quads",
        "source": SOURCE,
        "title": "All we have",
    }
    assert found.named == {"Dataset": 1, "OutputPort": 1}
    assert [note.term for note in found.notes] == ["http://purl.org/dc/terms/publisher"]


def test_what_is_not_understood__is_counted_with_its_first_subject() -> None:
    found = interpreted(
        ":d a dcat:Dataset ; dct:spatial :s ; :ours 1 . :e a dcat:Dataset , :Table ; dct:spatial :s ."
    )

    notes = {(note.code, note.term, note.count, note.example) for note in found.notes}
    assert notes == {
        (Code.NOT_UNDERSTOOD, "http://purl.org/dc/terms/spatial", 2, "https://x.org/d"),
        (Code.NOT_UNDERSTOOD, "https://x.org/ours", 1, "https://x.org/d"),
        (Code.NOT_UNDERSTOOD, "https://x.org/Table", 1, "https://x.org/e"),
    }


@pytest.mark.parametrize(
    ("titles", "kept", "left"),
    [
        (['"Ohne"', '"With"@en', '"Avec"@fr'], "Ohne", 2),
        (['"Mit"@de', '"With"@en-GB', '"Avec"@fr'], "With", 2),
        (['"Mit"@de', '"Avec"@fr'], "Mit", 1),
        (['"Avec"@fr'], "Avec", 0),
    ],
)
def test_language__is_one_and_the_others_are_told(titles: Iterable[str], kept: str, left: int) -> None:
    for predicate, class_ in (("dct:title", "dprod:DataProduct"), ("mesh:name", "mesh:DataProduct")):
        found = interpreted(f":p a {class_} ; {predicate} {' , '.join(titles)} .")
        [node] = found.statement.nodes
        assert dict(node.properties)["name"] == kept
        assert sum(note.count for note in found.notes if note.code == Code.LANGUAGE) == left
        assert not keeps_out(found.violations)


def test_second_value__of_a_standard_is_left_out_and_told() -> None:
    found = interpreted(':p a dprod:DataProduct ; dct:title "A" , "B" ; rdfs:label "C" .')

    [node] = found.statement.nodes
    assert dict(node.properties)["name"] == "A"
    assert {(note.code, note.count) for note in found.notes} == {
        (Code.VALUE_LEFT_OUT, 1),
        (Code.VALUE_LEFT_OUT, 1),
    }


def test_title_of_a_dataset__is_its_title_for_its_name_is_its_identity() -> None:
    found = nodes(":d a dcat:Dataset ; dct:title 'All orders' ; mesh:namespace 'ns' ; mesh:name 'orders' .")

    assert dict(found["dataset/ns/orders"].properties) == {
        "name": "orders",
        "namespace": "ns",
        "sameAs": ["https://x.org/d"],
        "title": "All orders",
    }


def test_words_of_standards_beside_ours__are_not_read_twice() -> None:
    """As our own exports have them."""
    text = """
    <http://b/id/product/p> a mesh:DataProduct , dcat:Resource ; mesh:key "product/p" ; dct:identifier "product/p" ;
        mesh:name "P" ; mesh:description "D" ; dct:description "D" ; mesh:ownedBy <http://b/id/team/t> ;
        prov:wasAttributedTo <http://b/id/team/t> .
    <http://b/id/field/n/d/a> a mesh:Field ; mesh:key "field/n/d/a" ; mesh:name "a" ;
        mesh:dataset <http://b/id/dataset/n/d> .
    <http://b/id/field/n/d/b> a mesh:Field ; mesh:key "field/n/d/b" ; mesh:name "b" ;
        mesh:dataset <http://b/id/dataset/n/d> ; mesh:feeds <http://b/id/field/n/d/a> .
    <http://b/id/field/n/d/a> prov:wasDerivedFrom <http://b/id/field/n/d/b> .
    """

    assert edges(text) == {("OWNED_BY", "product/p", "team/t"), ("FEEDS", "field/n/d/b", "field/n/d/a")}
    assert interpreted(text).notes == ()


def test_agent_without_a_class__is_taken_for_a_team_and_told() -> None:
    found = interpreted(":d a dcat:Dataset ; dct:publisher :o .")

    assert [(note.code, note.term, note.example) for note in found.notes] == [
        (Code.KIND_ASSUMED, "Team", "https://x.org/o")
    ]
