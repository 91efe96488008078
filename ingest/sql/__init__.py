"""Lineage from SQL: what a text reads and writes, down to columns, by its own words and the schemas that are known.

Pure: no store, no I/O, no clock. The one place that knows sqlglot.
"""

from ingest.sql.analyse import analyse
from ingest.sql.dialects import dialect_of
from ingest.sql.parse import Parsed, parse
from ingest.sql.values import (
    Clause,
    ColumnUse,
    OutputColumn,
    Problem,
    Reason,
    SchemaColumn,
    SchemaSource,
    Source,
    SqlLineage,
    StatementRead,
    Status,
    TableName,
    TableRead,
    TableWrite,
    Unresolved,
    WriteKind,
)

__all__ = [
    "Clause",
    "ColumnUse",
    "OutputColumn",
    "Parsed",
    "Problem",
    "Reason",
    "SchemaColumn",
    "SchemaSource",
    "Source",
    "SqlLineage",
    "StatementRead",
    "Status",
    "TableName",
    "TableRead",
    "TableWrite",
    "Unresolved",
    "WriteKind",
    "analyse",
    "dialect_of",
    "parse",
]
