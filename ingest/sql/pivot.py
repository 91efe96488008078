"""PIVOT and UNPIVOT: rows to columns and back."""

from collections.abc import Iterable, Sequence

from sqlglot import exp

from ingest.sql.expressions import sources_of
from ingest.sql.relation import (
    CONDITIONAL,
    FILTER,
    GROUP_BY,
    NOTHING,
    TRANSFORMATION,
    Column,
    Relation,
    Sources,
    passed,
)
from ingest.sql.scope import Item, Scope
from ingest.sql.unpivoted import read_unpivot
from ingest.sql.values import Clause, Reason


def pivoted(node: exp.Pivot, relation: Relation, around: Scope) -> Relation:
    """What a pivot makes of a relation."""
    scope = Scope(around.reading, around, items=[Item((), relation)])
    return _unpivot(node, relation, scope) if node.args.get("unpivot") else _pivot(node, relation, scope)


def _pivot(node: exp.Pivot, relation: Relation, scope: Scope) -> Relation:
    """New columns from aggregates; the others stay as groups, those of GROUP BY alone when there is one."""
    statement = node.this is not None
    fields = node.expressions if statement else node.args.get("fields") or ()
    calls = node.args.get("using") or () if statement else node.expressions
    used: set[str] = set()
    values = _sources(calls, scope, used)
    keys = passed(_sources(fields, scope, used, Clause.GROUP_BY), CONDITIONAL)
    groups, compared = _groups(node, relation, scope, used)
    names = [name.name for name in node.args.get("columns") or ()] or _named(fields, calls)
    made = tuple(Column(name, values | keys) for name in names)
    if not names:
        scope.reading.problem(Reason.STAR_UNRESOLVED, "A pivot makes columns from the values that it meets.")
    scope.reading.star(relation.open)
    influences = relation.influences | compared
    rest = relation.rest if names else values | keys
    return Relation((*groups, *made), relation.open, rest, influences)


def _named(fields: Sequence[exp.Expr], calls: Sequence[exp.Expr]) -> list[str]:
    """The columns of the pivot of a statement, where its values are listed and it has one aggregate without a name."""
    if len(fields) != 1 or len(calls) != 1 or calls[0].alias:
        return []
    values = fields[0].expressions if isinstance(fields[0], exp.In) else []
    texts = [value.name for value in values if isinstance(value, exp.Literal)]
    return texts if len(texts) == len(values) else []


def _groups(
    node: exp.Pivot, relation: Relation, scope: Scope, used: set[str]
) -> tuple[list[Column], Sources]:
    group = node.args.get("group")
    if isinstance(group, exp.Group):
        columns = []
        for part in group.expressions:
            sources = sources_of(part, scope, Clause.GROUP_BY)
            columns.append(Column(part.alias_or_name, sources))
    else:
        columns = [column for column in relation.columns if column.name.casefold() not in used]
        for column in columns:
            scope.use(column, Clause.GROUP_BY, named=False)
    found: Sources = frozenset().union(*(column.sources for column in columns))
    return columns, passed(found, GROUP_BY)


def _unpivot(node: exp.Pivot, relation: Relation, scope: Scope) -> Relation:
    """A column of names and columns of values instead of the columns that are listed."""
    used: set[str] = set()
    names, value_names, rows = read_unpivot(node)
    values = passed(_sources((part for row in rows for part in row), scope, used), TRANSFORMATION)
    kept = [column for column in relation.columns if column.name.casefold() not in used]
    for column in kept:
        scope.use(column, Clause.SELECT, named=False)
    scope.reading.star(relation.open)
    made = (*(Column(name) for name in names), *(Column(name, values) for name in value_names))
    dropped = (
        NOTHING if node.args.get("include_nulls") else passed(values, FILTER)
    )  # it makes no rows of nulls
    return Relation((*kept, *made), relation.open, relation.rest, relation.influences | dropped)


def _sources(
    parts: Iterable[exp.Expr], scope: Scope, used: set[str], clause: Clause = Clause.SELECT
) -> Sources:
    found = NOTHING
    for part in parts:
        used |= {column.name.casefold() for column in part.find_all(exp.Column)}
        found |= sources_of(part, scope, clause)
    return found
