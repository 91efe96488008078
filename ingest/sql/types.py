"""The type of an expression, where the types of its columns tell it."""

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types

from ingest.sql.scope import Scope

MAX_NODES = 60
"""Larger expressions have no type: to infer it would cost more than it tells."""


def type_of(node: exp.Expr, scope: Scope) -> str | None:
    """The type in the words of the dialect; that of a mere column in the words of its schema. None: not known."""
    node = node.unalias() if isinstance(node, exp.Alias) else node
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.Column):
        return _of_column(node, scope)
    if isinstance(node, (exp.Cast, exp.TryCast)):
        return _text(node.to, scope)
    if sum(1 for _ in node.walk()) > MAX_NODES or node.find(exp.Query) is not None:
        return None
    return _inferred(node, scope)


def _of_column(node: exp.Column, scope: Scope) -> str | None:
    parts = tuple(part.name for part in node.parts)
    if len(parts) == 1:
        found = scope.known(parts[0]) if all(parts) else []
    else:
        item = scope.item(parts[:-1])
        found = item.relation.named(parts[-1]) if item else []
    return found[0].type if len(found) == 1 else None


def _inferred(node: exp.Expr, scope: Scope) -> str | None:
    """With each column replaced by a value of its type, as far as the parser's rules go."""
    copied = node.copy()
    for column in list(copied.find_all(exp.Column)):
        kind = _of_column(column, scope)
        if kind is None:
            continue
        try:
            typed = exp.cast(exp.null(), kind, dialect=scope.reading.dialect)
        except (SqlglotError, ValueError):
            continue
        if column is copied:
            return kind
        column.replace(typed)
    return _text(annotate_types(copied, dialect=scope.reading.dialect).type, scope)


def _text(kind: exp.DataType | None, scope: Scope) -> str | None:
    if kind is None or kind.is_type(exp.DType.UNKNOWN, exp.DType.NULL):
        return None
    return kind.sql(dialect=scope.reading.dialect)
