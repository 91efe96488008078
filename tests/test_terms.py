"""Code, stores and GraphQL use only terms of the ontology, and the ontology has no term without a shape."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from rdflib import RDF, Graph, URIRef

from api.graphql import words
from catalog.graph import Direction, Edge, Node
from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from catalog.store.port import ALL_TIME, NodeFilter
from ingest.event import recognise
from ontology.compiler import load_model, shipped
from ontology.errors import UnknownTerm
from ontology.model import GraphModel
from ontology.rdf import NS

MODEL = load_model()
ROOT = Path(__file__).parents[1]
RECEIVED = 1_800_000_000_000_000_000


# What the folds write


def test_folds__write_only_properties_of_the_ontology(corpus: Path) -> None:
    nodes, edges = _folded(corpus)
    assert nodes
    assert edges
    assert _unknown_properties(MODEL, nodes, edges) == set()


def test_folds__that_wrote_another_property_would_be_noticed() -> None:
    node = Node("job/n/j", "Job", {"name": "j", "colour": "red"})
    edge = Edge("PRODUCES", "job/n/j", "dataset/n/d", "job/n/j", "OBSERVED", (("colour", "red"),))
    assert _unknown_properties(MODEL, [node], [edge]) == {"Job.colour", "PRODUCES.colour"}


def _folded(corpus: Path) -> tuple[list[Node], list[Edge]]:
    store = MemoryStore()
    files = sorted((corpus / "openlineage").rglob("*.json"))
    Projection(store).apply([recognise(file.read_bytes(), received_ns=RECEIVED) for file in files])
    with store.read() as reader:
        nodes = reader.page(NodeFilter(MODEL.concrete_labels), None, 100_000)
        keys = [node.key for node in nodes]
        return nodes, reader.edges(keys, MODEL.relationship_types, Direction.OUT, ALL_TIME)


def _unknown_properties(model: GraphModel, nodes: list[Node], edges: list[Edge]) -> set[str]:
    found = {
        f"{node.label}.{name}"
        for node in nodes
        for name in node.properties
        if name not in model.node(node.label).by_name
    }
    return found | {
        f"{edge.type}.{name}"
        for edge in edges
        for name, _ in edge.properties
        if name not in model.relationship(edge.type).by_name
    }


# What code names


def test_code__names_only_terms_that_the_ontology_declares() -> None:
    files = [
        file
        for package in ("ontology", "catalog", "ingest", "api")
        for file in (ROOT / package).rglob("*.py")
    ]
    named = {term: file.name for file in files for term in _named(file.read_text(encoding="utf-8"))}
    assert len(named) > 30
    assert {f"{term} in {named[term]}" for term in named.keys() - _declared()} == set()


@pytest.mark.parametrize(
    "code", ['x = f"{NS}nothing"', f'x = "{NS}nothing"', 'x = NS + "nothing"', f'x = """<{NS}nothing>"""']
)
def test_code__that_named_another_term_would_be_noticed(code: str) -> None:
    assert set(_named(code)) - _declared() == {"nothing"}


def _declared() -> set[str]:
    """The local names of the terms of the vocabulary."""
    graph = Graph()
    for turtle in shipped():
        graph.parse(data=turtle, format="turtle")
    subjects = {s for s in graph.subjects(RDF.type, None) if isinstance(s, URIRef)}
    return {subject.removeprefix(NS) for subject in subjects if subject.startswith(NS)}


def _named(code: str) -> Iterator[str]:
    """The local names of our terms in a module: text with our namespace, or put together with it."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Constant(value=str(text)):
                for part in text.split(NS)[1:]:
                    yield from _local(part)
            case ast.JoinedStr(
                values=[ast.FormattedValue(value=ast.Name(id="NS")), ast.Constant(value=str(text)), *_]
            ):
                yield from _local(text)
            case ast.BinOp(left=ast.Name(id="NS"), right=ast.Constant(value=str(text))):
                yield from _local(text)


def _local(text: str) -> Iterator[str]:
    """The name that a text begins with, if it begins with one."""
    name = text[: next((i for i, character in enumerate(text) if not character.isalnum()), len(text))]
    if name:
        yield name


@pytest.mark.parametrize(
    ("look_up", "names"),
    [
        (words.term, ("Nothing",)),
        (words.word, ("Dataset", "nothing")),
        (words.relation, ("NOTHING",)),
        (words.relation_word, ("FEEDS", "nothing")),
    ],
)
def test_graphql__that_described_another_term_would_not_start(
    look_up: Callable[..., str], names: tuple[str, ...]
) -> None:
    """Descriptions are looked up when the schema is built."""
    with pytest.raises(UnknownTerm):
        look_up(*names)


# What the ontology has


def test_ontology__has_a_shape_for_every_class_property_and_relationship() -> None:
    assert _without_shape(MODEL) == set()


def test_ontology__a_class_without_shape_would_be_noticed() -> None:
    for shape in MODEL.shapes:
        others = tuple(other for other in MODEL.shapes if other is not shape)
        assert set(shape.targets) <= _without_shape(replace(MODEL, shapes=others))


def test_ontology__a_property_or_relationship_without_shape_would_be_noticed() -> None:
    for path in {part.path.iri for shape in MODEL.shapes for part in shape.properties}:
        shapes = tuple(
            replace(shape, properties=tuple(part for part in shape.properties if part.path.iri != path))
            for shape in MODEL.shapes
        )
        assert _without_shape(replace(MODEL, shapes=shapes)) == {path}


def _without_shape(model: GraphModel) -> set[str]:
    """Terms that no shape speaks of. Properties of relationships are no triples of a node, and have none."""
    terms = {node.iri for node in model.nodes} | {relationship.iri for relationship in model.relationships}
    terms |= {p.iri for node in model.nodes for p in node.properties if not p.internal}
    targets = {target for shape in model.shapes for target in shape.targets}
    return terms - targets - {part.path.iri for shape in model.shapes for part in shape.properties}
