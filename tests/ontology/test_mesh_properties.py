"""What the shipped ontology says of properties: their datatypes, closed lists and indexes."""

import pytest

from ontology.compiler import load_model
from ontology.model import Datatype, Index, PropertyType

MODEL = load_model()

DATATYPES = {
    Datatype.DECIMAL: {"confidence"},
    Datatype.KEY: {"dataset"},
    Datatype.BOOLEAN: {
        "inferred",
        "gone",
        "masking",
        "derived",
        "required",
        "explicit",
        "partial",
        "star",
        "unique",
        "primaryKey",
        "criticalDataElement",
        "deprecated",
        "enabled",
    },
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
        "deadline",
        "migratedBy",
        "removal",
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
        "portNumber",
    },
}

SEARCHABLE = {
    "dataProductName",
    "description",
    "name",
    "namespace",
    "notation",
    "physicalName",
    "purpose",
    "synonyms",
    "tags",
    "technology",
    "title",
}


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
    assert {p.name for p in _properties() if p.many} == {
        "sameAs",
        "tags",
        "synonyms",
        "permits",
        "prohibits",
        "support",
    }


def test_mesh__internal_properties_serve_the_store_alone() -> None:
    assert {p.name for p in _properties() if p.internal} == {"edgeId", "searchText"}


def _properties() -> set[PropertyType]:
    owners = [*(n.properties for n in MODEL.nodes), *(r.properties for r in MODEL.relationships)]
    return {property_ for properties in owners for property_ in properties}
