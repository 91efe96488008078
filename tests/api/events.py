"""Events as senders write them, small."""

import json
import uuid
from typing import Any


def run_event(number: int = 0, **members: Any) -> dict[str, Any]:
    """A COMPLETE event of a run that reads raw.orders and writes mart.orders."""
    return {
        "eventTime": "2024-05-01T10:00:00Z",
        "eventType": "COMPLETE",
        "producer": "https://example.org/tests",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": str(uuid.UUID(int=number + 1))},
        "job": {"namespace": "jobs", "name": "orders"},
        "inputs": [
            {"namespace": "warehouse", "name": "raw.orders", "facets": schema("id", "email")},
        ],
        "outputs": [
            {
                "namespace": "warehouse",
                "name": "mart.orders",
                "facets": {**schema("id", "email_domain"), **columns(id="id", email_domain="email")},
            },
        ],
        **members,
    }


def schema(*names: str) -> dict[str, Any]:
    """A schema facet with text fields."""
    fields = [{"name": name, "type": "VARCHAR"} for name in names]
    return {"schema": {**_FACET, "fields": fields}}


def columns(**sources: str) -> dict[str, Any]:
    """A columnLineage facet: output field → field of raw.orders."""
    fields = {
        output: {"inputFields": [{"namespace": "warehouse", "name": "raw.orders", "field": source}]}
        for output, source in sources.items()
    }
    return {"columnLineage": {**_FACET, "fields": fields}}


_FACET = {
    "_producer": "https://example.org/tests",
    "_schemaURL": "https://openlineage.io/spec/facets/1-0-0/Facet.json",
}


def body(event: Any) -> bytes:
    """The bytes of an event."""
    return json.dumps(event).encode()
