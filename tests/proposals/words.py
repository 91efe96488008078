"""A small shop as events tell it, and short questions to what proposals come to."""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from catalog.identity import DatasetId
from catalog.impact.change import Change, Proposal
from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from ingest.derivation.settle import settle
from ingest.descriptors.document import interpret_descriptor
from ingest.documents.given import Given as DocumentGiven
from ingest.proposals.documents import Given, GivenDocument
from ingest.proposals.given import read_proposal
from tests.convergence.events import RECEIVED_NS
from tests.convergence.observed import send

NS = "postgres://pg:5432"
Fields = Mapping[str, Any]


def dataset(name: str) -> str:
    return DatasetId(NS, f"shop.sales.{name}").key


def nested(fields: Fields) -> list[dict[str, Any]]:
    """Fields of a facet: name → type, or → fields within a struct."""
    return [
        {"name": name, "type": "struct", "fields": nested(told)}
        if isinstance(told, dict)
        else {"name": name, **({} if told is None else {"type": told})}
        for name, told in fields.items()
    ]


def event(
    job: str,
    outputs: Mapping[str, Fields | None] | None = None,
    inputs: Iterable[str] = (),
    *,
    query: str | None = None,
    minute: int = 0,
    facets: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A run of a job that is complete; ``outputs``: table → its fields, None: no schema."""
    told = {} if query is None else {"sql": {"query": query, "dialect": "postgres"}}
    return {
        "eventTime": f"2024-05-01T10:{minute:02d}:00Z",
        "eventType": "COMPLETE",
        "producer": "https://example.org",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": f"0190d8c0-0000-7000-8000-{minute:012d}"},
        "job": {"namespace": "jobs", "name": job, "facets": {**told, **(facets or {})}},
        "inputs": [{"namespace": NS, "name": f"shop.sales.{name}"} for name in inputs],
        "outputs": [
            {
                "namespace": NS,
                "name": f"shop.sales.{name}",
                "facets": {} if fields is None else {"schema": {"fields": nested(fields)}},
            }
            for name, fields in (outputs or {}).items()
        ],
    }


ORDERS: Fields = {
    "order_id": "integer",
    "customer": "varchar(20)",
    "total": "decimal(10,2)",
    "placed_at": "timestamp",
}
DAILY_SQL = "select placed_at::date as day, sum(total) as total from sales.orders group by 1"


@lru_cache(maxsize=8)
def shop(*documents: str) -> MemoryStore:
    """Orders, what is made of them each day, and others; then these documents. To be read, never written."""
    store = MemoryStore()
    events = [
        event("load", {"orders": ORDERS}),
        event("daily", {"daily": {"day": "date", "total": "decimal"}}, ["orders"], query=DAILY_SQL, minute=1),
        event("untold", {"untold": None}, ["orders"], minute=2),
        event(
            "address",
            {"customers": {"id": "int", "address": {"city": "text", "zip": "varchar(5)"}}},
            minute=3,
        ),
    ]
    send(store, [events])
    for number, text in enumerate(documents):
        describe(store, text, f"{number}.yaml")
    settle(store)
    return store


def describe(store: Store, text: str, source: str) -> None:
    """Import a document."""
    read = interpret_descriptor(
        text.encode(), source, DocumentGiven(), received_ns=RECEIVED_NS, max_bytes=10**7
    )
    assert not read.kept_out, read.broken
    Projection(store).apply([(read.entry, read.statements)])


def propose(
    store: Store,
    *heads: str | dict[str, Any],
    base: Iterable[str | dict[str, Any]] = (),
    changes: Iterable[Change] = (),
    **options: Any,
) -> Proposal:
    """What documents, named ``new-0`` and ``old-0`` and so on, and changes come to."""
    documents = [GivenDocument(f"new-{number}", text(one)) for number, one in enumerate(heads)]
    documents += [GivenDocument(f"old-{number}", text(one), base=True) for number, one in enumerate(base)]
    with store.read() as reader:
        return read_proposal(reader, Given(tuple(changes), tuple(documents), **options))


def text(one: str | dict[str, Any]) -> str:
    return one if isinstance(one, str) else json.dumps(one, indent=1)


def brief(proposal: Proposal) -> list[tuple[str, str | None, str | None, str | None]]:
    """(kind, path, before, after) of its changes."""
    return [(str(one.kind), one.path, one.before, one.after) for one in proposal.changes]
