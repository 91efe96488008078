"""Every property that the folds write is a term of the ontology."""

from pathlib import Path

from catalog.graph import Direction
from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from catalog.store.port import ALL_TIME, NodeFilter
from ingest.event import recognise
from ontology.compiler import load_model
from ontology.vocabulary import Label, Rel

NOW = 1_800_000_000_000_000_000


def test_folds__write_only_properties_of_the_ontology(corpus: Path) -> None:
    store, model = MemoryStore(), load_model()
    files = sorted((corpus / "openlineage").rglob("*.json"))
    Projection(store).apply([recognise(file.read_bytes(), received_ns=NOW) for file in files])
    with store.read() as reader:
        nodes = reader.page(NodeFilter(tuple(Label)), None, 100_000)
        edges = reader.edges([node.key for node in nodes], tuple(Rel), Direction.OUT, ALL_TIME)
    assert nodes
    assert edges
    for node in nodes:
        for name in node.properties:
            model.node(node.label).property_type(name)
    for edge in edges:
        for name, _ in edge.properties:
            model.relationship(edge.type).property_type(name)
