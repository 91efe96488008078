"""A small mesh of two teams: orders makes a dataset, finance reads a column of it, logistics another."""

from typing import Any

import httpx

from tests.api.events import body, run_event, schema

ORDERS = "dataset/warehouse/mart.orders"
FINANCE, LOGISTICS, SELLING = "team/finance", "team/logistics", "team/orders"

DOCUMENT = """
@prefix mesh: <https://w3id.org/meshline/ns#> .
@base <https://w3id.org/meshline/id/> .
<domain/shop> a mesh:Domain ; mesh:name "Shop" .
<domain/money> a mesh:Domain ; mesh:name "Money" .
<team/orders> a mesh:Team ; mesh:name "Orders" .
<team/finance> a mesh:Team ; mesh:name "Finance" ; mesh:email "finance@example.org" .
<team/logistics> a mesh:Team ; mesh:name "Logistics" .
<product/orders> a mesh:DataProduct ; mesh:name "Orders" ; mesh:ownedBy <team/orders> ; mesh:inDomain <domain/shop> ;
    mesh:exposes <dataset/warehouse/mart.orders> , <dataset/warehouse/raw.orders> ;
    mesh:hasOutputPort <output-port/orders/tables> .
<output-port/orders/tables> a mesh:OutputPort ; mesh:name "tables" .
<product/revenue> a mesh:DataProduct ; mesh:name "Revenue" ; mesh:ownedBy <team/finance> ;
    mesh:inDomain <domain/money> ; mesh:exposes <dataset/warehouse/fin.revenue> .
<product/parcels> a mesh:DataProduct ; mesh:name "Parcels" ; mesh:ownedBy <team/logistics> ;
    mesh:inDomain <domain/shop> ; mesh:exposes <dataset/warehouse/log.parcels> .
<dataset/warehouse/mart.orders> a mesh:Dataset ; mesh:namespace "warehouse" ; mesh:name "mart.orders" .
<dataset/warehouse/raw.orders> a mesh:Dataset ; mesh:namespace "warehouse" ; mesh:name "raw.orders" .
<dataset/warehouse/fin.revenue> a mesh:Dataset ; mesh:namespace "warehouse" ; mesh:name "fin.revenue" .
<dataset/warehouse/log.parcels> a mesh:Dataset ; mesh:namespace "warehouse" ; mesh:name "log.parcels" .
"""


def reading(number: int, job: str, output: str, field: str, *, of: str = "mart.orders") -> dict[str, Any]:
    """A run of a job that reads a field of the orders into a column of its output."""
    facet = {"_producer": "urn:test", "_schemaURL": "urn:test#"}
    source = {"namespace": "warehouse", "name": of, "field": field}
    columns = {"columnLineage": {**facet, "fields": {"out": {"inputFields": [source]}}}}
    read = {"namespace": "warehouse", "name": of, "facets": schema("id", "email_domain")}
    made = {"namespace": "warehouse", "name": output, "facets": {**schema("out"), **columns}}
    return run_event(number, job={"namespace": "jobs", "name": job}, inputs=[read], outputs=[made])


EVENTS = (
    run_event(1),
    reading(2, "revenue", "fin.revenue", "email_domain"),
    reading(3, "parcels", "log.parcels", "id"),
)
MORE = reading(4, "parcels", "log.parcels", "email_domain")
"""Logistics reads the other column too, from then on."""


def fill(http: httpx.Client) -> None:
    """Tell a service of the mesh."""
    headers = {"Content-Type": "text/turtle"}
    http.post("/api/v1/descriptors?source=mesh.ttl", content=DOCUMENT, headers=headers).raise_for_status()
    for event in EVENTS:
        send(http, event)


def send(http: httpx.Client, event: dict[str, Any]) -> None:
    """Send an event."""
    headers = {"Content-Type": "application/json"}
    http.post("/api/v1/lineage", content=body(event), headers=headers).raise_for_status()
