"""What the shipped ontology says of relationships."""

from ontology.compiler import load_model

MODEL = load_model()

ENDPOINTS = {
    "ALIAS_OF": (("DatasetName",), ("DatasetName",)),
    "ANSWERED_BY": (("SignOff",), ("Agent",)),
    "ANSWERS": (("SignOff",), ("Proposal",)),
    "APPLIES_TO": (("GovernancePolicy", "Waiver"), ("Resource",)),
    "BOUND_TO": (("Port", "Schema"), ("DatasetName",)),
    "BROADER": (("Classification", "GlossaryTerm"), ("Classification", "GlossaryTerm")),
    "CHILD_OF": (("Run",), ("Run",)),
    "CLASSIFIED_AS": (
        ("DataProduct", "DatasetName", "Field", "Schema", "SchemaProperty"),
        ("Classification",),
    ),
    "CONSUMED_BY": (("DatasetName",), ("Job",)),
    "CONTAINS": (("DataProduct",), ("DatasetName", "Job", "Schema")),
    "COVERS": (("AccessAgreement",), ("DataProduct", "DatasetName", "Port")),
    "DEPENDS_ON": (
        ("Component", "Exposure", "InputPort", "Schema", "System"),
        ("Component", "DataProduct", "DatasetName", "Schema", "System"),
    ),
    "DESCRIBES": (("Document",), ("Resource",)),
    "EXPOSES": (("DataProduct",), ("DatasetName",)),
    "FEEDS": (("Field",), ("Field",)),
    "GENERATED": (("Run",), ("DatasetName", "DatasetVersion")),
    "GOVERNED_BY": (("DataProduct", "DatasetName", "Port"), ("ContractVersion", "DataContract")),
    "GRANTED_BY": (("AccessAgreement", "Waiver"), ("Agent", "DataProduct")),
    "GRANTED_TO": (("AccessAgreement",), ("Agent", "DataProduct")),
    "HAD_DERIVATION": (("DatasetName",), ("DatasetName",)),
    "HAS_FIELD": (("DatasetName", "Schema"), ("Field",)),
    "HAS_INPUT_PORT": (("DataProduct",), ("InputPort",)),
    "HAS_MANAGEMENT_PORT": (("DataProduct",), ("ManagementPort",)),
    "HAS_OUTPUT_PORT": (("DataProduct",), ("OutputPort",)),
    "HAS_POLICY": (("DataProduct", "DatasetName", "Port"), ("UsagePolicy",)),
    "HAS_PROPERTY": (("Schema",), ("SchemaProperty",)),
    "HAS_QUALITY_RULE": (("ContractVersion", "Schema", "SchemaProperty"), ("QualityRule",)),
    "HAS_ROLE": (
        ("Agent",),
        (
            "Component",
            "ContractVersion",
            "DataContract",
            "DataProduct",
            "DatasetName",
            "Domain",
            "GlossaryTerm",
            "Port",
            "Schema",
            "System",
        ),
    ),
    "HAS_SCHEMA": (("ContractVersion", "DatasetName", "DatasetVersion"), ("Schema",)),
    "HAS_SERVER": (("ContractVersion", "Port"), ("Server",)),
    "HAS_SLO": (("ContractVersion", "DataContract", "Port"), ("ServiceLevelObjective",)),
    "INFLUENCES": (("Field",), ("DatasetName", "Field")),
    "IN_DIMENSION": (("Metric",), ("QualityDimension",)),
    "IN_DOMAIN": (
        ("Component", "DataContract", "DataProduct", "DatasetName", "Exposure", "Job", "System", "Team"),
        ("Domain",),
    ),
    "IN_ENVIRONMENT": (("DatasetName", "Namespace", "Port", "Server"), ("Environment",)),
    "IN_NAMESPACE": (("DatasetName", "Job"), ("Namespace",)),
    "LINEAGE_GAP": (("Job",), ("Job",)),
    "MEANS": (("Field", "SchemaProperty"), ("GlossaryTerm",)),
    "MEASURES": (("QualityMeasurement",), ("DatasetName", "DatasetVersion", "Field")),
    "MEMBER_OF": (("Person",), ("Team",)),
    "NOT_BOUND_TO": (("Port", "Schema"), ("DatasetName",)),
    "OFFERS": (("ManagementPort", "OutputPort"), ("Schema",)),
    "OF_JOB": (("Run",), ("Job",)),
    "OF_METRIC": (("QualityMeasurement",), ("Metric",)),
    "ON": (("Violation",), ("Resource",)),
    "ON_METRIC": (("ServiceLevelObjective",), ("Metric",)),
    "ON_PLATFORM": (("Namespace",), ("Platform",)),
    "OWNED_BY": (
        (
            "Component",
            "DataContract",
            "DataProduct",
            "DatasetName",
            "Domain",
            "Exposure",
            "GlossaryTerm",
            "GovernancePolicy",
            "Job",
            "Port",
            "Schema",
            "System",
        ),
        ("Agent",),
    ),
    "PART_OF": (
        ("Component", "Domain", "Field", "Job", "System", "Team"),
        ("Domain", "Field", "Pipeline", "System", "Team"),
    ),
    "PASSES_DATA_TO": (("Job",), ("Job",)),
    "PRECEDES": (("Job",), ("Job",)),
    "PREVIOUS_VERSION": (("ContractVersion", "DatasetVersion"), ("ContractVersion", "DatasetVersion")),
    "PRODUCES": (("Job",), ("DatasetName",)),
    "PROPOSED_BY": (("Proposal",), ("Agent",)),
    "PROPOSES": (
        ("Proposal",),
        ("ContractVersion", "DataContract", "DataProduct", "DatasetName", "Port"),
    ),
    "PROVIDES": (("Component",), ("Component",)),
    "RECEIVES": (("InputPort",), ("OutputPort",)),
    "RENAMED_TO": (("DatasetName",), ("DatasetName",)),
    "REPLACED_BY": (("DatasetName", "Field", "Port"), ("DatasetName", "Field", "Port")),
    "ROOT": (("Run",), ("Run",)),
    "SERVES": (("ManagementPort", "OutputPort"), ("DatasetName", "DatasetVersion")),
    "TAGGED": (
        (
            "DataContract",
            "DataProduct",
            "DatasetName",
            "Domain",
            "Field",
            "Job",
            "Port",
            "Schema",
            "SchemaProperty",
        ),
        ("Tag",),
    ),
    "THEME": (("ContractVersion", "DataContract", "DataProduct", "DatasetName", "Schema"), ("GlossaryTerm",)),
    "TIGHTENS": (("GovernancePolicy",), ("GovernancePolicy",)),
    "USED": (("Run",), ("DatasetName", "DatasetVersion")),
    "USED_BY": (("Field",), ("Job",)),
    "VERSION_OF": (("ContractVersion", "DatasetVersion"), ("DataContract", "DatasetName")),
    "VIOLATES": (("Violation",), ("GovernancePolicy",)),
    "WAIVED_BY": (("Violation",), ("Waiver",)),
    "WAIVES": (("Waiver",), ("GovernancePolicy",)),
}

EDGE_PROPERTIES = {
    "ALIAS_OF": ("aliasType",),
    "BOUND_TO": ("rule", "server", "confidence"),
    "CHILD_OF": ("job",),
    "CLASSIFIED_AS": ("source", "derived", "confidence"),
    "DEPENDS_ON": ("dependencyType",),
    "FEEDS": ("description", "subtype", "masking"),
    "HAS_FIELD": ("description", "type", "ordinal", "inferred"),
    "HAS_PROPERTY": ("ordinal",),
    "HAS_ROLE": ("role", "since", "until"),
    "INFLUENCES": ("description", "subtype", "masking"),
    "LINEAGE_GAP": ("failedTasks", "totalTasks"),
    "MEMBER_OF": ("role", "since", "until"),
    "OF_JOB": ("inferred",),
    "OWNED_BY": ("ownerType",),
    "PRECEDES": ("dependencyType", "sequenceRule", "statusRule", "triggerRule"),
    "PRODUCES": ("explicit", "partial"),
    "ROOT": ("job",),
    "TAGGED": ("value", "source"),
    "USED_BY": ("clauses", "star"),
}


def test_mesh__gives_each_relationship_its_endpoints() -> None:
    assert {r.type: (r.sources, r.targets) for r in MODEL.relationships} == ENDPOINTS


def test_mesh__gives_each_relationship_its_time_and_provenance() -> None:
    shared = ("edgeId", "origin", "via", "validFrom", "validTo")
    assert {r.type: tuple(p.name for p in r.properties) for r in MODEL.relationships} == {
        type_: (*shared, *EDGE_PROPERTIES.get(type_, ())) for type_ in ENDPOINTS
    }
