"""Builders of OpenLineage events for tests: plain JSON, with what the test wants to be odd."""

import json
from typing import Any

from catalog.entry import LogEntry
from catalog.instant import parse_instant
from catalog.statement import Statements
from ingest.event import recognise

RUN_ID = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
PARENT_ID = "0190a1b2-0000-7000-8000-000000000001"
ROOT_ID = "0190a1b2-0000-7000-8000-000000000002"
TIME = "2024-05-01T10:00:00Z"
TIME_NS = parse_instant(TIME).ns
RECEIVED_NS = TIME_NS + 60 * 1_000_000_000
SPEC = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/"


def base(kind: str, **members: Any) -> dict[str, Any]:
    """An event of a kind with what all events have."""
    envelope = {"eventTime": TIME, "producer": "https://example.org/producer", "schemaURL": SPEC + kind}
    return {**envelope, **members}


def run_event(**members: Any) -> dict[str, Any]:
    """A COMPLETE event of the run RUN_ID of job (jobs, load)."""
    event = base(
        "RunEvent", eventType="COMPLETE", run={"runId": RUN_ID}, job={"namespace": "jobs", "name": "load"}
    )
    return {**event, **members}


def job_event(**members: Any) -> dict[str, Any]:
    return {**base("JobEvent", job={"namespace": "jobs", "name": "load"}), **members}


def dataset_event(**facets: Any) -> dict[str, Any]:
    return base("DatasetEvent", dataset=dataset("orders", **facets))


def dataset(name: str, **facets: Any) -> dict[str, Any]:
    """A dataset of the namespace ``db`` with facets."""
    return {"namespace": "db", "name": name, "facets": facets}


def lineage(*inputs: dict[str, Any], target: str = "total", **entry: Any) -> dict[str, Any]:
    """A columnLineage facet with one output field."""
    return {"fields": {target: {"inputFields": list(inputs), **entry}}}


def column(field: str, *transformations: dict[str, Any]) -> dict[str, Any]:
    """An input field of (db, orders)."""
    source: dict[str, Any] = {"namespace": "db", "name": "orders", "field": field}
    return {**source, "transformations": list(transformations)} if transformations else source


def read(event: Any, received_ns: int = RECEIVED_NS) -> tuple[LogEntry, Statements]:
    """What ingest makes of an event."""
    return recognise(json.dumps(event), received_ns=received_ns)


def problems(entry: LogEntry) -> list[tuple[str, str, bool]]:
    """(code, path, lost) of the problems of an entry."""
    return [(problem.code, problem.path, problem.lost) for problem in entry.problems]
