"""What the shipped ontology says of the graph."""

import pytest
from rdflib import CSVW, DCAT, DCTERMS, FOAF, ODRL2, ORG, OWL, PROV, RDFS, SH, SKOS
from rdflib.namespace import DefinedNamespaceMeta

from ontology.compiler import load_model
from ontology.model import Datatype, Index, PropertyType

MODEL = load_model()

OWN_PROPERTIES: dict[str, tuple[str, ...]] = {
    "AccessAgreement": ("status", "purpose", "validFrom", "validUntil"),
    "Agent": (),
    "Alias": (),
    "Classification": ("notation", "level", "synonyms"),
    "ContractVersion": ("status", "version"),
    "DataContract": ("tags", "status"),
    "DataProduct": ("tags", "lifecycle", "purpose", "version", "homepage", "license"),
    "Dataset": (
        "tags",
        "title",
        "datasetType",
        "subType",
        "datasetVersion",
        "hierarchy",
        "dataSource",
        "dataSourceUri",
        "storageLayer",
        "fileFormat",
        "catalog",
        "catalogType",
        "catalogFramework",
        "catalogSource",
        "metadataUri",
        "warehouseUri",
        "homepage",
        "license",
        "lifecycleState",
        "droppedAt",
    ),
    "DatasetName": ("namespace",),
    "DatasetReference": (),
    "DatasetVersion": ("version",),
    "Document": ("source", "mediaType", "title"),
    "Domain": ("notation",),
    "Environment": ("notation",),
    "Field": ("dataset", "tags", "type", "ordinal", "required"),
    "GlossaryTerm": ("notation", "synonyms"),
    "GovernancePolicy": ("scope", "severity", "version", "effectiveFrom", "remediation"),
    "InputPort": (),
    "Job": (
        "namespace",
        "tags",
        "processingType",
        "title",
        "integration",
        "jobType",
        "eventTrigger",
        "eventContentMode",
        "windowDuration",
        "dialect",
        "sourceControl",
        "sourceUrl",
        "repoUrl",
        "sourcePath",
        "sourceVersion",
        "sourceTag",
        "sourceBranch",
        "pullRequestNumber",
        "sourceLanguage",
    ),
    "ManagementPort": (),
    "Metric": ("unit",),
    "Namespace": ("of",),
    "OutputPort": (),
    "Person": ("email", "homepage"),
    "PersonalDataCategory": (),
    "Pipeline": (),
    "Platform": ("technology", "homepage"),
    "Port": ("tags", "protocol", "endpoint", "schemaFormat", "visibility", "version", "license"),
    "QualityDimension": ("notation",),
    "QualityMeasurement": ("value", "measuredAt", "unit"),
    "Resource": ("key", "name", "description", "inferred", "sameAs", "gone", "searchText"),
    "Role": ("notation",),
    "Run": (
        *(
            "state",
            "startedAt",
            "endedAt",
            "nominalStart",
            "nominalEnd",
            "errorMessage",
            "programmingLanguage",
        ),
        *("engine", "engineVersion", "openlineageAdapterVersion", "externalQueryId", "externalQuerySource"),
        *("failedTasks", "totalTasks"),
    ),
    "Schema": ("schemaFormat", "version"),
    "ServiceLevelObjective": ("operator", "threshold", "unit"),
    "Tag": (),
    "Team": ("email", "homepage"),
    "UsagePolicy": ("permits", "prohibits", "purpose"),
    "Violation": ("severity", "message", "detectedAt"),
    "Waiver": ("reason", "expiresAt"),
}

SUPER_LABELS = {
    "Alias": "DatasetName",
    "Dataset": "DatasetName",
    "DatasetReference": "DatasetName",
    "InputPort": "Port",
    "ManagementPort": "Port",
    "OutputPort": "Port",
    "Person": "Agent",
    "PersonalDataCategory": "Classification",
    "Pipeline": "Job",
    "Team": "Agent",
}

KINDS = {
    "agreement": ("AccessAgreement",),
    "classification": ("Classification",),
    "contract": ("DataContract",),
    "contract-version": ("ContractVersion",),
    "dataset": ("Dataset", "Alias", "DatasetReference"),
    "dataset-version": ("DatasetVersion",),
    "document": ("Document",),
    "domain": ("Domain",),
    "environment": ("Environment",),
    "field": ("Field",),
    "input-port": ("InputPort",),
    "job": ("Job", "Pipeline"),
    "management-port": ("ManagementPort",),
    "measurement": ("QualityMeasurement",),
    "metric": ("Metric",),
    "namespace": ("Namespace",),
    "output-port": ("OutputPort",),
    "person": ("Person",),
    "personal-data": ("PersonalDataCategory",),
    "platform": ("Platform",),
    "policy": ("GovernancePolicy",),
    "product": ("DataProduct",),
    "quality-dimension": ("QualityDimension",),
    "role": ("Role",),
    "run": ("Run",),
    "schema": ("Schema",),
    "slo": ("ServiceLevelObjective",),
    "tag": ("Tag",),
    "team": ("Team",),
    "term": ("GlossaryTerm",),
    "usage-policy": ("UsagePolicy",),
    "violation": ("Violation",),
    "waiver": ("Waiver",),
}

ENDPOINTS = {
    "ALIAS_OF": (("DatasetName",), ("DatasetName",)),
    "APPLIES_TO": (("GovernancePolicy",), ("Resource",)),
    "BROADER": (("Classification", "GlossaryTerm"), ("Classification", "GlossaryTerm")),
    "CHILD_OF": (("Run",), ("Run",)),
    "CLASSIFIED_AS": (("DataProduct", "DatasetName", "Field"), ("Classification",)),
    "CONSUMED_BY": (("DatasetName",), ("Job",)),
    "CONTAINS": (("DataProduct",), ("DatasetName", "Job")),
    "COVERS": (("AccessAgreement",), ("DataProduct", "DatasetName", "Port")),
    "DESCRIBES": (("Document",), ("Resource",)),
    "EXPOSES": (("DataProduct",), ("DatasetName",)),
    "FEEDS": (("Field",), ("Field",)),
    "GENERATED": (("Run",), ("DatasetName", "DatasetVersion")),
    "GOVERNED_BY": (("DataProduct", "DatasetName", "Port"), ("ContractVersion", "DataContract")),
    "GRANTED_BY": (("AccessAgreement", "Waiver"), ("Agent", "DataProduct")),
    "GRANTED_TO": (("AccessAgreement",), ("Agent", "DataProduct")),
    "HAD_DERIVATION": (("DatasetName",), ("DatasetName",)),
    "PASSES_DATA_TO": (("Job",), ("Job",)),
    "RENAMED_TO": (("DatasetName",), ("DatasetName",)),
    "HAS_FIELD": (("DatasetName", "Schema"), ("Field",)),
    "HAS_INPUT_PORT": (("DataProduct",), ("InputPort",)),
    "HAS_MANAGEMENT_PORT": (("DataProduct",), ("ManagementPort",)),
    "HAS_OUTPUT_PORT": (("DataProduct",), ("OutputPort",)),
    "HAS_POLICY": (("DataProduct", "DatasetName", "Port"), ("UsagePolicy",)),
    "HAS_ROLE": (("Agent",), ("DataContract", "DataProduct", "DatasetName", "Domain")),
    "HAS_SCHEMA": (("ContractVersion", "DatasetName", "DatasetVersion"), ("Schema",)),
    "HAS_SLO": (("ContractVersion", "DataContract", "Port"), ("ServiceLevelObjective",)),
    "INFLUENCES": (("Field",), ("DatasetName", "Field")),
    "USED_BY": (("Field",), ("Job",)),
    "IN_DIMENSION": (("Metric",), ("QualityDimension",)),
    "IN_DOMAIN": (("DataProduct", "DatasetName", "Job", "Team"), ("Domain",)),
    "IN_ENVIRONMENT": (("DatasetName", "Namespace", "Port"), ("Environment",)),
    "IN_NAMESPACE": (("DatasetName", "Job"), ("Namespace",)),
    "LINEAGE_GAP": (("Job",), ("Job",)),
    "MEANS": (("Field",), ("GlossaryTerm",)),
    "MEASURES": (("QualityMeasurement",), ("DatasetName", "DatasetVersion", "Field")),
    "MEMBER_OF": (("Person",), ("Team",)),
    "OF_JOB": (("Run",), ("Job",)),
    "OF_METRIC": (("QualityMeasurement",), ("Metric",)),
    "ON": (("Violation",), ("Resource",)),
    "ON_METRIC": (("ServiceLevelObjective",), ("Metric",)),
    "ON_PLATFORM": (("Namespace",), ("Platform",)),
    "OWNED_BY": (
        ("DataContract", "DataProduct", "DatasetName", "Domain", "GlossaryTerm", "GovernancePolicy", "Job"),
        ("Agent",),
    ),
    "PART_OF": (("Domain", "Field", "Job", "Team"), ("Domain", "Field", "Pipeline", "Team")),
    "PRECEDES": (("Job",), ("Job",)),
    "PREVIOUS_VERSION": (("ContractVersion", "DatasetVersion"), ("ContractVersion", "DatasetVersion")),
    "PRODUCES": (("Job",), ("DatasetName",)),
    "RECEIVES": (("InputPort",), ("OutputPort",)),
    "ROOT": (("Run",), ("Run",)),
    "SERVES": (("ManagementPort", "OutputPort"), ("DatasetName", "DatasetVersion")),
    "TAGGED": (("DatasetName", "Field", "Job"), ("Tag",)),
    "THEME": (("DataProduct", "DatasetName"), ("GlossaryTerm",)),
    "USED": (("Run",), ("DatasetName", "DatasetVersion")),
    "VERSION_OF": (("ContractVersion", "DatasetVersion"), ("DataContract", "DatasetName")),
    "VIOLATES": (("Violation",), ("GovernancePolicy",)),
    "WAIVED_BY": (("Violation",), ("Waiver",)),
}

EDGE_PROPERTIES = {
    "ALIAS_OF": ("aliasType",),
    "CHILD_OF": ("job",),
    "CLASSIFIED_AS": ("source", "derived", "confidence"),
    "FEEDS": ("description", "subtype", "masking"),
    "HAS_FIELD": ("description", "type", "ordinal", "inferred"),
    "HAS_ROLE": ("role", "since", "until"),
    "INFLUENCES": ("description", "subtype", "masking"),
    "LINEAGE_GAP": ("failedTasks", "totalTasks"),
    "USED_BY": ("clauses", "star"),
    "MEMBER_OF": ("since", "until"),
    "PRECEDES": ("dependencyType", "sequenceRule", "statusRule", "triggerRule"),
    "OF_JOB": ("inferred",),
    "OWNED_BY": ("ownerType",),
    "PRODUCES": ("explicit", "partial"),
    "ROOT": ("job",),
    "TAGGED": ("value", "source"),
}

DATATYPES = {
    Datatype.DECIMAL: {"confidence"},
    Datatype.KEY: {"dataset"},
    Datatype.BOOLEAN: {"inferred", "gone", "masking", "derived", "required", "explicit", "partial", "star"},
    Datatype.DATE_TIME: {
        "droppedAt",
        "endedAt",
        "nominalStart",
        "nominalEnd",
        "validUntil",
        "expiresAt",
        "validFrom",
        "detectedAt",
        "measuredAt",
        "until",
        "startedAt",
        "effectiveFrom",
        "since",
    },
    Datatype.IRI: {"license", "endpoint", "sameAs", "homepage"},
    Datatype.INTEGER: {
        "level",
        "validTo",
        "validFrom",
        "ordinal",
        "failedTasks",
        "totalTasks",
        "windowDuration",
    },
}

SEARCHABLE = {
    "description",
    "name",
    "namespace",
    "notation",
    "purpose",
    "synonyms",
    "tags",
    "technology",
    "title",
}

INVERSES = {
    "ALIAS_OF": "http://www.w3.org/ns/adms#identifier",
    "FEEDS": "http://www.w3.org/ns/prov#wasDerivedFrom",
    "GENERATED": "http://www.w3.org/ns/prov#wasGeneratedBy",
    "HAD_DERIVATION": "http://www.w3.org/ns/prov#wasDerivedFrom",
    "INFLUENCES": "http://www.w3.org/ns/prov#wasInfluencedBy",
    "RENAMED_TO": "http://www.w3.org/ns/prov#wasRevisionOf",
}

STANDARDS: dict[str, DefinedNamespaceMeta] = {
    str(standard): standard for standard in (CSVW, DCAT, DCTERMS, FOAF, ODRL2, ORG, OWL, PROV, RDFS, SH, SKOS)
}
UNBUNDLED = {
    "http://www.w3.org/ns/adms#Identifier",
    "http://www.w3.org/ns/adms#identifier",
    "http://www.w3.org/ns/adms#status",
    "http://www.w3.org/ns/dcat#isVersionOf",
    "http://www.w3.org/ns/dcat#previousVersion",
    "http://www.w3.org/ns/dcat#version",
    "http://www.w3.org/ns/dqv#Dimension",
    "http://www.w3.org/ns/dqv#Metric",
    "http://www.w3.org/ns/dqv#QualityMeasurement",
    "http://www.w3.org/ns/dqv#QualityPolicy",
    "http://www.w3.org/ns/dqv#computedOn",
    "http://www.w3.org/ns/dqv#hasQualityAnnotation",
    "http://www.w3.org/ns/dqv#inDimension",
    "http://www.w3.org/ns/dqv#isMeasurementOf",
    "http://www.w3.org/ns/dqv#value",
    "https://ekgf.github.io/dprod/DataProduct",
    "https://ekgf.github.io/dprod/InformationSensitivityClassification",
    "https://ekgf.github.io/dprod/dataProductOwner",
    "https://ekgf.github.io/dprod/domain",
    "https://ekgf.github.io/dprod/informationSensitivityClassification",
    "https://ekgf.github.io/dprod/inputPort",
    "https://ekgf.github.io/dprod/lifecycleStatus",
    "https://ekgf.github.io/dprod/outputDataset",
    "https://ekgf.github.io/dprod/outputPort",
    "https://ekgf.github.io/dprod/protocol",
    "https://ekgf.github.io/dprod/purpose",
    "https://ekgf.org/dprod/spec/develop/DataContract",
    "https://ekgf.org/dprod/spec/develop/DataOffer",
    "https://w3id.org/dpv#PersonalData",
    "https://w3id.org/dpv#hasPersonalData",
    "https://w3id.org/dpv#hasPurpose",
    "https://www.omg.org/spec/DPROD/dprod/DataProduct",
    "https://www.omg.org/spec/DPROD/dprod/InformationSensitivityClassification",
    "https://www.omg.org/spec/DPROD/dprod/dataProductOwner",
    "https://www.omg.org/spec/DPROD/dprod/domain",
    "https://www.omg.org/spec/DPROD/dprod/informationSensitivityClassification",
    "https://www.omg.org/spec/DPROD/dprod/inputPort",
    "https://www.omg.org/spec/DPROD/dprod/lifecycleStatus",
    "https://www.omg.org/spec/DPROD/dprod/outputDataset",
    "https://www.omg.org/spec/DPROD/dprod/outputPort",
    "https://www.omg.org/spec/DPROD/dprod/protocol",
    "https://www.omg.org/spec/DPROD/dprod/purpose",
}
"""Terms of standards that rdflib has no list of."""


def test_mesh__gives_each_node_its_own_properties_in_order() -> None:
    assert {
        label: tuple(p.name for p in MODEL.own_properties(label)) for label in MODEL.labels
    } == OWN_PROPERTIES


def test_mesh__puts_every_node_below_resource() -> None:
    assert {n.label: n.super_label for n in MODEL.nodes} == {
        label: None if label == "Resource" else SUPER_LABELS.get(label, "Resource")
        for label in OWN_PROPERTIES
    }


def test_mesh__gives_every_label_but_the_abstract_ones_a_kind_of_key() -> None:
    kinds = {node.kind for node in MODEL.nodes if not node.abstract}
    assert {kind: MODEL.labels_of_kind(kind) for kind in kinds} == KINDS
    assert {node.label for node in MODEL.nodes if node.abstract} == {
        "Agent",
        "DatasetName",
        "Port",
        "Resource",
    }


def test_mesh__gives_each_relationship_its_endpoints() -> None:
    assert {r.type: (r.sources, r.targets) for r in MODEL.relationships} == ENDPOINTS


def test_mesh__gives_each_relationship_its_time_and_provenance() -> None:
    shared = ("edgeId", "origin", "via", "validFrom", "validTo")
    assert {r.type: tuple(p.name for p in r.properties) for r in MODEL.relationships} == {
        type_: (*shared, *EDGE_PROPERTIES.get(type_, ())) for type_ in ENDPOINTS
    }


def test_mesh__names_the_inverse_where_the_standard_looks_upstream() -> None:
    assert {r.type: r.exported_inverse for r in MODEL.relationships if r.exported_inverse} == INVERSES


@pytest.mark.parametrize(
    ("owner", "name", "expected"),
    [
        ("Run", "state", ("START", "RUNNING", "COMPLETE", "FAIL", "ABORT")),
        ("Namespace", "of", ("dataset", "job")),
        ("FEEDS", "subtype", ("IDENTITY", "TRANSFORMATION", "AGGREGATION")),
        ("INFLUENCES", "subtype", ("JOIN", "GROUP_BY", "FILTER", "SORT", "WINDOW", "CONDITIONAL")),
        ("FEEDS", "origin", ("OBSERVED", "DECLARED", "PARSED", "CURATED")),
    ],
)
def test_mesh__closed_list_has_the_values_of_the_standard(
    owner: str, name: str, expected: tuple[str, ...]
) -> None:
    typed = MODEL.node(owner) if owner in MODEL.labels else MODEL.relationship(owner)
    assert typed.property_type(name).closed_list == expected


def test_mesh__datatypes_other_than_text() -> None:
    found = {datatype: {p.name for p in _properties() if p.datatype is datatype} for datatype in DATATYPES}
    assert found == DATATYPES
    assert {p.datatype for p in _properties()} == {Datatype.STRING, *DATATYPES}


def test_mesh__indexes() -> None:
    assert {(p.name, p.index) for p in _properties() if p.index is not Index.NONE} == {
        ("key", Index.UNIQUE),
        ("edgeId", Index.UNIQUE),
        ("namespace", Index.RANGE),
        ("dataset", Index.RANGE),
        ("via", Index.RANGE),
        ("searchText", Index.FULLTEXT),
    }


def test_mesh__searchable_words_are_those_that_people_remember() -> None:
    assert {p.name for p in _properties() if p.searchable} == SEARCHABLE


def test_mesh__lists_are_the_properties_that_may_have_several_values() -> None:
    assert {p.name for p in _properties() if p.many} == {"sameAs", "tags", "synonyms", "permits", "prohibits"}


def test_mesh__a_term_of_a_standard_without_stable_address_is_never_written() -> None:
    written = {iri for node in MODEL.nodes for iri in node.exported_types}
    written |= {iri for r in MODEL.relationships for iri in r.exported_as}
    written |= {iri for p in _properties() for iri in p.exported_as}
    assert {iri for iri in written if "dprod" in iri.lower()} == set()
    assert any("dprod" in iri for iri in _aligned())


def test_mesh__a_node_is_exported_with_the_classes_of_its_super_labels() -> None:
    assert MODEL.node("Person").exported_types == (
        str(PROV.Agent),
        str(PROV.Person),
        str(FOAF.Agent),
        str(FOAF.Person),
    )
    assert MODEL.node("InputPort").exported_types == (str(DCAT.DataService),)
    assert MODEL.node("Resource").exported_types == ()


def test_mesh__internal_properties_serve_the_store_alone() -> None:
    assert {p.name for p in _properties() if p.internal} == {"edgeId", "searchText"}


def test_mesh__aligns_only_to_terms_that_the_standards_have() -> None:
    missing = {iri for iri in _aligned() - UNBUNDLED if not _defined(iri)}
    assert missing == set()


def test_mesh__aligns_datasets_runs_and_fields_as_the_design_says() -> None:
    aligned = {label: MODEL.node(label).aligned_to for label in ("Dataset", "Field", "Run", "Job")}
    assert aligned == {
        "Dataset": (str(DCAT.Dataset), str(PROV.Entity)),
        "Field": (str(CSVW.Column), str(PROV.Entity)),
        "Run": (str(PROV.Activity),),
        "Job": (str(PROV.Plan),),
    }


def _properties() -> set[PropertyType]:
    owners = [*(n.properties for n in MODEL.nodes), *(r.properties for r in MODEL.relationships)]
    return {property_ for properties in owners for property_ in properties}


def _aligned() -> set[str]:
    found = {
        iri
        for terms in (MODEL.nodes, MODEL.relationships, _properties())
        for t in terms
        for iri in t.aligned_to
    }
    return found | set(INVERSES.values())


def _defined(iri: str) -> bool:
    return any(iri.startswith(base) and iri in standard for base, standard in STANDARDS.items())
