"""What the shipped ontology says of the graph."""

import pytest
from rdflib import CSVW, DCAT, DCTERMS, FOAF, ORG, PROV, RDFS, SKOS
from rdflib.namespace import DefinedNamespaceMeta

from ontology.compiler import load_model
from ontology.model import Datatype, Index, PropertyType

MODEL = load_model()
NAMED = ("namespace", "name")
DATASET_LIKE = ("Alias", "Dataset", "DatasetReference")

NODE_PROPERTIES = {
    "Resource": ("key", "name"),
    "Namespace": ("key", "name", "of"),
    "Dataset": ("key", *NAMED, "description", "searchText"),
    "Alias": ("key", *NAMED),
    "DatasetReference": ("key", *NAMED),
    "Field": ("key", "dataset", "name", "description", "type", "ordinal", "inferred"),
    "Job": (
        "key",
        *NAMED,
        "description",
        "processingType",
        "integration",
        "jobType",
        "inferred",
        "searchText",
    ),
    "Run": ("key", "name", "state", "startedAt", "endedAt", "nominalStart", "nominalEnd", "inferred"),
    "Domain": ("key", "name", "description"),
    "Team": ("key", "name", "description"),
    "DataProduct": ("key", "name", "description"),
}

ENDPOINTS = {
    "CONSUMED_BY": (("Dataset", "DatasetReference"), ("Job",)),
    "PRODUCES": (("Job",), ("Dataset",)),
    "FEEDS": (("Field",), ("Field",)),
    "INFLUENCES": (("Field",), ("Dataset", "Field")),
    "HAD_DERIVATION": (DATASET_LIKE, ("Dataset",)),
    "HAS_FIELD": (DATASET_LIKE, ("Field",)),
    "ALIAS_OF": (("Alias", "Dataset"), ("Dataset",)),
    "IN_NAMESPACE": ((*DATASET_LIKE, "Job"), ("Namespace",)),
    "OF_JOB": (("Run",), ("Job",)),
    "CHILD_OF": (("Run",), ("Run",)),
    "ROOT": (("Run",), ("Run",)),
}

EDGE_PROPERTIES = {
    "FEEDS": ("description", "subtype", "masking"),
    "INFLUENCES": ("description", "subtype", "masking"),
    "HAS_FIELD": ("description", "type", "ordinal", "inferred"),
    "ALIAS_OF": ("aliasType",),
    "OF_JOB": ("inferred",),
    "CHILD_OF": ("job",),
    "ROOT": ("job",),
}

INVERSES = {
    "CONSUMED_BY": str(PROV.used),
    "PRODUCES": str(PROV.wasGeneratedBy),
    "FEEDS": str(PROV.wasDerivedFrom),
    "INFLUENCES": str(PROV.wasInfluencedBy),
    "HAD_DERIVATION": str(PROV.wasDerivedFrom),
    "ALIAS_OF": "http://www.w3.org/ns/adms#identifier",
}

STANDARDS: dict[str, DefinedNamespaceMeta] = {
    str(standard): standard for standard in (CSVW, DCAT, DCTERMS, FOAF, ORG, PROV, RDFS, SKOS)
}
UNBUNDLED = {
    "http://www.w3.org/ns/adms#Identifier",
    "http://www.w3.org/ns/adms#identifier",
    "https://www.omg.org/spec/DPROD/dprod/DataProduct",
    "https://ekgf.github.io/dprod/DataProduct",
}
"""Terms of standards that rdflib has no list of."""


def test_mesh__gives_each_node_its_properties_in_order() -> None:
    assert {n.label: tuple(p.name for p in n.properties) for n in MODEL.nodes} == NODE_PROPERTIES


def test_mesh__makes_every_node_a_resource() -> None:
    assert {n.label: n.super_label for n in MODEL.nodes} == {
        label: None if label == "Resource" else "Resource" for label in NODE_PROPERTIES
    }


def test_mesh__gives_each_relationship_its_endpoints() -> None:
    assert {r.type: (r.sources, r.targets) for r in MODEL.relationships} == ENDPOINTS


def test_mesh__gives_each_relationship_its_time_and_provenance() -> None:
    shared = ("edgeId", "origin", "via", "validFrom", "validTo")
    assert {r.type: tuple(p.name for p in r.properties) for r in MODEL.relationships} == {
        type_: (*shared, *EDGE_PROPERTIES.get(type_, ())) for type_ in ENDPOINTS
    }


def test_mesh__names_the_inverse_where_the_standard_looks_upstream() -> None:
    assert {r.type: r.inverse_of for r in MODEL.relationships if r.inverse_of} == INVERSES


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
    assert {(p.name, p.datatype) for p in _properties() if p.datatype is not Datatype.STRING} == {
        ("ordinal", Datatype.INTEGER),
        ("validFrom", Datatype.INTEGER),
        ("validTo", Datatype.INTEGER),
        ("inferred", Datatype.BOOLEAN),
        ("masking", Datatype.BOOLEAN),
        ("startedAt", Datatype.DATE_TIME),
        ("endedAt", Datatype.DATE_TIME),
    }


def test_mesh__indexes() -> None:
    assert {(p.name, p.index) for p in _properties() if p.index is not Index.NONE} == {
        ("key", Index.UNIQUE),
        ("edgeId", Index.UNIQUE),
        ("namespace", Index.RANGE),
        ("dataset", Index.RANGE),
        ("via", Index.RANGE),
        ("searchText", Index.FULLTEXT),
    }


def test_mesh__searchable_words_are_in_namespaces_names_and_descriptions() -> None:
    assert {p.name for p in _properties() if p.searchable} == {"namespace", "name", "description"}


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
