"""Servers of contracts to datasets: compared with the naming helpers of the OpenLineage client."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openlineage.client.naming import dataset as naming

from catalog.identity import DatasetId
from ingest.descriptors.locations import Kept, Nowhere, dataset_of

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,8}", fullmatch=True)
HOSTS = st.from_regex(r"[a-z][a-z0-9-]{0,8}(\.example)?", fullmatch=True)
PORTS = st.integers(1, 65535)


def place(server: dict[str, Any], physical: str, name: str | None = None, *, alone: bool = False) -> Any:
    return dataset_of(server, Kept(name or physical, physical, alone))


def named(by: naming.DatasetNaming) -> DatasetId:
    return DatasetId(by.get_namespace(), by.get_name())


@given(HOSTS, PORTS, NAMES, NAMES, NAMES)
def test_table__has_the_name_that_openlineage_gives_it(
    host: str, port: int, database: str, schema: str, table: str
) -> None:
    at = {"host": host, "port": port}
    both = {**at, "database": database, "schema": schema}
    in_catalog = {**at, "catalog": database, "schema": schema}
    port_, parts = str(port), (database, schema, table)
    expected: dict[str, tuple[dict[str, Any], naming.DatasetNaming]] = {
        "postgres": (both, naming.Postgres(host, port_, *parts)),
        "postgresql": (both, naming.Postgres(host, port_, *parts)),
        "db2": (both, naming.DB2(host, port_, *parts)),
        "trino": (in_catalog, naming.Trino(host, port_, *parts)),
        "mysql": ({**at, "database": database}, naming.MySQL(host, port_, database, table)),
        "hive": ({**at, "database": database}, naming.Hive(host, port_, database, table)),
        "teradata": ({**at, "database": database}, naming.Teradata(host, port_, database, table)),
        "synapse": ({**at, "schema": schema}, naming.AzureSynapse(host, port_, schema, table)),
        "kafka": ({"host": f"{host}:{port}"}, naming.Kafka(host, port_, table)),
        "bigquery": ({"project": database, "dataset": schema}, naming.BigQuery(*parts)),
        "snowflake": (
            {"account": f"{host}-acme", "database": database, "schema": schema},
            naming.Snowflake(host, "acme", *parts),
        ),
        "athena": (
            {"regionName": "eu-west-1", "catalog": database, "schema": schema},
            naming.Athena("eu-west-1", *parts),
        ),
        "pubsub": (
            {"project": database},
            naming.PubSubNaming(naming.PubSubResourceType.TOPIC, database, table),
        ),
    }
    for kind, (server, by) in expected.items():
        assert place({"type": kind, **server}, table) == named(by), kind


@given(NAMES, st.lists(NAMES, min_size=1, max_size=3), NAMES)
def test_file__has_the_name_that_openlineage_gives_it(bucket: str, path: list[str], name: str) -> None:
    bucket, key = bucket.lower(), "/".join(path)
    expected: dict[str, naming.DatasetNaming] = {
        f"s3://{bucket}/{key}": naming.S3(bucket, key),
        f"s3a://{bucket}/{key}/": naming.S3(bucket, key),
        f"s3://{bucket}/{key}/*.parquet": naming.S3(bucket, key),
        f"s3://{bucket}/{key}/{{model}}/*.json": naming.S3(bucket, f"{key}/{name}"),
        f"gs://{bucket}/{key}": naming.GCS(bucket, key),
        f"abfss://{bucket}@acme.dfs.core.windows.net/{key}": naming.ABFSS(bucket, "acme", key),
        f"abfss://acme.dfs.core.windows.net/{bucket}/{key}": naming.ABFSS(bucket, "acme", key),
        f"hdfs://{bucket}:8020/{key}": naming.HDFS(bucket, "8020", f"/{key}"),
        f"sftp://{bucket}/{key}": naming.RemoteFileSystem(bucket, f"/{key}"),
        f"file:///{key}": naming.LocalFileSystem(f"/{key}"),
    }
    for location, by in expected.items():
        assert place({"type": "custom", "location": location}, name, alone=True) == named(by), location


POSTGRES = {"type": "postgres", "host": "pg", "port": 5432, "database": "shop", "schema": "sales"}


@pytest.mark.parametrize(
    ("server", "physical", "name"),
    [
        (POSTGRES, "sales.orders", "shop.sales.orders"),
        (POSTGRES, "shop.sales.orders", "shop.sales.orders"),
        ({"type": "oracle", "host": "o", "port": 1521, "serviceName": "S"}, "A.ORDERS", "S.A.ORDERS"),
        ({"type": "duckdb", "database": "/data/shop.duckdb"}, "orders", "shop.main.orders"),
        ({"type": "duckdb", "database": "shop", "schema": "sales"}, "orders", "sales.orders"),
        ({"type": "sqlserver", "host": "m", "database": "d", "schema": "dbo"}, "t", "d.dbo.t"),
        ({"type": "kafka", "host": "a:9092, b:9092"}, "orders.v1", "orders.v1"),
        ({"type": "local", "path": "/data/orders/*.csv"}, "orders", "/data/orders"),
        ({"type": "kafka", "host": "PLAINTEXT://a:9092"}, "orders", "orders"),
    ],
)
def test_name__has_what_the_server_or_the_object_says(
    server: dict[str, Any], physical: str, name: str
) -> None:
    assert place(server, physical, alone=True).name == name


def test_namespace__of_a_list_of_brokers_is_the_first() -> None:
    assert place({"type": "kafka", "host": "a:9092, b:9092"}, "t").namespace == "kafka://a:9092"


@pytest.mark.parametrize(
    ("server", "physical", "why"),
    [
        (POSTGRES, "finance.orders", "another schema"),
        (POSTGRES, "x.shop.sales.orders", "no name of a table"),
        (POSTGRES, "sales..orders", "no name of a table"),
        ({**POSTGRES, "host": "${DB_HOST}"}, "orders", "host"),
        ({**POSTGRES, "host": "pg:5433"}, "orders", "differ"),
        ({**POSTGRES, "port": None}, "orders", "port"),
        ({"type": "oracle", "host": "o", "port": 1521, "serviceName": "S"}, "ORDERS", "schema"),
        ({"type": "snowflake", "account": "{{ account }}", "database": "D", "schema": "S"}, "T", "account"),
        ({"type": "redshift", "database": "d", "schema": "s"}, "t", "more than one way"),
        ({"type": "databricks", "host": "h", "catalog": "c", "schema": "s"}, "t", "more than one way"),
        ({"type": "s3", "location": "s3://bucket/data"}, "orders", "several objects"),
        ({"type": "s3", "location": "s3://bucket/{year}/{model}"}, "orders", "no one folder"),
        ({"type": "s3", "location": "s3://bucket/*.json"}, "orders", "several objects"),
        ({"type": "s3", "location": "s3://key:secret@bucket/{model}"}, "orders", "not understood"),
        ({"type": "s3", "location": "s3://${BUCKET}/{model}"}, "orders", "not filled in"),
        ({"type": "local", "path": "./{model}.csv"}, "orders", "not understood"),
        ({"type": "glue", "account": "1", "database": "d"}, "t", "location"),
        ({"type": "kinesis", "region": "eu-west-1"}, "t", "no names"),
        ({}, "t", "no names"),
    ],
)
def test_server_that_does_not_say_enough__names_nothing(
    server: dict[str, Any], physical: str, why: str
) -> None:
    found = place(server, physical)
    assert isinstance(found, Nowhere)
    assert why in found.why


@pytest.mark.parametrize("location", ["s3://bucket/*.json", "s3://bucket", "s3://bucket/a/*/b"])
def test_location_that_is_no_folder__names_nothing_even_when_the_object_is_alone(location: str) -> None:
    assert isinstance(place({"type": "s3", "location": location}, "orders", alone=True), Nowhere)
