"""What models of the dbt project are bound to, in a store that has its manifest and events."""

import json
from collections.abc import Iterable
from typing import Any

from catalog.identity import DatasetId
from catalog.mesh.binding import Binding
from catalog.mesh.mesh import read_mesh
from catalog.projection import Projection, Said
from catalog.statement import Statements
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from ingest.descriptors.document import interpret_descriptor
from ingest.descriptors.draft import Draft
from ingest.descriptors.reading import MEDIA_TYPE
from ingest.documents.entry import document_entry
from ingest.documents.given import NOTHING_GIVEN
from ingest.event import recognise
from ingest.redaction import EVERYTHING_KEPT
from ontology.vocabulary import Label, Rel
from tests.producers.emporium import RELATIONS, recorded_manifest

RECEIVED_NS = 1_800_000_000_000_000_000
Event = dict[str, Any]


def truth(namespace: str) -> dict[str, str]:
    """What each node is in that namespace: unique_id → key."""
    return {unique_id: DatasetId(namespace, name).key for unique_id, name in RELATIONS.items()}


def mesh(*batches: Iterable[Event] | Said) -> Store:
    """A store that is sent batches of events, and documents, in this order."""
    store = MemoryStore()
    projection = Projection(store)
    for batch in batches:
        projection.apply([batch] if isinstance(batch, tuple) else [said(event) for event in batch])
    return store


def said(event: Event) -> Said:
    """What an event says, as the catalog takes it."""
    return recognise(json.dumps(event), received_ns=RECEIVED_NS, redaction=EVERYTHING_KEPT)


def manifest(value: dict[str, Any] | None = None, source: str = "manifest.json") -> Said:
    """A manifest as a document: that which was recorded, or another."""
    data = recorded_manifest() if value is None else json.dumps(value).encode()
    found = interpret_descriptor(data, source, NOTHING_GIVEN, received_ns=RECEIVED_NS, max_bytes=1 << 26)
    return found.entry, found.statements


def told(unique_id: str, dataset: DatasetId) -> Said:
    """A document in which somebody says what one model is."""
    draft = Draft("told.yaml")
    schema = draft.thing(Label.SCHEMA, "dbt", unique_id)
    draft.link(Rel.BOUND_TO, schema, draft.dataset(dataset.namespace, dataset.name))
    entry = document_entry("told.yaml", MEDIA_TYPE, "", NOTHING_GIVEN, received_ns=RECEIVED_NS, actor=None)
    return entry, Statements(document=draft.drafted().statement)


def bindings(store: Store) -> dict[str, Binding]:
    """The bindings of the project's nodes, by unique_id."""
    with store.read() as reader:
        found = read_mesh(reader).bindings
    prefix = "schema/dbt/"
    return {thing.removeprefix(prefix): one for thing, one in found.items() if thing.startswith(prefix)}


def bound(store: Store) -> dict[str, str]:
    """What is bound: unique_id → key of the dataset."""
    return {thing: one.dataset for thing, one in bindings(store).items() if one.dataset is not None}


def moved(events: Iterable[Event], before: str, after: str) -> list[Event]:
    """The same events with one text in place of another."""
    moved_events: list[Event] = json.loads(json.dumps(list(events)).replace(before, after))
    return moved_events


def table(namespace: str, name: str) -> Event:
    """A run of something else that writes a table."""
    return {
        "eventType": "COMPLETE",
        "eventTime": "2026-11-20T10:00:00Z",
        "producer": "https://example.org/other",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": f"run of {namespace} {name}"},
        "job": {"namespace": "other", "name": f"write {namespace} {name}"},
        "inputs": [],
        "outputs": [{"namespace": namespace, "name": name}],
    }


def decoys(namespace: str) -> list[Event]:
    """Tables of the same names elsewhere: on other platforms, there in capitals too, in another DuckDB or schema.

    In the same DuckDB a name in capitals is the same table.
    """
    names = sorted(set(RELATIONS.values()))
    last = sorted({name.rpartition(".")[2] for name in names})
    elsewhere = [
        "snowflake://acme-eu",
        "postgres://db.example.org:5432",
        "bigquery",
        "duckdb:///copy/emporium.duckdb",
    ]
    return [
        *(table(where, name) for where in elsewhere for name in names),
        *(
            table(namespace, f"{database}.old.{name}")
            for database in ("emporium", "archive")
            for name in last
        ),
        *(table(namespace, f"other.{name.partition('.')[2]}") for name in names),
        *(table(where, name.upper()) for where in elsewhere for name in names),
    ]
