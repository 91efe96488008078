"""What the analyser says of a text, in short forms that tests compare."""

from collections.abc import Mapping

from ingest.sql import SchemaColumn, SqlLineage, TableName, TableRead, TableWrite, analyse, parse

Schemas = Mapping[str, str]
"""Columns of a table, ``"id INTEGER, name"``, by the last part of its name."""

SHOP: Schemas = {
    "orders": "id INTEGER, customer INTEGER, amount DECIMAL(10,2), placed DATE, status VARCHAR",
    "customers": "id INTEGER, name VARCHAR, country VARCHAR",
    "items": "order_id INTEGER, sku VARCHAR, price DOUBLE",
}


def lineage(query: str, schemas: Schemas = SHOP, dialect: str | None = "duckdb") -> SqlLineage:
    def schema(name: TableName) -> list[SchemaColumn] | None:
        listed = schemas.get(name.parts[-1].casefold())
        return None if listed is None else [SchemaColumn(*c.split(None, 1)) for c in listed.split(", ")]

    return analyse(parse(query, dialect), schema)


def reads(result: SqlLineage) -> dict[str, TableRead]:
    return {str(read.table): read for read in result.reads}


def named(result: SqlLineage) -> set[str]:
    """The columns without which the text fails."""
    return {f"{r.table}.{c.name}" for r in result.reads for c in r.columns if not c.star}


def starred(result: SqlLineage) -> set[str]:
    """The columns that the text only passes on through stars."""
    return {f"{r.table}.{c.name}" for r in result.reads for c in r.columns if c.star}


def clauses(result: SqlLineage) -> dict[str, set[str]]:
    return {f"{r.table}.{c.name}": {str(x) for x in c.clauses} for r in result.reads for c in r.columns}


def output(result: SqlLineage, table: str | None = None) -> TableWrite:
    (found,) = [w for w in result.writes if (str(w.table) if w.table else None) == table]
    return found


def sources(result: SqlLineage, table: str | None = None) -> dict[str, set[str]]:
    """By output column: ``"orders.amount AGGREGATION"``."""
    return {
        column.name: {f"{s.table}.{s.column} {s.subtype}" for s in column.sources}
        for column in output(result, table).columns
    }


def influences(result: SqlLineage, table: str | None = None) -> set[str]:
    return {f"{s.table}.{s.column} {s.subtype}" for s in output(result, table).influences}


def reasons(result: SqlLineage) -> set[str]:
    return {str(problem.reason) for problem in result.problems}
