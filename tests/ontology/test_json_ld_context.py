"""The JSON-LD context of our exports follows from the ontology."""

from importlib.resources import files

from ontology.compiler import load_model
from ontology.json_ld_context import context_file, json_ld_context


def test_context__is_the_one_that_ships() -> None:
    shipped = files("ontology").joinpath("contexts", "mesh.jsonld").read_text(encoding="utf-8")
    assert shipped == context_file(load_model()), "to write it anew: python -m tests.docs.write"


def test_context__has_a_name_of_its_own_for_each_term() -> None:
    context = json_ld_context(load_model())
    names = ["id", "type", *context.names.values(), *context.classes.values()]
    assert len(names) == len(set(names))
    for kind in load_model().nodes:
        assert context.classes[kind.iri] == kind.label
