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
from ingest.documents.read import read_any
from ingest.documents.reading import Reading
from ingest.event import recognise
from ontology.rdf_reading import RdfLimits
from ontology.vocabulary import Label
from tests.demo.conftest import NOW

RECEIVED = int(datetime(2026, 3, 4, tzinfo=UTC).timestamp()) * 1_000_000_000


NOTHING_WRITES = {"dataset/duckdb%3A%2F%2Fshop/orders.returns"}
"""What a port serves on purpose, so that there is a finding."""


def readings() -> list[Reading]:
    return [
        read_any(text, syntax, source, Given(RECEIVED), RdfLimits(), received_ns=RECEIVED)
        for source, text, syntax in documents()
    ]


def test_documents__are_understood_whole() -> None:
    found = readings()
    assert [(one.source, note.term) for one in found for note in one.notes] == []
    warnings = [(broken.focus, broken.message) for one in found for broken in one.interpretation.violations]
    assert [message for _, message in warnings] == [
        'Data product "Demand forecast" (product/demand-forecast): Nobody owns the data product.'
    ]
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
    assert {key for key in named if key not in reported} == NOTHING_WRITES
    assert {node.label for node in reported.values()} == {Label.DATASET, Label.FIELD}
    assert [node.key for node in reported.values() if node.properties.get("inferred")] == []


def test_publish__says_when_nothing_answers() -> None:
    with pytest.raises(ServiceError, match=r"127\.0\.0\.1:9"):
        publish("http://127.0.0.1:9", now=NOW)
