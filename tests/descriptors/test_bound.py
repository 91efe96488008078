"""A port of ODPS under a contract of ODCS is the dataset that its server means, among decoys."""

import pytest

from catalog.identity import DatasetId
from catalog.mesh.binding import BindingRule, BindingStatus
from catalog.mesh.mesh import read_mesh
from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from ingest.descriptors.document import interpret_descriptor
from ingest.documents.given import Given
from tests.convergence.events import RECEIVED_NS
from tests.convergence.observed import send

PRODUCT = """
apiVersion: v1.0.0
kind: DataProduct
id: orders
status: active
outputPorts: [{name: table, version: 1.0.0, contractId: orders}]
"""
CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: orders
version: 1.0.0
status: active
servers: [{SERVER}]
schema: [{name: order, physicalName: orders}]
"""
POSTGRES = "server: prod, type: postgres, host: pg, port: 5432, database: shop, schema: sales"
DATABRICKS = "server: lake, type: databricks, catalog: shop, schema: sales"
WRITTEN = [
    ("postgres://pg:5432", "shop.sales.orders"),
    ("postgres://pg:5432", "shop.archive.orders"),
    ("postgres://pg:5432", "copy.sales.orders"),
    ("postgres://other:5432", "shop.sales.orders"),
    ("redshift://cluster.eu-west-1:5439", "shop.sales.orders"),
    ("databricks://one.example", "shop.sales.orders"),
    ("databricks://two.example", "shop.sales.orders"),
]
"""The same table in several schemas, databases, hosts and platforms."""


def store_of(server: str) -> MemoryStore:
    store = MemoryStore()
    projection = Projection(store)
    for number, text in enumerate((PRODUCT, CONTRACT.replace("SERVER", server))):
        read = interpret_descriptor(
            text.encode(), f"{number}.yaml", Given(), received_ns=RECEIVED_NS, max_bytes=10**6
        )
        assert not read.kept_out
        projection.apply([(read.entry, read.statements)])
    for number, (namespace, name) in enumerate(WRITTEN):
        event = {
            "eventTime": "2024-05-01T10:00:00Z",
            "eventType": "COMPLETE",
            "producer": "https://example.org",
            "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
            "run": {"runId": f"0190d8c0-0000-7000-8000-00000000000{number}"},
            "job": {"namespace": "airflow", "name": f"write-{number}"},
            "outputs": [{"namespace": namespace, "name": name}],
        }
        send(store, [[event]])
    return store


@pytest.mark.parametrize(
    ("server", "rule", "dataset"),
    [
        (POSTGRES, BindingRule.DECLARED, WRITTEN[0]),
        (POSTGRES.replace("sales", "archive"), BindingRule.DECLARED, WRITTEN[1]),
        (POSTGRES.replace("pg", "other"), BindingRule.DECLARED, WRITTEN[3]),
        ("server: dwh, type: redshift, database: shop, schema: sales", BindingRule.FULL_NAME, WRITTEN[4]),
        (f"{DATABRICKS}, host: two.example", BindingRule.FULL_NAME, WRITTEN[6]),
    ],
)
def test_port__is_the_dataset_that_the_server_means(
    server: str, rule: BindingRule, dataset: tuple[str, str]
) -> None:
    with store_of(server).read() as reader:
        binding = read_mesh(reader, now_ns=RECEIVED_NS).bindings["output-port/orders/table"]

    assert [(one.dataset, one.rule) for one in binding.bound] == [(DatasetId(*dataset).key, rule)]


def test_port__is_none_of_two_that_fit() -> None:
    with store_of(DATABRICKS).read() as reader:
        binding = read_mesh(reader, now_ns=RECEIVED_NS).bindings["output-port/orders/table"]

    assert binding.status is BindingStatus.AMBIGUOUS
    assert {one.dataset for one in binding.suggestions} == {DatasetId(*one).key for one in WRITTEN[5:]}
