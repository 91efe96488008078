"""The terms that code names are those of the ontology, no more and no less."""

from ontology.compiler import load_model
from ontology.vocabulary import Label, Origin, Rel


def test_label__equals_the_labels_of_the_ontology() -> None:
    assert sorted(Label) == list(load_model().labels)


def test_rel__equals_the_relationship_types_of_the_ontology() -> None:
    assert sorted(Rel) == list(load_model().relationship_types)


def test_origin__equals_the_closed_list_of_every_relationship() -> None:
    lists = {r.type: r.property_type("origin").closed_list for r in load_model().relationships}
    assert lists == dict.fromkeys(Rel, tuple(Origin))
