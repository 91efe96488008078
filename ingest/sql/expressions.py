"""What the value of an expression comes from."""

from collections.abc import Iterator

from sqlglot import exp

from ingest.sql.relation import (
    AGGREGATION,
    CONDITIONAL,
    FILTER,
    IDENTITY,
    NOTHING,
    SORT,
    TRANSFORMATION,
    WINDOW,
    How,
    Ref,
    Sources,
    passed,
    settled,
    stronger,
)
from ingest.sql.scope import Scope
from ingest.sql.values import Clause

_SAME_VALUE = (exp.Paren, exp.Alias, exp.Ordered)
_PICKS = (exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue)
"""Aggregates by class, but their value is that of one row."""
_CLAUSE_OF = {CONDITIONAL: Clause.CONDITIONAL, WINDOW: Clause.WINDOW, SORT: Clause.SORT}
_Part = tuple[exp.Expr, How, frozenset[str]]


def sources_of(
    node: exp.Expr | None,
    scope: Scope,
    clause: Clause,
    how: How = IDENTITY,
    alias_first: bool = False,
) -> Sources:
    """The base columns behind an expression; uses are noted under ``clause``. Raises TooComplex."""
    found: set[tuple[Ref, How]] = set()
    stack: list[_Part] = [(node, how, frozenset())] if node is not None else []
    while stack:
        part, way, bound = stack.pop()
        scope.reading.budget.spend()
        if isinstance(part, exp.Column):
            sources = _of_column(part, scope, _clause(clause, way), bound, alias_first)
            scope.reading.budget.spend(len(sources))
            found |= passed(sources, way)
        elif isinstance(part, exp.Exists):
            found |= passed(scope.reading.query(part.this, scope).influences, way)
        elif isinstance(part, (exp.Query, exp.Values)):
            found |= _of_query(part, scope, way)
        elif isinstance(part, exp.Star):
            found |= passed(_of_star(part, scope, clause), way)
        else:
            stack.extend(_parts(part, way, bound, scope))
    return settled(found)


def _clause(clause: Clause, how: How) -> Clause:
    inside = clause is Clause.SELECT or how == WINDOW
    return _CLAUSE_OF.get(how, clause) if inside else clause


def _of_column(
    node: exp.Column, scope: Scope, clause: Clause, bound: frozenset[str], alias_first: bool
) -> Sources:
    if isinstance(node.this, exp.Star):
        item = scope.item(tuple(part.name for part in node.parts[:-1]))
        columns = item.relation.columns if item else ()
        for column in columns:
            scope.use(column, clause, named=False)
        return frozenset(source for column in columns for source in column.sources)
    parts = tuple(part.name for part in node.parts)
    if not all(parts) or parts[0].casefold() in bound or not isinstance(node.this, exp.Identifier):
        return NOTHING
    return scope.column(parts, clause, alias_first).sources


def _of_query(node: exp.Expr, scope: Scope, how: How) -> Sources:
    relation = scope.reading.query(node, scope)
    values = frozenset(source for column in relation.columns for source in column.sources)
    return passed(values, stronger(how, TRANSFORMATION)) | passed(relation.influences, how)


def _of_star(node: exp.Star, scope: Scope, clause: Clause) -> Sources:
    """A star inside a call: of ``count(*)`` nothing, of others (``columns(*)``, ``hash(*)``) all columns."""
    if isinstance(node.parent, exp.Count):
        return NOTHING
    found: set[tuple[Ref, How]] = set()
    for item in scope.items:
        scope.reading.star(item.relation.open)
        for column in item.relation.columns:
            scope.use(column, clause, named=False)
            found |= column.sources
    return frozenset(found)


def _parts(node: exp.Expr, how: How, bound: frozenset[str], scope: Scope) -> Iterator[_Part]:
    """The parts of an expression and how each is used for its value."""
    if isinstance(node, (exp.Case, exp.If)):
        yield from _of_condition(node, how, bound)
    elif isinstance(node, exp.Window):
        yield from _of_window(node, how, bound, scope)
    elif isinstance(node, exp.Filter):
        yield node.this, how, bound
        yield node.expression, stronger(how, FILTER), bound
    elif isinstance(node, exp.Order):
        for part in node.expressions:
            yield part, stronger(how, SORT), bound
        if node.this is not None:
            yield node.this, how, bound
    elif isinstance(node, (exp.Lambda, exp.Comprehension)):
        names = {part.name.casefold() for part in node.expressions or [node.expression] if part}
        for part in _children(node):
            yield part, stronger(how, TRANSFORMATION), bound | names
    else:
        own = how if isinstance(node, _SAME_VALUE) else stronger(how, _way(node))
        for part in _children(node):
            yield part, own, bound


def _way(node: exp.Expr) -> How:
    return AGGREGATION if isinstance(node, exp.AggFunc) and not isinstance(node, _PICKS) else TRANSFORMATION


def _children(node: exp.Expr) -> Iterator[exp.Expr]:
    for part in node.iter_expressions():
        if not isinstance(part, (exp.DataType, exp.Identifier, exp.Literal)):
            yield part


def _of_condition(node: exp.Expr, how: How, bound: frozenset[str]) -> Iterator[_Part]:
    value = stronger(how, TRANSFORMATION)
    for key, part in node.args.items():
        if key == "ifs":
            for branch in part or ():
                yield branch, how, bound
        elif isinstance(part, exp.Expr):
            yield part, stronger(how, CONDITIONAL) if key == "this" else value, bound


def _of_window(node: exp.Window, how: How, bound: frozenset[str], scope: Scope) -> Iterator[_Part]:
    """A window over rows of other values: what orders and divides them is indirect."""
    inner = node.this
    if isinstance(inner, exp.Expr) and not isinstance(inner, exp.Identifier):
        yield inner, how, bound
    named = scope.windows.get(node.args["alias"].name.casefold()) if node.args.get("alias") else None
    way = (
        WINDOW if how == FILTER else stronger(how, WINDOW)
    )  # QUALIFY: the window, not the filter, looks at them
    for window in (node, named):
        if window is None:
            continue
        order = window.args.get("order")
        for part in (*(window.args.get("partition_by") or ()), *(order.expressions if order else ())):
            yield part, way, bound
        base = window.args.get("this") if window is named else None
        if isinstance(base, exp.Window):
            yield base, way, bound
