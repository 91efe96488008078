"""The reference page has everything of the ontology, and is what the generator writes."""

from dataclasses import replace
from pathlib import Path

import pytest

from ontology.compiler import compile_extended, load_model
from ontology.extension import Extension
from ontology.prefixes import compact
from ontology.reference import page
from tests.ontology.test_extension import EXAMPLE

FILE = Path(__file__).parents[2] / "docs" / "reference" / "ontology.md"
MODEL = load_model()
PAGE = page(MODEL)


def test_page__is_the_one_in_the_docs() -> None:
    assert FILE.read_text(encoding="utf-8") == PAGE, (
        "run: python -m ontology.reference > docs/reference/ontology.md"
    )


def test_page__has_every_class_with_its_shape_and_alignment() -> None:
    for node in MODEL.nodes:
        section = _section(node.label)
        assert node.definition in section
        assert f"`{compact(node.iri)}`" in section
        assert all(f"`{compact(iri)}`" in section for iri in (*node.exported_types, *node.aligned_to))
        shapes = [shape.iri.partition("#")[2] for shape in MODEL.shapes if node.iri in shape.targets]
        assert shapes
        assert all(f"`{shape}`" in section for shape in shapes)


def test_page__has_every_property_with_its_values() -> None:
    for node in MODEL.nodes:
        section = _section(node.label)
        for property_ in MODEL.own_properties(node.label):
            assert (f"| `{property_.name}`" in section) is not property_.internal
            assert (property_.definition in section) is not property_.internal
            assert all(f"`{value}`" in section for value in property_.closed_list)
            assert all(meaning in PAGE for meaning in property_.meanings)


def test_page__has_every_relationship_with_its_ends_and_properties() -> None:
    for relationship in MODEL.relationships:
        section = _section(relationship.type)
        assert relationship.definition in section
        assert f"`{compact(relationship.iri)}`" in section
        assert all(f"[{end}]" in section for end in (*relationship.sources, *relationship.targets))
        assert all(
            f"`{compact(iri)}`" in section for iri in (*relationship.exported_as, *relationship.aligned_to)
        )
        assert all(f"| `{p.name}`" in PAGE for p in relationship.properties if not p.internal)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        (
            "Document",
            "Where the document comes from: its IRI, or a path in the words of its sender. | required |",
        ),
        ("DataProduct", "required (warning)"),
        ("OutputPort", "- at most 1 of [HAS_OUTPUT_PORT](#has_output_port) that lead to it"),
        ("UsagePolicy", "- The policy neither permits nor prohibits anything. (warning)"),
        ("Classification", "min inclusive 0"),
    ],
)
def test_page__says_what_shapes_ask(label: str, text: str) -> None:
    assert text in _section(label)


def test_page__of_an_extension_has_its_terms() -> None:
    extended = page(compile_extended([Extension("acme.ttl", EXAMPLE)]))
    assert "### MlModel" in extended
    assert "`https://ontology.acme.example/ns#costCentre`" not in extended  # a property is known by its name
    assert "| `costCentre` | text | Who pays for the product. |" in extended


def test_page__changes_with_the_model() -> None:
    assert page(replace(MODEL, shapes=())) != PAGE


def _section(heading: str) -> str:
    _, _, rest = PAGE.partition(f"\n### {heading}\n")
    assert rest, heading
    return rest.partition("\n### ")[0]
