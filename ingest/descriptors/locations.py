"""Where a server keeps an object, in the names that OpenLineage gives datasets (its page "Naming Conventions").

A server is one of a contract (ODCS ``servers[*]``), an object one of its schema. Nothing is guessed: where the server
does not say enough, or says something else than the name of the object, the answer is why there is no dataset. Names
stay as they are written; that two spellings are one dataset is for naming rules (docs/aliases.md).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, TypeAlias

from catalog.identity import DatasetId
from ingest.descriptors.locations_files import located

Server: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """An object as a contract names it. ``alone``: the contract has no other, so a location means this one."""

    name: str
    physical: str
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Nowhere:
    """The server does not say under which name pipelines know the object, and why.

    ``by_name``: it is no lack, for the full name of the object decides where pipelines differ.
    """

    why: str
    by_name: bool = False


Place: TypeAlias = DatasetId | Nowhere
_ACCOUNT = re.compile(r"[A-Za-z0-9._-]+")
_AUTHORITY = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+._-]*://)?(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d+))?/?"
)


def dataset_of(server: Server, kept: Kept) -> Place:
    """The dataset that an object is on a server. Server types are those of ODCS 3; others are in no table here."""
    kind = str(server.get("type", "")).lower()
    finder = _FINDERS.get(kind)
    if finder is None:
        return Nowhere(f"OpenLineage has no names for servers of type {kind or '(none)'}.")
    return finder(server, kept)


def named(server: Server, key: str) -> str | None:
    """What a server says under a key, as text; None where it says nothing."""
    value = server.get(key)
    return (
        str(value) if isinstance(value, str | int) and not isinstance(value, bool) and value != "" else None
    )


@dataclass(frozen=True, slots=True)
class _Tables:
    """A platform of tables: the namespace of a server, and its keys that say in what a table lies, outer first."""

    namespace: Callable[[Server], str | Nowhere]
    levels: tuple[str, ...]
    defaults: Mapping[str, str] | None = None

    def __call__(self, server: Server, kept: Kept) -> Place:
        name = _qualified(server, self.levels, kept.physical, self.defaults or {})
        namespace = self.namespace(server)
        if isinstance(name, Nowhere):
            return name
        return namespace if isinstance(namespace, Nowhere) else DatasetId(namespace, name)


def _qualified(
    server: Server, levels: tuple[str, ...], physical: str, defaults: Mapping[str, str]
) -> str | Nowhere:
    """``physical`` with what it lies in before it. It may say that itself, if the server says nothing else."""
    parts = physical.split(".")
    above = parts[:-1]
    if not all(parts) or len(above) > len(levels):
        return Nowhere(f"{physical!r} is no name of a table in {' and '.join(levels) or 'the server'}.")
    said = dict(zip(levels[len(levels) - len(above) :], above, strict=True))
    for level in levels:
        of_server = named(server, level)
        if said.get(level, of_server) != of_server and of_server is not None:
            return Nowhere(f"{physical!r} says another {level} than the server: {of_server!r}.")
        found = said.get(level) or of_server or defaults.get(level)
        if found is None:
            return Nowhere(f"The {level} of {physical!r} is not said.")
        said[level] = found
    return ".".join((*(said[level] for level in levels), parts[-1]))


def _at_host(scheme: str, port: int | None = None) -> Callable[[Server], str | Nowhere]:
    """Namespaces ``scheme://host:port``; ``port``: that of servers that say none, where there is a usual one."""

    def namespace(server: Server) -> str | Nowhere:
        host = named(server, "host")
        found = _AUTHORITY.fullmatch(host) if host else None
        if found is None:
            return Nowhere(f"The host is not said, or is no name of one: {host!r}.")
        ports = {found["port"], named(server, "port")} - {None}
        if len(ports) > 1:
            return Nowhere(f"The host {host!r} and the port differ.")
        if not ports and port is None:
            return Nowhere("The port is not said.")
        return f"{scheme}://{found['host']}:{next(iter(ports), port)}"

    return namespace


def _snowflake(server: Server) -> str | Nowhere:
    account = (named(server, "account") or "").removesuffix(".snowflakecomputing.com")
    if not _ACCOUNT.fullmatch(account):
        return Nowhere("The account is not said, or is no name of one.")
    return f"snowflake://{account}"


def _athena(server: Server) -> str | Nowhere:
    region = named(server, "regionName")
    return f"awsathena://athena.{region}.amazonaws.com" if region else Nowhere("The regionName is not said.")


def _kafka(server: Server, kept: Kept) -> Place:
    """By the first of the bootstrap servers, as producers do."""
    first = (named(server, "host") or "").partition(",")[0].strip()
    namespace = _at_host("kafka")({**server, "host": first})
    return namespace if isinstance(namespace, Nowhere) else DatasetId(namespace, kept.physical)


def _pubsub(server: Server, kept: Kept) -> Place:
    project = named(server, "project")
    if project is None or "/" in kept.physical or ":" in kept.physical:
        return Nowhere("The project is not said, or the object is no name of a topic.")
    return DatasetId("pubsub", f"topic:{project}:{kept.physical}")


def _duckdb(server: Server, kept: Kept) -> Place:
    """As openlineage-dbt names tables in the file of a database: the database, which has the name of its file, its
    schema and the table. What is no file is known by a name; its tables have schema and name."""
    path = named(server, "database")
    name = _qualified(server, ("schema",), kept.physical, {"schema": "main"})
    if isinstance(name, Nowhere):
        return name
    if path is None:
        return Nowhere("The database is not said.")
    file = PurePosixPath(path)
    is_file = bool(file.suffix) or len(file.parts) > 1
    return DatasetId(f"duckdb://{path}", f"{file.stem}.{name}" if is_file else name)


def _left_to_names(server: Server, kept: Kept) -> Place:
    return Nowhere(f"Pipelines name what is in {server['type']} in more than one way.", by_name=True)


def _files(key: str) -> Callable[[Server, Kept], Place]:
    def found(server: Server, kept: Kept) -> Place:
        location = named(server, key)
        if location is None:
            return Nowhere(f"The {key} is not said.")
        dataset = located(location, kept.name, alone=kept.alone)
        return dataset if isinstance(dataset, DatasetId) else Nowhere(dataset)

    return found


_POSTGRES = _Tables(_at_host("postgres"), ("database", "schema"))
_FINDERS: Mapping[str, Callable[[Server, Kept], Place]] = {
    "athena": _Tables(_athena, ("catalog", "schema"), {"catalog": "awsdatacatalog"}),
    "azure": _files("location"),
    "bigquery": _Tables(lambda _: "bigquery", ("project", "dataset")),
    "clickhouse": _Tables(_at_host("clickhouse"), ("database",)),
    "custom": _files("location"),
    "databricks": _left_to_names,
    "db2": _Tables(_at_host("db2"), ("database", "schema")),
    "duckdb": _duckdb,
    "glue": _files("location"),
    "hive": _Tables(_at_host("hive"), ("database",)),
    "kafka": _kafka,
    "local": _files("path"),
    "mysql": _Tables(_at_host("mysql"), ("database",)),
    "oracle": _Tables(_at_host("oracle"), ("serviceName", "schema")),
    "postgres": _POSTGRES,
    "postgresql": _POSTGRES,
    "presto": _Tables(_at_host("presto"), ("catalog", "schema")),
    "pubsub": _pubsub,
    "redshift": _left_to_names,
    "s3": _files("location"),
    "sftp": _files("location"),
    "snowflake": _Tables(_snowflake, ("database", "schema")),
    "sqlserver": _Tables(_at_host("mssql", 1433), ("database", "schema")),
    "synapse": _Tables(_at_host("sqlserver"), ("schema",)),
    "teradata": _Tables(_at_host("teradata", 1025), ("database",)),
    "trino": _Tables(_at_host("trino"), ("catalog", "schema")),
}
