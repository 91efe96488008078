"""Looking terms up in the model."""

from dataclasses import FrozenInstanceError, replace

import pytest

from ontology.compiler import load_model
from ontology.errors import UnknownTerm
from ontology.model import Datatype, NodeType, PropertyType

MODEL = load_model()


def test_node__is_found_by_its_label() -> None:
    assert MODEL.node("Dataset").iri == "https://w3id.org/meshline/ns#Dataset"


def test_node__unknown_label_hints_at_the_near_one() -> None:
    with pytest.raises(UnknownTerm, match=r"no label 'DataSet'\. Did you mean Dataset"):
        MODEL.node("DataSet")


def test_relationship__is_found_by_its_type() -> None:
    assert MODEL.relationship("FEEDS").iri == "https://w3id.org/meshline/ns#feeds"


def test_relationship__unknown_type_hints_at_the_near_one() -> None:
    with pytest.raises(UnknownTerm, match=r"no relationship type 'FEED'\. Did you mean FEEDS"):
        MODEL.relationship("FEED")


def test_property_type__unknown_name_says_whose_it_is() -> None:
    with pytest.raises(UnknownTerm, match=r"no property of Run 'states'\. Did you mean state"):
        MODEL.node("Run").property_type("states")
    with pytest.raises(UnknownTerm, match=r"no property of FEEDS 'mask'\. Did you mean masking"):
        MODEL.relationship("FEEDS").property_type("mask")


def test_property_type__same_name_may_differ_by_relationship() -> None:
    assert MODEL.relationship("FEEDS").property_type("subtype").iri.endswith("#directSubtype")
    assert MODEL.relationship("INFLUENCES").property_type("subtype").iri.endswith("#indirectSubtype")


def test_lists__has_only_the_standards_values() -> None:
    state = MODEL.node("Run").property_type("state")
    assert [value for value in ("FAIL", "OTHER", "fail", "") if state.lists(value)] == ["FAIL"]


def test_lists__has_any_value_where_there_is_no_list() -> None:
    assert MODEL.node("Dataset").property_type("name").lists("anything")


def test_label_path__begins_with_the_most_general_label() -> None:
    assert MODEL.label_path("Job") == ("Resource", "Job")
    assert MODEL.label_path("Resource") == ("Resource",)


def test_label_path__has_every_level() -> None:
    nightly = NodeType("Nightly", "urn:x", "A pipeline at night.", (), super_label="Pipeline", kind="job")
    deeper = replace(MODEL, nodes=(*MODEL.nodes, nightly))
    assert deeper.label_path("Nightly") == ("Resource", "Job", "Pipeline", "Nightly")
    assert deeper.sublabels("Job") == ("Job", "Nightly", "Pipeline")


def test_concrete__are_the_labels_that_nodes_can_have_as_their_own() -> None:
    assert MODEL.concrete(["Agent", "Job"]) == ("Job", "Person", "Pipeline", "Team")
    assert set(MODEL.concrete(["Resource"])) == set(MODEL.concrete_labels)
    assert set(MODEL.labels) - set(MODEL.concrete_labels) == {"Agent", "DatasetName", "Port", "Resource"}


def test_kind__several_labels_may_share_one_and_the_first_stands_for_it() -> None:
    assert MODEL.labels_of_kind("dataset") == ("Dataset", "Alias", "DatasetReference")
    assert [MODEL.label_of_kind(kind) for kind in ("dataset", "job", "product")] == [
        "Dataset",
        "Job",
        "DataProduct",
    ]
    with pytest.raises(UnknownTerm, match=r"no kind of key 'produkt'\. Did you mean product"):
        MODEL.label_of_kind("produkt")


def test_by_iri__finds_each_term_under_its_own_iri_alone() -> None:
    for node in MODEL.nodes:
        assert MODEL.node_by_iri(node.iri) is node
    for relationship in MODEL.relationships:
        assert MODEL.relationship_by_iri(relationship.iri) is relationship
    bearers = [*(node.properties for node in MODEL.nodes), *(r.properties for r in MODEL.relationships)]
    for properties in bearers:
        for property_ in properties:
            assert MODEL.property_by_iri(property_.iri) == property_
    assert MODEL.node_by_iri("https://w3id.org/meshline/ns#feeds") is None
    assert MODEL.relationship_by_iri("https://w3id.org/meshline/ns#Job") is None
    assert MODEL.property_by_iri("https://w3id.org/meshline/ns#nothing") is None


def test_sublabels__of_resource_are_all_labels() -> None:
    assert MODEL.sublabels("Resource") == MODEL.labels
    assert MODEL.sublabels("Run") == ("Run",)


def test_sublabels__of_an_unknown_label_is_an_error() -> None:
    with pytest.raises(UnknownTerm):
        MODEL.sublabels("Nothing")


def test_own_properties__leave_out_the_inherited_ones() -> None:
    assert [p.name for p in MODEL.own_properties("Resource")] == [
        *("key", "name", "description", "inferred", "sameAs", "gone", "searchText")
    ]
    assert [p.name for p in MODEL.own_properties("Domain")] == ["notation"]


def test_model__is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        MODEL.node("Dataset").label = "Other"  # type: ignore[misc]


def test_property_type__is_one_text_of_any_value_by_default() -> None:
    plain = PropertyType("x", "urn:x", Datatype.STRING, "An x.")
    assert (plain.many, plain.index, plain.closed_list, plain.internal) == (False, "none", (), False)
