"""Every class of ours: a small document and the node that it comes to."""

from typing import NamedTuple

import pytest

from catalog.graph import EdgeSpec, Property
from catalog.statement import Described
from ontology.compiler import load_model
from tests.rdf_import.build import nodes, x

DS = "dataset/https%3A%2F%2Fx.org/d"
FIELD = "field/https%3A%2F%2Fx.org/d/a"
KEYED = "<http://127.0.0.1:8000/id/{}>"


class Case(NamedTuple):
    """What is said of ``:t``, its key, its properties but ``sameAs``, the ends of the edges that leave it."""

    label: str
    says: str
    key: str
    properties: dict[str, Property]
    edges: frozenset[tuple[str, str]] = frozenset()


def case(
    label: str, says: str, kind: str, properties: dict[str, Property], *edges: tuple[str, str], key: str = ""
) -> Case:
    named = {"name": "T", **properties}
    return Case(label, f'mesh:name "T" ; {says}', key or x(kind, "t"), named, frozenset(edges))


CASES = [
    case(
        "AccessAgreement",
        'mesh:agreementStatus "approved" ; mesh:agreementValidFrom "2026-01-01T00:00:00Z"^^xsd:dateTime ; '
        "mesh:grantedTo :team ; mesh:grantedBy :product ; mesh:covers :d",
        "agreement",
        {"status": "approved", "validFrom": "2026-01-01T00:00:00Z"},
        ("COVERS", DS),
        ("GRANTED_BY", x("product", "product")),
        ("GRANTED_TO", x("team", "team")),
    ),
    Case(
        "Alias",
        'mesh:namespace "ns" ; mesh:name "other" ; mesh:aliasOf :d',
        "dataset/ns/other",
        {"namespace": "ns", "name": "other"},
        frozenset({("ALIAS_OF", DS)}),
    ),
    case(
        "Classification",
        'mesh:level 3 ; mesh:notation "C3" ; mesh:synonyms "secret" , "private"',
        "classification",
        {"level": 3, "notation": "C3", "synonyms": ["private", "secret"]},
    ),
    case(
        "Component",
        'mesh:componentType "service" ; mesh:stage "production" ; mesh:partOf :system ; mesh:provides :api ; '
        "mesh:dependsOn :system",
        "component",
        {"componentType": "service", "stage": "production"},
        ("DEPENDS_ON", x("system", "system")),
        ("PART_OF", x("system", "system")),
        ("PROVIDES", x("component", "api")),
    ),
    case(
        "ContractVersion",
        'mesh:version "1.0.0" ; mesh:contractStatus "active" ; mesh:versionOf :contract ; mesh:hasSchema :schema',
        "contract-version",
        {"version": "1.0.0", "status": "active"},
        ("HAS_SCHEMA", x("schema", "schema")),
        ("VERSION_OF", x("contract", "contract")),
    ),
    case(
        "Curation",
        'mesh:documentSource "c" ; mesh:curationSubject "product/orders" ; mesh:aspect "owner"',
        "curation",
        {"source": "c", "subject": "product/orders", "aspect": "owner"},
    ),
    case(
        "DataContract",
        "mesh:contractStatus 'draft' ; mesh:hasSlo :slo ; mesh:ownedBy :team",
        "contract",
        {"status": "draft"},
        ("HAS_SLO", x("slo", "slo")),
        ("OWNED_BY", x("team", "team")),
    ),
    case(
        "DataProduct",
        'mesh:lifecycle "active" ; mesh:purpose "Why" ; mesh:tags "b" , "a" ; mesh:inDomain :domain ; '
        "mesh:hasOutputPort :out ; mesh:hasInputPort :in ; mesh:hasManagementPort :man ; mesh:exposes :d",
        "product",
        {"lifecycle": "active", "purpose": "Why", "tags": ["a", "b"]},
        ("EXPOSES", DS),
        ("HAS_INPUT_PORT", x("input-port", "in")),
        ("HAS_MANAGEMENT_PORT", x("management-port", "man")),
        ("HAS_OUTPUT_PORT", x("output-port", "out")),
        ("IN_DOMAIN", x("domain", "domain")),
    ),
    Case(
        "Dataset",
        'mesh:description "All" ; mesh:theme :term ; mesh:classifiedAs :class',
        "dataset/https%3A%2F%2Fx.org/t",
        {"namespace": "https://x.org", "name": "t", "description": "All"},
        frozenset({("CLASSIFIED_AS", x("classification", "class")), ("THEME", x("term", "term"))}),
    ),
    Case(
        "DatasetReference",
        'mesh:key "dataset/ns/ref" ; mesh:description "Said elsewhere"',
        "dataset/ns/ref",
        {"namespace": "ns", "name": "ref", "description": "Said elsewhere"},
    ),
    case(
        "DatasetVersion",
        'mesh:version "7" ; mesh:versionOf :d',
        "dataset-version",
        {"version": "7"},
        ("VERSION_OF", DS),
    ),
    Case(
        "Document",
        'mesh:documentSource "https://x.org/t" ; mesh:title "T" ; mesh:name "T" ; mesh:describes :product',
        x("document", "t"),
        {"name": "T", "source": "https://x.org/t", "title": "T"},
        frozenset({("DESCRIBES", x("product", "product"))}),
    ),
    case("Domain", "mesh:partOf :domain", "domain", {}, ("PART_OF", x("domain", "domain"))),
    case("Environment", 'mesh:notation "prod"', "environment", {"notation": "prod"}),
    case(
        "Exposure",
        'mesh:exposureType "dashboard" ; mesh:maturity "high" ; mesh:dependsOn :schema',
        "exposure",
        {"exposureType": "dashboard", "maturity": "high"},
        ("DEPENDS_ON", x("schema", "schema")),
    ),
    Case(
        "Field",
        'mesh:name "a" ; mesh:dataset :d ; mesh:fieldType "INT" ; mesh:ordinal 1 ; mesh:means :term',
        FIELD,
        {"name": "a", "dataset": DS, "type": "INT", "ordinal": 1},
        frozenset({("MEANS", x("term", "term"))}),
    ),
    case("GlossaryTerm", "mesh:broader :term", "term", {}, ("BROADER", x("term", "term"))),
    case(
        "GovernancePolicy",
        'mesh:scope "product" ; mesh:severity "warn" ; mesh:appliesTo :product ; mesh:tightens :other ; '
        'mesh:enabled false ; mesh:grace "P7D" ; mesh:checkKind "shape" ; mesh:check "{}"',
        "policy",
        {
            "scope": "product",
            "severity": "warn",
            "enabled": False,
            "grace": "P7D",
            "checkKind": "shape",
            "check": "{}",
        },
        ("APPLIES_TO", x("product", "product")),
        ("TIGHTENS", x("policy", "other")),
    ),
    case("InputPort", "mesh:receives :out", "input-port", {}, ("RECEIVES", x("output-port", "out"))),
    Case(
        "Job",
        'mesh:namespace "jobs" ; mesh:name "load" ; mesh:jobType "QUERY" ; mesh:produces :d',
        "job/jobs/load",
        {"namespace": "jobs", "name": "load", "jobType": "QUERY"},
        frozenset({("PRODUCES", DS)}),
    ),
    case("ManagementPort", "mesh:serves :d", "management-port", {}, ("SERVES", DS)),
    case(
        "Metric",
        "mesh:inDimension :dim",
        "metric",
        {},
        ("IN_DIMENSION", x("quality-dimension", "dim")),
    ),
    Case(
        "Namespace",
        'mesh:name "ns" ; mesh:namespaceOf "dataset" ; mesh:onPlatform :plat',
        "namespace/dataset/ns",
        {"name": "ns", "of": "dataset"},
        frozenset({("ON_PLATFORM", x("platform", "plat"))}),
    ),
    case(
        "OutputPort",
        'mesh:protocol "SQL" ; mesh:endpoint <postgres://db/x> ; mesh:serves :d ; mesh:governedBy :contract',
        "output-port",
        {"protocol": "SQL", "endpoint": "postgres://db/x"},
        ("GOVERNED_BY", x("contract", "contract")),
        ("SERVES", DS),
    ),
    case(
        "Person",
        'mesh:email "t@x.org" ; mesh:memberOf :team',
        "person",
        {"email": "t@x.org"},
        ("MEMBER_OF", x("team", "team")),
    ),
    case("PersonalDataCategory", "mesh:level 2", "personal-data", {"level": 2}),
    Case(
        "Pipeline",
        'mesh:key "job/jobs/all"',
        "job/jobs/all",
        {"namespace": "jobs", "name": "all"},
    ),
    case("Platform", 'mesh:technology "Kafka"', "platform", {"technology": "Kafka"}),
    case(
        "Proposal",
        'mesh:proposedChanges "{}" ; mesh:proposalAuthor "ada" ; mesh:deadline "2026-01-01T00:00:00Z"^^xsd:dateTime ; '
        "mesh:proposes :d ; mesh:proposedBy :team",
        "proposal",
        {"changes": "{}", "author": "ada", "deadline": "2026-01-01T00:00:00Z"},
        ("PROPOSED_BY", x("team", "team")),
        ("PROPOSES", DS),
    ),
    case("QualityDimension", "", "quality-dimension", {}),
    case(
        "QualityMeasurement",
        'mesh:measuredValue "0.99" ; mesh:measures :d ; mesh:ofMetric :metric',
        "measurement",
        {"value": "0.99"},
        ("MEASURES", DS),
        ("OF_METRIC", x("metric", "metric")),
    ),
    case(
        "QualityRule",
        'mesh:ruleType "library" ; mesh:metricName "nullValues" ; mesh:operator "eq" ; mesh:threshold "0"',
        "quality-rule",
        {"ruleType": "library", "metricName": "nullValues", "operator": "eq", "threshold": "0"},
    ),
    case("Role", 'mesh:notation "steward"', "role", {"notation": "steward"}),
    Case(
        "Run",
        'mesh:name "8C1B6A0E4F7B4B7D9A5C0E1F2A3B4C5D" ; mesh:state "COMPLETE" ; mesh:used :d',
        "run/8c1b6a0e-4f7b-4b7d-9a5c-0e1f2a3b4c5d",
        {"name": "8c1b6a0e-4f7b-4b7d-9a5c-0e1f2a3b4c5d", "state": "COMPLETE"},
        frozenset({("USED", DS)}),
    ),
    case("Schema", 'mesh:schemaFormat "avro"', "schema", {"schemaFormat": "avro"}),
    case(
        "SchemaProperty",
        'mesh:fieldType "string" ; mesh:physicalType "VARCHAR" ; mesh:required true ; mesh:classifiedAs :class',
        "schema-property",
        {"type": "string", "physicalType": "VARCHAR", "required": True},
        ("CLASSIFIED_AS", x("classification", "class")),
    ),
    case(
        "Server",
        'mesh:platformName "postgres" ; mesh:host "db" ; mesh:portNumber 5432 ; mesh:inEnvironment :env',
        "server",
        {"platform": "postgres", "host": "db", "portNumber": 5432},
        ("IN_ENVIRONMENT", x("environment", "env")),
    ),
    case(
        "ServiceLevelObjective",
        'mesh:operator "lteq" ; mesh:threshold "24" ; mesh:unit "hours" ; mesh:onMetric :metric',
        "slo",
        {"operator": "lteq", "threshold": "24", "unit": "hours"},
        ("ON_METRIC", x("metric", "metric")),
    ),
    case(
        "SignOff",
        'mesh:answer "APPROVED" ; mesh:shownDigest "d" ; mesh:answers :proposal ; mesh:answeredBy :team',
        "sign-off",
        {"answer": "APPROVED", "shownDigest": "d"},
        ("ANSWERED_BY", x("team", "team")),
        ("ANSWERS", x("proposal", "proposal")),
    ),
    case(
        "System",
        'mesh:stage "production" ; mesh:inDomain :domain',
        "system",
        {"stage": "production"},
        ("IN_DOMAIN", x("domain", "domain")),
    ),
    case("Tag", "", "tag", {}),
    case("Team", "mesh:partOf :team", "team", {}, ("PART_OF", x("team", "team"))),
    case(
        "UsagePolicy",
        'mesh:permits "read" , "use" ; mesh:prohibits "distribute"',
        "usage-policy",
        {"permits": ["read", "use"], "prohibits": ["distribute"]},
    ),
    case(
        "Violation",
        'mesh:severity "block" ; mesh:violates :policy ; mesh:on :product ; mesh:waivedBy :waiver',
        "violation",
        {"severity": "block"},
        ("ON", x("product", "product")),
        ("VIOLATES", x("policy", "policy")),
        ("WAIVED_BY", x("waiver", "waiver")),
    ),
    case(
        "Waiver",
        'mesh:reason "Because" ; mesh:expiresAt "2027-01-01T00:00:00Z"^^xsd:dateTime ; mesh:waives :other ; '
        "mesh:appliesTo :product",
        "waiver",
        {"reason": "Because", "expiresAt": "2027-01-01T00:00:00Z"},
        ("APPLIES_TO", x("product", "product")),
        ("WAIVES", x("policy", "other")),
    ),
]
WORLD = """
:d a mesh:Dataset . :team a mesh:Team . :product a mesh:DataProduct .
:system a mesh:System . :schema a mesh:Schema . :other a mesh:GovernancePolicy .
"""


def test_cases__are_one_for_each_class() -> None:
    assert [one.label for one in CASES] == list(load_model().concrete_labels)


@pytest.mark.parametrize("one", CASES, ids=[one.label for one in CASES])
def test_class__comes_to_its_node(one: Case) -> None:
    found = nodes(f"{WORLD} :t a mesh:{one.label} ; {one.says} .")

    node = found[one.key]
    said = dict(node.properties)
    said.pop("sameAs", None)
    assert (node.label, said, node.stub) == (one.label, one.properties, False)
    assert {(edge.type, edge.target) for edge in node.edges} == one.edges
    assert all(edge.source == one.key and edge.target in found for edge in node.edges)


def test_same_as__names_the_iri_that_others_use() -> None:
    [node] = nodes(':t a mesh:Domain ; mesh:name "T" ; mesh:sameAs <http://other/t> .').values()

    assert dict(node.properties)["sameAs"] == ["http://other/t", "https://x.org/t"]


def test_things_that_are_only_named__are_stubs_of_the_kind_that_the_relationship_asks_for() -> None:
    found = nodes(':t a mesh:DataProduct ; mesh:name "T" ; mesh:inDomain :d ; mesh:ownedBy :o .')

    assert found[x("domain", "d")] == Described(x("domain", "d"), "Domain", stub=True)
    assert found[x("team", "o")] == Described(x("team", "o"), "Team", stub=True)


def test_field__brings_its_dataset_and_tells_the_edge_what_it_says_of_itself() -> None:
    found = nodes(
        ":d a mesh:Dataset ; mesh:hasField :a ."
        ':a a mesh:Field ; mesh:name "a" ; mesh:fieldType "INT" ; mesh:ordinal 2 .'
    )

    assert found[DS].edges == (EdgeSpec("HAS_FIELD", DS, FIELD, (("ordinal", 2), ("type", "INT"))),)
    assert dict(found[FIELD].properties)["dataset"] == DS


def test_edge_with_properties__is_told_by_a_statement_about_it() -> None:
    found = nodes(
        ":p a mesh:Person ; mesh:name 'P' ; mesh:memberOf :t . :t a mesh:Team ; mesh:name 'T' ."
        " [] a rdf:Statement ; rdf:subject :p ; rdf:predicate mesh:memberOf ; rdf:object :t ;"
        ' mesh:since "2026-01-01T00:00:00Z"^^xsd:dateTime ; mesh:via "document/x" ; mesh:origin "DECLARED" .'
    )

    since = (("since", "2026-01-01T00:00:00Z"),)
    assert found[x("person", "p")].edges == (EdgeSpec("MEMBER_OF", x("person", "p"), x("team", "t"), since),)


def test_iris_of_our_base__are_their_keys() -> None:
    name = "http://mesh.example/id/"
    found = nodes(
        f'<{name}product/orders> a mesh:DataProduct ; mesh:key "product/orders" ; mesh:name "O" ;'
        f" mesh:exposes <{name}dataset/ns/a%20b> ; mesh:inDomain <{KEYED.format('domain/sales').strip('<>')}> ."
    )

    assert set(found) == {"product/orders", "dataset/ns/a%20b", "domain/sales"}
    assert dict(found["dataset/ns/a%20b"].properties) == {"namespace": "ns", "name": "a b"}


def test_blank_nodes__keep_their_keys_when_the_rest_of_the_document_changes() -> None:
    port = '[ a mesh:OutputPort ; mesh:name "P" ; mesh:protocol "SQL" ]'
    one = nodes(f':t a mesh:DataProduct ; mesh:name "T" ; mesh:hasOutputPort {port} .')
    other = nodes(
        f':t a mesh:DataProduct ; mesh:name "New" ; mesh:hasOutputPort {port} , [ a mesh:OutputPort ; mesh:name "A" ] .'
    )

    [key] = [key for key in one if key.startswith("output-port/")]
    assert key in other
    assert key.startswith("output-port/mesh.ttl%23_%3A")
    assert len([key for key in other if key.startswith("output-port/")]) == 2


def test_blank_nodes_that_look_alike__are_several_things() -> None:
    port = "[ a mesh:OutputPort ; mesh:name 'P' ]"
    found = nodes(f":t a mesh:DataProduct ; mesh:name 'T' ; mesh:hasOutputPort {port} , {port} .")

    assert sorted(key[-2:] for key in found if key.startswith("output-port/")) == [".1", ".2"]
