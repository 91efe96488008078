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
    pipeline = NodeType("Pipeline", "urn:x", "A job of jobs.", (), super_label="Job")
    deeper = replace(MODEL, nodes=(*MODEL.nodes, pipeline))
    assert deeper.label_path("Pipeline") == ("Resource", "Job", "Pipeline")
    assert deeper.sublabels("Job") == ("Job", "Pipeline")


def test_sublabels__of_resource_are_all_labels() -> None:
    assert MODEL.sublabels("Resource") == MODEL.labels
    assert MODEL.sublabels("Run") == ("Run",)


def test_sublabels__of_an_unknown_label_is_an_error() -> None:
    with pytest.raises(UnknownTerm):
        MODEL.sublabels("Nothing")


def test_own_properties__leave_out_the_inherited_ones() -> None:
    assert [p.name for p in MODEL.own_properties("Resource")] == ["key", "name"]
    assert [p.name for p in MODEL.own_properties("Domain")] == ["description"]


def test_model__is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        MODEL.node("Dataset").label = "Other"  # type: ignore[misc]


def test_property_type__is_one_text_of_any_value_by_default() -> None:
    plain = PropertyType("x", "urn:x", Datatype.STRING, "An x.")
    assert (plain.many, plain.index, plain.closed_list, plain.internal) == (False, "none", (), False)
