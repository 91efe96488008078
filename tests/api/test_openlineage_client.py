"""The real OpenLineage client delivers a run, synchronously and asynchronously, compressed or not, with a key."""

import uuid
from typing import Any

import httpx
import pytest
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import column_lineage_dataset, schema_dataset
from openlineage.client.transport.async_http import AsyncHttpConfig, AsyncHttpTransport
from openlineage.client.transport.http import HttpConfig, HttpTransport
from openlineage.client.transport.transport import Transport

from api.keys import Role
from tests.api.running import Service

QUERY = """
{ job(namespace: "jobs", name: "orders") { runs(first: 5) { edges { node { state } } } }
  dataset(namespace: "warehouse", name: "mart.orders") { name fields(first: 10) { edges { node { name } } } }
  lineage(of: ["field/warehouse/raw.orders/email"], level: FIELD) { edges { source target kind } } }
"""


def transport_of(kind: str, url: str, compression: str | None, token: str | None) -> Transport:
    config: dict[str, Any] = {"url": url, "timeout": 10}
    if compression:
        config["compression"] = compression
    if token:
        config["auth"] = {"type": "api_key", "apiKey": token}
    if kind == "http":
        return HttpTransport(HttpConfig.from_dict(config))
    return AsyncHttpTransport(AsyncHttpConfig.from_dict(config))


def events() -> list[RunEvent]:
    run = Run(runId=str(uuid.uuid4()))
    job = Job(namespace="jobs", name="orders")
    fields = [schema_dataset.SchemaDatasetFacetFields(name=name, type="VARCHAR") for name in ("id", "email")]
    source = column_lineage_dataset.InputField(namespace="warehouse", name="raw.orders", field="email")
    lineage = column_lineage_dataset.ColumnLineageDatasetFacet(
        fields={"email": column_lineage_dataset.Fields(inputFields=[source])}
    )
    schema = schema_dataset.SchemaDatasetFacet(fields=fields)
    inputs = [InputDataset(namespace="warehouse", name="raw.orders", facets={"schema": schema})]
    outputs = [
        OutputDataset(
            namespace="warehouse", name="mart.orders", facets={"schema": schema, "columnLineage": lineage}
        )
    ]
    return [
        RunEvent(
            eventType=state,
            eventTime=time,
            run=run,
            job=job,
            inputs=inputs,
            outputs=outputs,
            producer="https://a.b",
        )
        for state, time in (
            (RunState.START, "2024-05-01T10:00:00Z"),
            (RunState.COMPLETE, "2024-05-01T10:01:00Z"),
        )
    ]


@pytest.mark.parametrize("kind", ["http", "async_http"])
@pytest.mark.parametrize("compression", [None, "gzip"])
def test_client__delivers_a_run_that_reads_back(service: Service, kind: str, compression: str | None) -> None:
    client = OpenLineageClient(transport=transport_of(kind, service.url, compression, None))
    for event in events():
        client.emit(event)
    assert client.close(10) is not False
    with service.client() as http:
        said = http.post("/graphql", json={"query": QUERY}).json()
    assert said["data"]["job"]["runs"]["edges"] == [{"node": {"state": "COMPLETE"}}]
    names = {edge["node"]["name"] for edge in said["data"]["dataset"]["fields"]["edges"]}
    assert names == {"id", "email"}
    [edge] = said["data"]["lineage"]["edges"]
    assert (edge["source"].partition("/id/")[2], edge["target"].partition("/id/")[2], edge["kind"]) == (
        "field/warehouse/raw.orders/email",
        "field/warehouse/mart.orders/email",
        "DIRECT",
    )


def test_client_with_a_key__is_let_in(tokens: dict[Role, str], service: Service) -> None:
    client = OpenLineageClient(transport=transport_of("http", service.url, "gzip", tokens[Role.EMITTER]))
    for event in events():
        client.emit(event)
    client.close()
    with service.client(tokens[Role.ADMIN]) as http:
        assert 'meshline_events_total{status="applied"} 2.0' in http.get("/metrics").text


def test_client_without_a_key__raises_in_the_job(tokens: dict[Role, str], service: Service) -> None:
    client = OpenLineageClient(transport=transport_of("http", service.url, None, None))
    with pytest.raises(Exception, match="401"):
        client.emit(events()[0])
    client.close()


def test_repeated_delivery__changes_nothing(service: Service, http: httpx.Client) -> None:
    client = OpenLineageClient(transport=transport_of("http", service.url, None, None))
    for event in events():
        client.emit(event)
        client.emit(event)
    client.close()
    assert 'meshline_events_total{status="duplicate"} 2.0' in http.get("/metrics").text
