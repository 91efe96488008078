"""A small shop told in OpenLineage events, one an hour, and a way to ask about it.

raw (also named raw.csv), from hour 3 on also extra --load--> clean --summarise--> report
clean --plan (declared)--> forecast        load failed on spare in hour 4
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from api.graphql.schema import Answer, answer
from catalog.projection import Projection
from catalog.store.port import Store
from ingest.event import recognise

BASE = "http://mesh.example/id/"
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
RECEIVED_NS = int(datetime(2026, 2, 1, tzinfo=UTC).timestamp()) * 10**9

Event = dict[str, Any]


def at(hour: float) -> str:
    """The time of an hour of the shop."""
    return f"{BEGIN + timedelta(hours=hour):%Y-%m-%dT%H:%M:%S}Z"


def run_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def dataset(name: str, **facets: Any) -> Event:
    return {"namespace": "db", "name": name, "facets": {key: facet(value) for key, value in facets.items()}}


def facet(value: Mapping[str, Any]) -> Event:
    return {"_producer": "urn:test", "_schemaURL": "urn:test#", **value}


def schema(*fields: str) -> Event:
    """A schema facet of ``name:type`` fields."""
    pairs = [field.split(":") for field in fields]
    return {"fields": [{"name": name, "type": type_} for name, type_ in pairs]}


def columns(fields: Mapping[str, Sequence[tuple[str, str, str, str]]]) -> Event:
    """A columnLineage facet: output field → (input dataset, its field, DIRECT or INDIRECT, subtype)."""
    return {
        "fields": {
            field: {
                "inputFields": [
                    {
                        "namespace": "db",
                        "name": name,
                        "field": source,
                        "transformations": [{"type": kind, "subtype": subtype}],
                    }
                    for name, source, kind, subtype in sources
                ]
            }
            for field, sources in fields.items()
        }
    }


def run_event(
    hour: float,
    type_: str,
    run: int,
    job: str,
    inputs: Sequence[Event] = (),
    outputs: Sequence[Event] = (),
    **facets: Any,
) -> Event:
    return {
        "eventType": type_,
        "eventTime": at(hour),
        "producer": "urn:test",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": run_id(run), "facets": {key: facet(value) for key, value in facets.items()}},
        "job": {"namespace": "etl", "name": job, "facets": {"sql": facet({"query": f"select {job}"})}},
        "inputs": list(inputs),
        "outputs": list(outputs),
    }


def parent(run: int, job: str) -> Event:
    return {"run": {"runId": run_id(run)}, "job": {"namespace": "etl", "name": job}}


RAW = dataset(
    "raw",
    schema=schema("id:int", "email:varchar"),
    documentation={"description": "Orders as they come in"},
    symlinks={"identifiers": [{"namespace": "file", "name": "raw.csv", "type": "LOCATION"}]},
)
CLEAN = dataset(
    "clean", schema=schema("id:int"), columnLineage=columns({"id": [("raw", "id", "DIRECT", "IDENTITY")]})
)
REPORT = dataset(
    "report",
    schema=schema("total:int"),
    columnLineage=columns(
        {
            "total": [
                ("clean", "id", "DIRECT", "AGGREGATION"),
                ("cte", "day", "INDIRECT", "FILTER"),
            ]
        }
    ),
)

SHOP: tuple[Event, ...] = (
    run_event(0.9, "START", 1, "load", [RAW]),
    run_event(1, "COMPLETE", 1, "load", [RAW], [CLEAN]),
    run_event(
        2,
        "COMPLETE",
        2,
        "summarise",
        [dataset("clean")],
        [REPORT],
        parent=parent(20, "daily"),
        nominalTime={},
    ),
    run_event(3, "COMPLETE", 3, "load", [RAW, dataset("extra")], [CLEAN]),
    run_event(4, "FAIL", 4, "load", [dataset("spare")], [CLEAN], errorMessage={"message": "no"}),
    {
        "eventTime": at(5),
        "producer": "urn:test",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent",
        "job": {"namespace": "etl", "name": "plan"},
        "inputs": [dataset("clean")],
        "outputs": [dataset("forecast")],
    },
    run_event(
        6, "COMPLETE", 6, "load", [RAW | {"facets": RAW["facets"] | {"schema": facet(schema("id:bigint"))}}]
    ),
)


def load(store: Store, *events: Event) -> None:
    """Apply events in one batch."""
    Projection(store).apply([recognise(msgspec.json.encode(one), received_ns=RECEIVED_NS) for one in events])


@dataclass(frozen=True, slots=True)
class World:
    """A loaded store that can be asked."""

    store: Store

    def answer(self, query: str, **variables: Any) -> Answer:
        return asyncio.run(answer(self.store, BASE, query, variables))

    def ask(self, query: str, **variables: Any) -> Any:
        """The data of an answer without errors."""
        found = self.answer(query, **variables)
        assert found.errors == []
        return found.data

    def refused(self, query: str, **variables: Any) -> tuple[str, str]:
        """The code and message of the only error."""
        (error,) = self.answer(query, **variables).errors
        return str(error["extensions"]["code"]), error["message"]


def nodes(connection: Mapping[str, Any], *names: str) -> list[Any]:
    """The nodes of a connection; of several names tuples, of one its values."""
    items = [edge["node"] for edge in connection["edges"]]
    return items if not names else [_pick(item, names) for item in items]


def _pick(item: Mapping[str, Any], names: Sequence[str]) -> Any:
    found = tuple(item[name] for name in names)
    return found[0] if len(found) == 1 else found
