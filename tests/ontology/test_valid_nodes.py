"""What events make is valid by our own shapes: those of the corpus, and those of the demo."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from openlineage.client.serde import Serde

from api.demo import emit_demo
from api.demo.events import Event
from catalog.graph import Direction
from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from catalog.store.port import NOW, NodeFilter, Reader
from ingest.event import recognise
from ontology.compiler import load_model
from ontology.validation import Subject, validate
from ontology.vocabulary import Rel

RECEIVED = 1_800_000_000_000_000_000
MODEL = load_model()


def subjects(reader: Reader) -> list[Subject]:
    """Every node of the store, with the edges that leave it now."""
    nodes = reader.page(NodeFilter(MODEL.concrete_labels), None, 100_000)
    labels = {node.key: node.label for node in nodes}
    leaving: dict[str, list[tuple[str, str, str | None]]] = {key: [] for key in labels}
    for edge in reader.edges(list(labels), tuple(Rel), Direction.OUT, NOW):
        leaving[edge.source].append((edge.type, edge.target, labels[edge.target]))
    return [Subject(node.key, node.label, node.properties, tuple(leaving[node.key])) for node in nodes]


def _findings(bodies: Iterable[bytes]) -> tuple[set[str], set[str]]:
    """The labels that the events make, and what is found wrong with their nodes."""
    store = MemoryStore()
    Projection(store).apply([recognise(body, received_ns=RECEIVED) for body in bodies])
    with store.read() as reader:
        nodes = subjects(reader)
    return {node.label for node in nodes}, {found.message for found in validate(MODEL, nodes)}


def test_corpus__makes_only_valid_nodes(corpus: Path) -> None:
    labels, found = _findings(file.read_bytes() for file in sorted((corpus / "openlineage").rglob("*.json")))
    assert labels >= {"Alias", "Dataset", "Field", "Job", "Namespace", "Run"}
    assert found == set()


def test_demo__makes_only_valid_nodes() -> None:
    events: list[Event] = []
    emit_demo(events.append, now=datetime(2026, 3, 4, 9, 30, tzinfo=UTC))
    labels, found = _findings(json.dumps(json.loads(Serde.to_json(event))).encode() for event in events)
    assert labels >= {"Dataset", "Field", "Job", "Namespace", "Run"}
    assert found == set()
