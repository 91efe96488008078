"""A text of SQL to trees, within bounds and without raising."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from catalog.sql_form import SqlForm
from ingest.sql.bounds import (
    MAX_CHARACTERS,
    MAX_TOKENS,
    PARSER_STEPS_PER_TOKEN,
    Budget,
    TooComplex,
    on_fresh_stack,
)
from ingest.sql.dialects import dialect_of
from ingest.sql.forms import forms_of
from ingest.sql.values import Problem, Reason, TableName

# It warns of each statement that it keeps as mere text; the answer says so where it matters.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

MAX_PROBLEMS = 20
_ERRORS = (
    TooComplex,
    RecursionError,
    SqlglotError,
    # Besides its own errors, odd texts draw these from the parser, which takes a missing part for a tree.
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text as trees: with any schemas, any number of times, :func:`ingest.sql.analyse` reads it.

    ``forms``: None where a part of it is no tree.
    """

    query: str
    dialect: str | None
    problems: tuple[Problem, ...]
    forms: frozenset[SqlForm] | None
    trees: tuple[exp.Expr, ...] = field(repr=False, compare=False)

    @property
    def tables(self) -> tuple[TableName, ...]:
        """The names that may be tables, read or written; their schemas are what an analysis will ask for."""
        return _tables(self.trees)


def parse(query: str, dialect: str | None) -> Parsed:
    """The trees of a text. It never raises: what is wrong is in ``problems``, and then there are no trees.

    Bounds: 500,000 characters, 50,000 tokens, 60 steps of the parser for each token, and what Python's stack
    holds (some 40 nested brackets).
    """
    return parse_all([(query, dialect)])[0]


def parse_all(texts: Iterable[tuple[str, str | None]]) -> list[Parsed]:
    """The same for several texts with the dialect of each: cheaper than one by one."""
    listed = [(query, dialect, dialect_of(dialect)) for query, dialect in texts]
    trees = on_fresh_stack(partial(_trees, query, known) for query, _, known in listed)
    return [_parsed(*one, *found) for one, found in zip(listed, trees, strict=True)]


def _parsed(
    query: str, dialect: str | None, known: str | None, trees: tuple[exp.Expr, ...], refused: list[Problem]
) -> Parsed:
    problems = []
    if dialect and known is None:
        message = f"The dialect {dialect[:60]!r} is not known; the text is read as common SQL."
        problems.append(Problem(Reason.UNKNOWN_DIALECT, None, message))
    problems += refused
    if not trees and not refused:
        problems.append(Problem(Reason.NO_SQL, None, "The text has no statement."))
    forms = None if refused or not trees else forms_of(trees)
    return Parsed(query, known, tuple(problems), forms, trees)


def _trees(query: str, dialect: str | None) -> tuple[tuple[exp.Expr, ...], list[Problem]]:
    if len(query) > MAX_CHARACTERS:
        message = f"The text has {len(query)} characters; {MAX_CHARACTERS} are the bound."
        return (), [Problem(Reason.TOO_LONG, None, message)]
    language = Dialect.get_or_raise(dialect)
    tokens: list[Token] = []
    try:
        tokens += language.tokenize(query)
        if len(tokens) > MAX_TOKENS:
            raise TooComplex
        return _trees_of(tokens, query, dialect), []
    except _ERRORS as error:
        parts = _statements(tokens)
        if isinstance(error, TooComplex) or len(parts) < 2:
            return (), [_refused(error, query)]
    return _one_by_one(parts, query, dialect)


def _statements(tokens: list[Token]) -> list[list[Token]]:
    """The tokens of each statement."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.token_type is TokenType.SEMICOLON:
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


def _one_by_one(
    parts: list[list[Token]], query: str, dialect: str | None
) -> tuple[tuple[exp.Expr, ...], list[Problem]]:
    """What can be parsed of a text with several statements of which one cannot: the last is often cut off."""
    trees: list[exp.Expr] = []
    problems: list[Problem] = []
    for part in parts:
        try:
            trees += _trees_of(part, query, dialect)
        except _ERRORS as error:
            problems.append(_refused(error, query))
    return tuple(trees), problems[:MAX_PROBLEMS]


def _refused(error: Exception, query: str) -> Problem:
    if isinstance(error, TooComplex):
        return Problem(Reason.TOO_COMPLEX, None, "The text takes too many steps to parse.")
    if isinstance(error, RecursionError):
        return Problem(Reason.TOO_DEEP, None, "The text nests too deep.")
    if "{{" in query or "{%" in query:
        return Problem(Reason.TEMPLATE, None, "The text is a template that was not filled in.")
    return Problem(Reason.NOT_PARSED, None, f"The text is no SQL of this dialect: {_said(error)}.")


def _said(error: Exception) -> str:
    """What the parser says, without its excerpt of the text, which marks the place for a terminal."""
    listed = error.errors if isinstance(error, ParseError) else ()
    if listed:
        first = listed[0]
        return f"{str(first['description'])[:200].rstrip('.')} (line {first['line']}, column {first['col']})"
    return " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__


def _trees_of(tokens: list[Token], query: str, dialect: str | None) -> tuple[exp.Expr, ...]:
    parser = _bounded(dialect)(dialect=Dialect.get_or_raise(dialect))
    parser.budget = Budget(PARSER_STEPS_PER_TOKEN * (len(tokens) + 20))
    trees = tuple(tree for tree in parser.parse(tokens, query) if tree is not None)
    if trees and all(map(_is_expression, trees)):
        raise ValueError("it has an expression where a statement stands")
    return trees


def _is_expression(tree: exp.Expr) -> bool:
    return isinstance(tree, (exp.Condition, exp.Alias)) and not isinstance(tree, exp.Query)


@lru_cache(maxsize=64)
def _bounded(dialect: str | None) -> Any:
    """A parser of a dialect that counts its steps. Only the pure Python form of sqlglot can be extended so."""

    kind: Any = type(Dialect.get_or_raise(dialect).parser())

    class Bounded(kind):  # type: ignore[misc]
        budget: Budget

        def _advance(self, times: int = 1) -> None:
            self.budget.spend()
            super()._advance(times)

        def _parse_ddl_select(self) -> exp.Expr | None:
            """Also ``CREATE TABLE … AS PIVOT …``, which sqlglot takes only in brackets."""
            for kind, unpivot in ((TokenType.PIVOT, False), (TokenType.UNPIVOT, True)):
                if self._match(kind):
                    pivot: exp.Expr = self._parse_simplified_pivot(is_unpivot=unpivot)
                    return pivot
            found: exp.Expr | None = super()._parse_ddl_select()
            return found

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
