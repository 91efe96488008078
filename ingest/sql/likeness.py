"""Texts and types of other databases in the words of DuckDB, as far as they can be said in them."""

from functools import lru_cache

from sqlglot import exp
from sqlglot.errors import SqlglotError

from ingest.sql.bounds import on_fresh_stack
from ingest.sql.parse import parse

_DUCKDB = "duckdb"
MAX_TYPE = 10_000


def duckdb_text(query: str, dialect: str | None) -> str | None:
    """A text of this dialect (None: common SQL) in DuckDB's SQL; None: it cannot be read whole, or not be said."""
    parsed = parse(query, dialect)
    if parsed.problems or any(isinstance(tree, exp.Command) for tree in parsed.trees):
        return None
    return _written(parsed.trees)


@lru_cache(maxsize=10_000)
def duckdb_type(text: str, dialect: str | None) -> str | None:
    """A type such as ``NUMBER(38,0)`` or ``array<int>`` in DuckDB's words; None: it is no type of this dialect."""
    if len(text) > MAX_TYPE:
        return None
    parsed = parse(f"SELECT CAST(NULL AS {text})", dialect)
    casts = [cast for tree in parsed.trees for cast in tree.find_all(exp.Cast)]
    return _written((casts[0].to,)) if len(casts) == 1 and not parsed.problems else None


def _written(trees: tuple[exp.Expr, ...]) -> str | None:
    try:
        (text,) = on_fresh_stack([lambda: ";\n".join(tree.sql(dialect=_DUCKDB) for tree in trees)])
    except (SqlglotError, RecursionError, ValueError, TypeError, AttributeError, LookupError):
        return None  # the parser has hundreds of forms of tree, and not each can be written
    return text
