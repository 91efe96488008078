"""Changes of one column that are really made: dropped, renamed, of another type, or all null."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bench.truth.built import Relation, quote


class Kind(StrEnum):
    """What is done to the column."""

    DROP = "drop"
    RENAME = "rename"
    RETYPE = "retype"
    NULLED = "nulled"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a relation as DuckDB has it."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change of one column. ``after``: the new name or type. ``value``: what it holds afterwards, in SQL."""

    relation: Relation
    column: str
    kind: Kind
    before: str = ""
    after: str = ""
    value: str = ""

    @property
    def name(self) -> str:
        """How it is called in lists; one of its kind."""
        how = f" {self.before} → {self.after}" if self.kind is Kind.RETYPE else ""
        return f"{self.kind} {'.'.join(self.relation[1:])}.{self.column}{how}"

    def select(self, columns: list[Column]) -> str:
        """The select list that makes the changed table from its own columns."""
        found = []
        for column in columns:
            name = quote(column.name)
            if column.name != self.column:
                found.append(name)
            elif self.kind is not Kind.DROP:
                found.append(
                    f"{self.value or name} as {quote(self.after) if self.kind is Kind.RENAME else name}"
                )
        return ", ".join(found)


def mutations(relation: Relation, columns: list[Column]) -> Iterator[Mutation]:
    """Every change of every column of a relation. The only column of a table is not dropped."""
    taken = {column.name.lower() for column in columns}
    for column in columns:
        if len(columns) > 1:
            yield Mutation(relation, column.name, Kind.DROP, column.type)
        new = column.name + "_renamed"
        while new.lower() in taken:
            new += "_"
        yield Mutation(relation, column.name, Kind.RENAME, column.type, new)
        for type_, value in retypes(column):
            yield Mutation(relation, column.name, Kind.RETYPE, column.type, type_, value)
        yield Mutation(
            relation, column.name, Kind.NULLED, column.type, column.type, f"cast(null as {column.type})"
        )


def retypes(column: Column) -> list[tuple[str, str]]:
    """The other types that a column gets, and its values in them: conversions that succeed on any data."""
    name = quote(column.name)
    base = column.type.partition("(")[0]

    def cast(type_: str) -> tuple[str, str]:
        return type_, f"cast({name} as {type_})"

    if base == "BOOLEAN":
        return [cast("VARCHAR"), cast("INTEGER")]
    if base in ("TINYINT", "SMALLINT", "INTEGER", "UINTEGER", "USMALLINT", "UTINYINT"):
        date = f"date '2000-01-01' + cast({name} % 10000 as integer)"
        return [cast("VARCHAR"), cast("BIGINT"), cast("DECIMAL(18,3)"), ("DATE", date)]
    if base in ("BIGINT", "HUGEINT", "UBIGINT"):
        date = f"date '2000-01-01' + cast({name} % 10000 as integer)"
        return [cast("VARCHAR"), ("INTEGER", f"try_cast({name} as INTEGER)"), cast("DOUBLE"), ("DATE", date)]
    if base in ("DECIMAL", "DOUBLE", "FLOAT"):
        other = "DOUBLE" if base == "DECIMAL" else "DECIMAL(18,3)"
        return [
            cast("VARCHAR"),
            ("BIGINT", f"try_cast({name} as BIGINT)"),
            (other, f"try_cast({name} as {other})"),
        ]
    if base == "VARCHAR":
        number = f"coalesce(try_cast({name} as BIGINT), length({name}))"
        day = f"coalesce(try_cast({name} as DATE), date '2000-01-01' + cast(hash({name}) % 1000 as integer))"
        return [("BIGINT", number), ("DATE", day)]
    if base == "DATE":
        return [cast("VARCHAR"), cast("TIMESTAMP")]
    if base.startswith("TIMESTAMP"):
        return [cast("VARCHAR"), cast("DATE")]
    return [cast("VARCHAR")]
