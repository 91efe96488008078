"""The form in which OpenLineage names the tables of a platform: schemes of namespaces, parts of a name, case.

Source: the naming conventions of OpenLineage (spec/Naming.md). What is not here has no full name: it is never bound by
name alone.
"""

from dataclasses import dataclass
from enum import StrEnum


class Case(StrEnum):
    """What a platform makes of a name that is written without quotes."""

    KEPT = "kept"
    UPPER = "upper"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Platform:
    """``schemes``: what its namespaces begin with, before ``://``. ``parts``: how many parts a full name has, three
    with a database and a schema, two with one of them, one for a name alone."""

    schemes: tuple[str, ...]
    parts: int
    case: Case = Case.KEPT


_POSTGRES = Platform(("postgres", "postgresql"), 3, Case.LOWER)
_MYSQL = Platform(("mysql", "mariadb"), 2)
_SQLSERVER = Platform(("mssql", "sqlserver"), 3)
_HIVE = Platform(("hive",), 2, Case.LOWER)

PLATFORMS: dict[str, Platform] = {
    "athena": Platform(("awsathena",), 3, Case.LOWER),
    "bigquery": Platform(("bigquery",), 3),
    "clickhouse": Platform(("clickhouse",), 2),
    "cockroachdb": Platform(("cockroachdb",), 3, Case.LOWER),
    "databricks": Platform(("databricks", "unitycatalog"), 3, Case.LOWER),
    "duckdb": Platform(("duckdb",), 3, Case.KEPT),
    "hive": _HIVE,
    "kafka": Platform(("kafka",), 1),
    "mariadb": _MYSQL,
    "mssql": _SQLSERVER,
    "mysql": _MYSQL,
    "oracle": Platform(("oracle",), 3, Case.UPPER),
    "postgres": _POSTGRES,
    "postgresql": _POSTGRES,
    "presto": Platform(("presto", "trino"), 3, Case.LOWER),
    "redshift": Platform(("redshift",), 3, Case.LOWER),
    "snowflake": Platform(("snowflake",), 3, Case.UPPER),
    "spark": _HIVE,
    "sqlserver": _SQLSERVER,
    "teradata": Platform(("teradata",), 2),
    "trino": Platform(("trino", "presto"), 3, Case.LOWER),
    "vertica": Platform(("vertica",), 3),
}


def scheme(namespace: str) -> str:
    """The scheme of a namespace, in lower case; of one without an address (``bigquery``) itself."""
    return namespace.partition("://")[0].lower()


def full_names(
    platform: Platform, database: str | None, database_schema: str | None, name: str
) -> tuple[str, ...]:
    """The full name of a table, first as it is written, then as the platform folds it; none where a part lacks.

    ``name`` may have the other parts before it already.
    """
    known = name.split(".")
    missing = platform.parts - len(known)
    if missing < 0 or not all(known):
        return ()
    before = [database, database_schema] if platform.parts == 3 else [database_schema or database]
    added = before[:missing] if platform.parts > 1 else []
    if missing != len(added) or not all(added):
        return ()
    exact = ".".join([*(part for part in added if part), *known])
    return tuple(dict.fromkeys((exact, _folded(platform.case, exact))))


def _folded(case: Case, name: str) -> str:
    """Only a name in one case can have been written without care for it."""
    if case is Case.UPPER and name == name.lower():
        return name.upper()
    if case is Case.LOWER and name == name.upper():
        return name.lower()
    return name


def folded(namespace: str, name: str) -> str:
    """A full name as the platform of a namespace folds it; the same where it would not."""
    found = next((one for one in PLATFORMS.values() if scheme(namespace) in one.schemes), None)
    return name if found is None else _folded(found.case, name)
