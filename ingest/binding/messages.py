"""What is said between a binder and its child process: one JSON text a line, plain values only."""

from typing import TypedDict


class TableTold(TypedDict):
    """A table: the parts of its name, and its columns, each with the spellings of its type that may be understood, and
    of the type that it had before."""

    name: list[str]
    columns: list[tuple[str, list[str], list[str]]]
    whole: bool


class Asked(TypedDict):
    """One text, in DuckDB's SQL."""

    text: str
    tables: list[TableTold]
    target: list[str] | None


class Answered(TypedDict):
    """A binding: ``casts`` as (source, target, implied, certain, place, likely);
    ``opaque``: a type was told that is not known; ``some``: like ``writes``, of tables that have more columns."""

    status: str
    message: str | None
    writes: list[tuple[list[str], list[tuple[str, str | None]]]]
    some: list[tuple[list[str], list[tuple[str, str | None]]]]
    casts: list[tuple[str, str, bool, bool, int, bool]]
    opaque: bool
