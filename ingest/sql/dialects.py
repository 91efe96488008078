"""The parser's dialect for the many names that producers and namespaces have for a database."""

from sqlglot.dialects.dialect import Dialects

_OTHER_NAMES = {
    "awsathena": "athena",
    "azuresynapse": "tsql",
    "bq": "bigquery",
    "cockroach": "postgres",
    "cockroachdb": "postgres",
    "crdb": "postgres",
    "deltalake": "databricks",
    "flink": "spark",
    "greenplum": "postgres",
    "impala": "hive",
    "mariadb": "mysql",
    "motherduck": "duckdb",
    "mssql": "tsql",
    "mssqlserver": "tsql",
    "postgresql": "postgres",
    "prestodb": "presto",
    "prestosql": "trino",
    "pyspark": "spark",
    "sparksql": "spark",
    "sqlite3": "sqlite",
    "sqlserver": "tsql",
    "synapse": "tsql",
    "tidb": "mysql",
    "transactsql": "tsql",
    "yugabyte": "postgres",
}
_KNOWN = {dialect.value for dialect in Dialects} - {"", "dax", "prql", "tableau"}


def dialect_of(name: str | None) -> str | None:
    """The parser's dialect for a name such as ``PostgreSQL``, ``sqlserver`` or ``mysql+pymysql``; None: not known."""
    if name is None:
        return None
    plain = "".join(c for c in name.casefold().split("+")[0].split(":")[0] if c.isalnum())
    known = _OTHER_NAMES.get(plain, plain)
    return known if known in _KNOWN else None
