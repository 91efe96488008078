"""What the shipped ontology says of nodes."""

from rdflib import DCAT, FOAF, PROV

from ontology.compiler import load_model

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


def test_mesh__a_node_is_exported_with_the_classes_of_its_super_labels() -> None:
    assert MODEL.node("Person").exported_types == (
        str(PROV.Agent),
        str(PROV.Person),
        str(FOAF.Agent),
        str(FOAF.Person),
    )
    assert MODEL.node("InputPort").exported_types == (str(DCAT.DataService),)
    assert MODEL.node("Resource").exported_types == ()
