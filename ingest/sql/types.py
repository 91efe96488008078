"""The type of an expression, where it is sure: no type is better than a wrong one."""

import re
from collections.abc import Iterable

from sqlglot import exp

from ingest.sql.scope import Scope

MAX_DEPTH = 20
_COMMON_SPELLING = {"duckdb": {"INT": "INTEGER", "TEXT": "VARCHAR"}}
"""The parser writes types in its own words; these are the ones in which a database tells its schemas."""
_TEXT = (exp.Upper, exp.Lower, exp.Trim, exp.Concat, exp.DPipe, exp.Substring, exp.Replace, exp.RegexpReplace)
_COUNTS = (exp.Count, exp.CountIf, exp.RowNumber, exp.Rank, exp.DenseRank)
_OF_ARGUMENTS = (exp.Coalesce, exp.Max, exp.Min, exp.AnyValue, exp.Greatest, exp.Least)
_OF_FIRST = (
    exp.Nullif,
    exp.Lag,
    exp.Lead,
    exp.FirstValue,
    exp.LastValue,
    exp.Filter,
    exp.Window,
    exp.Paren,
    exp.Alias,
)
_NUMBERS = {"INTEGER", "INT", "BIGINT", "DOUBLE", "FLOAT", "HUGEINT", "INT64", "FLOAT64"}
_LITERAL = object()
"""A literal or NULL: it takes the type of what stands beside it."""


def type_of(node: exp.Expr, scope: Scope) -> str | None:
    """The type, a mere column's in the words of its schema; None: not known."""
    found = _type(node, scope, MAX_DEPTH)
    return found if isinstance(found, str) else None


def _type(node: exp.Expr | None, scope: Scope, depth: int) -> object:
    """The type as a text, ``_LITERAL``, or None."""
    if node is None or depth == 0:
        return None
    if isinstance(node, exp.Column):
        return _of_column(node, scope)
    if isinstance(node, exp.Cast):
        return _text(node.to, scope)
    if isinstance(node, (exp.Null, exp.Literal)):
        return _LITERAL
    if isinstance(node, _OF_FIRST):
        return _type(node.this, scope, depth - 1)
    if isinstance(node, _OF_ARGUMENTS):
        return _common((node.this, *node.expressions), scope, depth)
    if isinstance(node, (exp.Case, exp.If)):
        return _common(_branches(node), scope, depth)
    if isinstance(node, (exp.Sum, exp.Avg)):
        return _of_total(node, scope, depth)
    if isinstance(node, (exp.Add, exp.Sub, exp.Mul)):
        found = _common((node.left, node.right), scope, depth)
        return found if found in _NUMBERS else None
    return _of_function(node, scope)


def _of_function(node: exp.Expr, scope: Scope) -> str | None:
    if isinstance(node, _COUNTS):
        return _text(exp.DataType.build("BIGINT"), scope)
    if isinstance(node, (exp.Predicate, exp.And, exp.Or, exp.Not, exp.Boolean)):
        return _text(exp.DataType.build("BOOLEAN"), scope)
    if isinstance(node, _TEXT):
        return _text(exp.DataType.build("TEXT"), scope)
    return "DATE" if isinstance(node, exp.CurrentDate) else None


def _branches(node: exp.Expr) -> Iterable[exp.Expr | None]:
    if isinstance(node, exp.If):
        return (node.args.get("true"), node.args.get("false") or exp.null())
    return (*(branch.args.get("true") for branch in node.args["ifs"]), node.args.get("default") or exp.null())


def _common(parts: Iterable[exp.Expr | None], scope: Scope, depth: int) -> object:
    """The one type of all parts; literals do not count where they cannot change it."""
    found = {_type(part, scope, depth - 1) for part in parts}
    kinds = found - {_LITERAL}
    if len(kinds) != 1:
        return None
    (kind,) = kinds
    plain = str(kind) in _NUMBERS or "CHAR" in str(kind) or str(kind) in ("TEXT", "STRING", "DATE", "BOOLEAN")
    return kind if _LITERAL not in found or plain else None


def _of_total(node: exp.Expr, scope: Scope, depth: int) -> str | None:
    """Sums widen, each database in its way; DuckDB's way is known here."""
    inner = _type(node.this, scope, depth - 1)
    if not isinstance(inner, str) or scope.reading.dialect != "duckdb":
        return None
    if isinstance(node, exp.Avg) or inner in ("DOUBLE", "FLOAT"):
        return "DOUBLE" if inner in _NUMBERS or inner.startswith("DECIMAL") else None
    if inner in _NUMBERS:
        return "HUGEINT"
    scale = re.fullmatch(r"DECIMAL\(\d+,\s*(\d+)\)", inner)
    return f"DECIMAL(38,{scale[1]})" if scale else None


def _of_column(node: exp.Column, scope: Scope) -> str | None:
    parts = tuple(part.name for part in node.parts)
    if len(parts) > 1 and scope.item(parts[:-1]) is None:
        return None
    if len(parts) == 1:
        found = scope.known(parts[0]) if all(parts) else []
        alias = scope.aliases.get(parts[0].casefold())
        found = found or ([alias] if alias is not None and not scope.more() else [])
    else:
        item = scope.item(parts[:-1])
        found = item.relation.named(parts[-1]) if item else []
    return found[0].type if len(found) == 1 else None


def _text(kind: exp.Expr, scope: Scope) -> str:
    return spelled(kind, scope.reading.dialect)


def spelled(kind: exp.Expr, dialect: str | None) -> str:
    """A type in the words in which the database tells it."""
    text = kind.sql(dialect=dialect)
    return _COMMON_SPELLING.get(dialect or "", {}).get(text, text.replace(", ", ","))
