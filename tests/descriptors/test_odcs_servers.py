"""Servers of ODCS contracts: which datasets the objects are, and what is left out of an address."""

import pytest

from ontology.shapes import Severity
from tests.descriptors.odcs_contracts import bound, explicit, minimal
from tests.descriptors.saying import drafted, properties, told


def test_explicit_names__stand_above_servers() -> None:
    by_server = """
servers:
- server: lake
  type: custom
  customProperties: [{property: openLineageNamespace, value: "duckdb://shop"}]
schema:
- {name: a, physicalName: sales.a}
- {name: b, customProperties: [{property: openLineageName, value: sales.b}]}
- name: c
  customProperties:
  - {property: openLineageNamespace, value: "file"}
  - {property: openLineageName, value: /data/c}
"""
    found = drafted(minimal(by_server))

    assert {key: bound(found, f"schema/c/1.0.0/{key}") for key in "abc"} == {
        "a": {"dataset/duckdb%3A%2F%2Fshop/sales.a": explicit("lake")},
        "b": {"dataset/duckdb%3A%2F%2Fshop/sales.b": explicit("lake")},
        "c": {"dataset/file/%2Fdata%2Fc": explicit()},
    }


def test_object__is_a_dataset_at_each_server_that_says_enough() -> None:
    servers = """
servers:
- {server: prod, type: postgres, host: a, port: 1, database: d, schema: s}
- {server: test, type: postgres, host: b, port: 1, database: d, schema: s}
- {server: cloud, type: databricks, host: h, catalog: c, schema: s}
schema: [{name: t}]
"""
    found = drafted(minimal(servers))

    assert {key: said["server"] for key, said in bound(found, "schema/c/1.0.0/t").items()} == {
        "dataset/postgres%3A%2F%2Fa%3A1/d.s.t": "prod",
        "dataset/postgres%3A%2F%2Fb%3A1/d.s.t": "test",
    }
    assert told(found, Severity.WARNING) == []
    assert properties(found, "schema/c/1.0.0/t") == {"name": "t", "databaseSchema": "s"}


def test_server_that_does_not_say_enough__is_told_once() -> None:
    found = drafted(
        minimal("servers: [{server: s, type: kinesis}]\nschema: [{name: a}, {name: b}, {name: c}]")
    )

    assert [one[1:] for one in told(found, Severity.WARNING)] == [
        (
            "servers[0]",
            "It does not tell which dataset 'a' and 2 more is: OpenLineage has no names for servers of type kinesis.",
        )
    ]


@pytest.mark.parametrize(
    ("server", "key", "address"),
    [
        ("type: sftp, location: 'sftp://me:secret@host/data'", "location", "sftp://host/data"),
        ("type: kafka, host: 'me:secret@broker:9092'", "host", "broker:9092"),
    ],
)
def test_password_in_an_address__is_left_out_and_told(server: str, key: str, address: str) -> None:
    found = drafted(minimal(f"servers: [{{server: s, {server}}}]"))

    assert properties(found, "server/c/1.0.0/s")[key] == address
    assert "secret" not in repr(found)
    [(_, path, _)] = [one for one in told(found, Severity.WARNING) if "password" in one[2]]
    assert path == f"servers[0].{key}"
