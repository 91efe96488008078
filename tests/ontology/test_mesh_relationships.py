"""What the shipped ontology says of relationships."""

from ontology.compiler import load_model

MODEL = load_model()

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


def test_mesh__gives_each_relationship_its_endpoints() -> None:
    assert {r.type: (r.sources, r.targets) for r in MODEL.relationships} == ENDPOINTS


def test_mesh__gives_each_relationship_its_time_and_provenance() -> None:
    shared = ("edgeId", "origin", "via", "validFrom", "validTo")
    assert {r.type: tuple(p.name for p in r.properties) for r in MODEL.relationships} == {
        type_: (*shared, *EDGE_PROPERTIES.get(type_, ())) for type_ in ENDPOINTS
    }
