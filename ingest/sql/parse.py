"""A text of SQL to trees, within bounds and without raising."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError, SqlglotError

from ingest.sql.bounds import (
    MAX_CHARACTERS,
    MAX_TOKENS,
    PARSER_STEPS_PER_TOKEN,
    Budget,
    TooComplex,
    on_fresh_stack,
)
from ingest.sql.dialects import dialect_of
from ingest.sql.values import Problem, Reason, TableName

# It warns of each statement that it keeps as mere text; the answer says so where it matters.
logging.getLogger("sqlglot").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text as trees: with any schemas, any number of times, :func:`ingest.sql.analyse` reads it.

    ``tables``: the names that may be tables, read or written; their schemas are what an analysis will ask for.
    """

    query: str
    dialect: str | None
    tables: tuple[TableName, ...]
    problems: tuple[Problem, ...]
    trees: tuple[exp.Expr, ...] = field(repr=False, compare=False)


def parse(query: str, dialect: str | None) -> Parsed:
    """The trees of a text. It never raises: what is wrong is in ``problems``, and then there are no trees.

    Bounds: 500,000 characters, 50,000 tokens, 60 steps of the parser for each token, and what Python's stack
    holds (some 40 nested brackets).
    """
    known = dialect_of(dialect)
    problems = []
    if dialect and known is None:
        message = f"The dialect {dialect[:60]!r} is not known; the text is read as common SQL."
        problems.append(Problem(Reason.UNKNOWN_DIALECT, None, message))
    trees: tuple[exp.Expr, ...] = ()
    try:
        trees = on_fresh_stack(lambda: _trees(query, known))
        if not trees:
            problems.append(Problem(Reason.NO_SQL, None, "The text has no statement."))
    except _Refused as refused:
        problems.append(refused.problem)
    return Parsed(query, known, _tables(trees), tuple(problems), trees)


class _Refused(Exception):
    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(reason, None, message)


def _trees(query: str, dialect: str | None) -> tuple[exp.Expr, ...]:
    if len(query) > MAX_CHARACTERS:
        raise _Refused(
            Reason.TOO_LONG, f"The text has {len(query)} characters; {MAX_CHARACTERS} are the bound."
        )
    try:
        return _parsed(query, dialect)
    except TooComplex:
        raise _Refused(Reason.TOO_COMPLEX, "The text takes too many steps to parse.") from None
    except RecursionError:
        raise _Refused(Reason.TOO_DEEP, "The text nests too deep.") from None
    # Besides its own errors, odd texts draw these from the parser, which takes a missing part for a tree.
    except (SqlglotError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError) as error:
        if "{{" in query or "{%" in query:
            raise _Refused(Reason.TEMPLATE, "The text is a template that was not filled in.") from None
        raise _Refused(Reason.NOT_PARSED, f"The text is no SQL of this dialect: {_said(error)}.") from None


def _said(error: Exception) -> str:
    """What the parser says, without its excerpt of the text, which marks the place for a terminal."""
    listed = error.errors if isinstance(error, ParseError) else ()
    if listed:
        first = listed[0]
        return f"{str(first['description'])[:200].rstrip('.')} (line {first['line']}, column {first['col']})"
    return " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__


def _parsed(query: str, dialect: str | None) -> tuple[exp.Expr, ...]:
    language = Dialect.get_or_raise(dialect)
    tokens = language.tokenize(query)
    if len(tokens) > MAX_TOKENS:
        raise TooComplex
    parser = _bounded(dialect)(dialect=language)
    parser.budget = Budget(PARSER_STEPS_PER_TOKEN * (len(tokens) + 20))
    trees = tuple(tree for tree in parser.parse(tokens, query) if tree is not None)
    if any(
        isinstance(tree, (exp.Condition, exp.Alias)) and not isinstance(tree, exp.Query) for tree in trees
    ):
        raise ValueError("it has an expression where a statement stands")
    return trees


@lru_cache(maxsize=64)
def _bounded(dialect: str | None) -> Any:
    """A parser of a dialect that counts its steps. Only the pure Python form of sqlglot can be extended so."""

    kind: Any = type(Dialect.get_or_raise(dialect).parser())

    class Bounded(kind):  # type: ignore[misc]
        budget: Budget

        def _advance(self, times: int = 1) -> None:
            self.budget.spend()
            super()._advance(times)

    return Bounded


def _tables(trees: tuple[exp.Expr, ...]) -> tuple[TableName, ...]:
    found: dict[str, TableName] = {}
    for tree in trees:
        defined = {cte.alias.casefold() for cte in tree.find_all(exp.CTE)}
        for name in table_names(tree):
            if len(name.parts) > 1 or name.key not in defined:
                found.setdefault(name.key, name)
    return tuple(sorted(found.values()))


def table_names(tree: exp.Expr) -> Iterator[TableName]:
    """Each name that stands where a table may stand."""
    for table in tree.find_all(exp.Table):
        name = table_name(table)
        if name is not None:
            yield name


def table_name(table: exp.Table) -> TableName | None:
    """The name of a table; None for a table function and whatever else has no name."""
    parts: list[str] = []
    for key in ("catalog", "db", "this"):
        node = table.args.get(key)
        if isinstance(node, exp.Dot):
            parts += [part.name for part in node.flatten() if part.name]
        elif isinstance(node, exp.Identifier):
            parts.append(node.name)
        elif node is not None and (key == "this" or node != ""):
            return None
    return TableName(tuple(parts)) if parts and all(parts) else None
