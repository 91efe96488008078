"""What the demo's domains say of themselves: it is all understood, and speaks of what their pipelines report."""

from datetime import UTC, datetime

import pytest
from openlineage.client.serde import Serde

from api.demo import emit_demo, publish
from api.demo.descriptors import documents
from api.errors import ServiceError
from catalog.projection import Projection, Said
from catalog.store.memory import MemoryStore
from ingest.documents.given import Given
from ingest.documents.reading import Reading
from ingest.event import recognise
from ingest.rdf.document import interpret_document, read_document
from ontology.rdf_reading import RdfSyntax
from ontology.vocabulary import Label
from tests.demo.conftest import NOW

RECEIVED = int(datetime(2026, 3, 4, tzinfo=UTC).timestamp()) * 1_000_000_000


def readings() -> list[Reading]:
    return [
        interpret_document(
            read_document(turtle, RdfSyntax.TURTLE, source),
            source,
            received_ns=RECEIVED,
            given=Given(RECEIVED),
        )
        for source, turtle in documents()
    ]


def test_documents__are_understood_whole() -> None:
    found = readings()
    assert [(one.source, note.term) for one in found for note in one.notes] == []
    warnings = [(broken.focus, broken.message) for one in found for broken in one.interpretation.violations]
    assert [focus for focus, _ in warnings] == ["product/demand-forecast"], warnings
    assert not any(one.kept_out for one in found)


def test_documents__name_only_datasets_and_fields_that_the_pipelines_report() -> None:
    events: list[Said] = []
    emit_demo(lambda event: events.append(recognise(Serde.to_json(event), received_ns=RECEIVED)), now=NOW)
    store = MemoryStore()
    Projection(store).apply(events)
    statements = [one.statements.document for one in readings()]
    keys = {node.key for statement in statements if statement for node in statement.nodes}
    named = {key for key in keys if key.startswith(("dataset/", "field/"))}
    assert len(named) > 10
    with store.read() as reader:
        reported = reader.nodes(named)
    assert {key for key in named if key not in reported} == set()
    assert {node.label for node in reported.values()} == {Label.DATASET, Label.FIELD}
    assert [node.key for node in reported.values() if node.properties.get("inferred")] == []


def test_publish__says_when_nothing_answers() -> None:
    with pytest.raises(ServiceError, match=r"127\.0\.0\.1:9"):
        publish("http://127.0.0.1:9", now=NOW)
