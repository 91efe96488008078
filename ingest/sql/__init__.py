"""Lineage from SQL: what a text reads and writes, down to columns, by its own words and the schemas that are known.

Pure: no store, no I/O, no clock. The one place that knows sqlglot.
"""

from ingest.sql.analyse import analyse, analyse_all
from ingest.sql.dialects import dialect_of
from ingest.sql.fills import FillTold, fills
from ingest.sql.kin import kin
from ingest.sql.likeness import duckdb_text, duckdb_type
from ingest.sql.parse import Parsed, parse, parse_all
from ingest.sql.values import (
    Clause,
    ColumnUse,
    OutputColumn,
    Problem,
    Reason,
    SchemaColumn,
    SchemaSource,
    SomeColumns,
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
    "FillTold",
    "OutputColumn",
    "Parsed",
    "Problem",
    "Reason",
    "SchemaColumn",
    "SchemaSource",
    "SomeColumns",
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
    "analyse_all",
    "dialect_of",
    "duckdb_text",
    "duckdb_type",
    "fills",
    "kin",
    "parse",
    "parse_all",
]
