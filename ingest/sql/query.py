"""Queries: SELECT, set operations, common table expressions, VALUES."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from sqlglot import exp

from ingest.sql.aliases import Place
from ingest.sql.expressions import sources_of
from ingest.sql.parse import table_names
from ingest.sql.pivot import pivoted
from ingest.sql.relation import (
    FILTER,
    GROUP_BY,
    NOTHING,
    SORT,
    Column,
    How,
    Relation,
    Sources,
    passed,
    settled,
    spend_on,
)
from ingest.sql.scope import Cte, Scope
from ingest.sql.sets import combined
from ingest.sql.stars import columns_call, expanded, of_columns_call, star_of
from ingest.sql.tables import add_from, add_join, add_table, item_of
from ingest.sql.types import type_of
from ingest.sql.values import Clause, Reason

_READ_WHEN_USED = {"duckdb", "sqlite"}
"""Databases that do not look at a common table expression to which nothing refers."""
_CONDITIONS = (
    ("where", Clause.FILTER, Place.WHERE),
    ("having", Clause.HAVING, Place.HAVING),
    ("qualify", Clause.FILTER, Place.QUALIFY),
)
MAX_ROUNDS = 20
"""A recursive expression is read again until its sources stay: each round can only add to them."""


def relation_of(node: exp.Expr, around: Scope) -> Relation:
    """The columns of a query and what decides on its rows. Raises TooComplex."""
    around.reading.budget.spend()
    scope = Scope(around.reading, around, ctes=with_ctes(node, around))
    if isinstance(node, exp.Select):
        return _select(node, scope)
    if isinstance(node, exp.SetOperation):
        return _set_operation(node, scope)
    if isinstance(node, exp.Subquery):
        return _subquery(node, scope)
    if isinstance(node, exp.Values):
        return _values(node, scope)
    if isinstance(node, exp.Pivot) and node.this is not None:
        return pivoted(node, item_of(node.this, scope).relation, scope)
    if isinstance(node, exp.Table):
        return item_of(node, scope).relation
    around.reading.problem(
        Reason.STATEMENT_NOT_UNDERSTOOD, f"A query of the form {node.key} is not understood."
    )
    return Relation(rest=NOTHING)


def with_ctes(node: exp.Expr, around: Scope) -> Mapping[str, Cte]:
    """The common table expressions of a statement, each seeing those before it."""
    with_ = node.args.get("with_") or node.args.get("with")
    if with_ is None:
        return {}
    found: dict[str, Cte] = {}
    for cte in with_.expressions:
        scope = Scope(around.reading, around, ctes=dict(found))
        found[cte.alias.casefold()] = Cte(partial(_cte, cte, scope, bool(with_.args.get("recursive"))))
    needed = _needed(node, with_) if around.reading.dialect in _READ_WHEN_USED else set(found)
    for name, cte in found.items():
        # In order, so that a long chain of them is not a deep one.
        if name in needed:
            cte.get()
    return found


def _needed(node: exp.Expr, with_: exp.Expr) -> set[str]:
    """The names of the expressions that the statement refers to, also by way of others."""
    inside = {id(table) for table in with_.find_all(exp.Table)}
    needed = {table.name.casefold() for table in node.find_all(exp.Table) if id(table) not in inside}
    for cte in reversed(with_.expressions):
        if cte.alias.casefold() in needed:
            needed |= {table.name.casefold() for table in cte.find_all(exp.Table)}
    return needed


def _cte(cte: exp.CTE, scope: Scope, recursive: bool) -> Relation:
    alias = cte.args.get("alias")
    names = [column.name for column in (alias.args.get("columns") or ())] if alias else []
    key = cte.alias.casefold()
    body = cte.this
    if not (recursive and isinstance(body, exp.SetOperation) and _names_itself(body, key)):
        if not isinstance(body, (exp.Query, exp.Values, exp.Pivot, exp.Table)):
            return _changing(body, scope)
        return relation_of(body, scope).renamed(names)
    seed = relation_of(body.left, scope).renamed(names)
    for _ in range(MAX_ROUNDS):
        inner = Scope(scope.reading, scope, ctes={**scope.ctes, key: Cte(partial(_same, seed))})
        again = combined(body, seed, relation_of(body.right, inner), inner).renamed(names)
        if again == seed:
            return seed
        seed = replace(again, columns=tuple(replace(c, sources=settled(c.sources)) for c in again.columns))
    return seed


def _same(relation: Relation) -> Relation:
    return relation


def _names_itself(body: exp.Expr, key: str) -> bool:
    return any(table.name.casefold() == key for table in body.find_all(exp.Table))


def _changing(body: exp.Expr, scope: Scope) -> Relation:
    message = f"A common table expression that is a {body.key} is not understood."
    scope.reading.problem(Reason.STATEMENT_NOT_UNDERSTOOD, message)
    for name in table_names(body):
        scope.reading.table(name).read_roughly()
    return Relation(rest=NOTHING)


def _subquery(node: exp.Subquery, scope: Scope) -> Relation:
    """A query in brackets, which may have an ORDER BY and pivots of its own."""
    if isinstance(node.this, exp.Table):
        influences = add_brackets(node, scope)
        star = exp.Star()
        return replace(expanded(star, star, scope), influences=influences)
    relation = relation_of(node.this, scope)
    return replace(relation, influences=relation.influences | _order(node, scope, relation.columns))


def add_brackets(node: exp.Subquery, scope: Scope) -> Sources:
    """The tables inside brackets, joined: what decides on their rows."""
    found = add_table(node.this, scope)
    for join in node.args.get("joins") or ():
        found |= add_join(join, scope)
    return found.union(*(item.relation.influences for item in scope.items))


def _set_operation(node: exp.SetOperation, scope: Scope) -> Relation:
    """A chain of set operations from the left: they can be thousands, so without recursion."""
    chain: list[exp.SetOperation] = []
    first: exp.Expr = node
    while isinstance(first, exp.SetOperation) and (first is node or not first.args.get("with_")):
        chain.append(first)
        first = first.left
    relation = relation_of(first, scope)
    for operation in reversed(chain):
        relation = combined(operation, relation, relation_of(operation.right, scope), scope)
    return replace(relation, influences=relation.influences | _order(node, scope, relation.columns))


def _values(node: exp.Values, scope: Scope) -> Relation:
    """Rows that are written out: the columns' names are those of the alias."""
    alias = node.args.get("alias")
    names = [column.name for column in (alias.args.get("columns") or ())] if alias else []
    width = 0
    sources: list[Sources] = []
    for row in node.expressions:
        parts = row.expressions if isinstance(row, exp.Tuple) else [row]
        width = max(width, len(parts))
        sources += [NOTHING] * (width - len(sources))
        for place, part in enumerate(parts):
            sources[place] |= sources_of(part, scope, Clause.SELECT)
    columns = [Column(f"col{place}", found, named=False) for place, found in enumerate(sources)]
    return Relation(tuple(columns)).renamed(names)


def _select(node: exp.Select, scope: Scope) -> Relation:
    influences = add_from(node, scope)
    for window in node.args.get("windows") or ():
        scope.windows[window.name.casefold()] = window
    relation = _projected(node, scope)
    for item in scope.items:
        influences |= item.relation.influences
    influences |= _rows(node, scope, relation)
    scope.reading.budget.spend(len(influences))
    return replace(relation, influences=influences)


def _projected(node: exp.Select, scope: Scope) -> Relation:
    columns: list[Column] = []
    opened: frozenset[str] = frozenset()
    rest: Sources | None = None
    for part in node.expressions:
        some = _many(part, scope)
        if some is not None:
            columns += some.columns
            opened |= some.open
            rest = rest if some.rest is None else (rest or NOTHING) | some.rest
        else:
            columns.append(_item(part, scope))
        spend_on(scope.reading.budget, columns[-1:])
    return Relation(tuple(columns), opened, rest)


def _many(part: exp.Expr, scope: Scope) -> Relation | None:
    """The columns of an item that stands for several; None: it is one."""
    star, call = star_of(part), columns_call(part)
    if star is not None:
        return expanded(part, star, scope)
    return of_columns_call(part, call, scope) if call is not None else None


def _item(part: exp.Expr, scope: Scope) -> Column:
    """One item of the SELECT list; the items after it may use its alias."""
    sources = sources_of(part, scope, Clause.SELECT)
    name = part.alias_or_name if isinstance(part, (exp.Alias, exp.Column)) else part.output_name
    named = bool(name)
    column = Column(name or _made_name(part), sources, type=type_of(part, scope), named=named)
    if isinstance(part, exp.Alias):
        key = part.alias.casefold()
        if key not in scope.aliases and _computed(part):
            scope.computed.add(key)
        scope.aliases.setdefault(key, replace(column, vanishes=frozenset()))
    return column


def _computed(part: exp.Expr) -> bool:
    """Whether it is of an aggregate or a window; those inside of its subqueries are theirs."""
    inside = part.walk(prune=lambda node: isinstance(node, exp.Query))
    return any(isinstance(node, (exp.AggFunc, exp.Window)) for node in inside)


def _made_name(part: exp.Expr) -> str:
    """A stand-in for a name that the database makes: mostly the function's."""
    inner = part.this if isinstance(part, exp.Window) else part
    return inner.name.lower() if isinstance(inner, exp.Anonymous) else inner.key


def _rows(node: exp.Select, scope: Scope, relation: Relation) -> Sources:
    """What decides on the rows: filters, groups, order."""
    found = NOTHING
    for key, clause, place in _CONDITIONS:
        part = node.args.get(key)
        if part is not None:
            scope.place = place
            found |= sources_of(part.this, scope, clause, FILTER)
    scope.place = Place.WHERE
    for key in ("limit", "offset", "prewhere"):
        found |= sources_of(node.args.get(key), scope, Clause.FILTER, FILTER)
    connect = node.args.get("connect")
    if connect is not None:
        for part in (connect.args.get("start"), connect.args.get("connect")):
            found |= sources_of(part, scope, Clause.FILTER, FILTER)
    if node.args.get("match") is not None:
        message = "MATCH_RECOGNIZE is not understood."
        scope.reading.problem(Reason.STATEMENT_NOT_UNDERSTOOD, message)
    return found | _groups(node, scope, relation.columns) | _order(node, scope, relation.columns)


def _groups(node: exp.Select, scope: Scope, columns: tuple[Column, ...]) -> Sources:
    found = NOTHING
    group = node.args.get("group")
    if group is not None:
        if group.args.get("all"):
            plain = [c for c in columns if all(how.subtype != "AGGREGATION" for _, how in c.sources)]
            found |= _used(plain, scope, Clause.GROUP_BY, GROUP_BY)
        parts = list(group.expressions)
        for key in ("grouping_sets", "cube", "rollup"):
            parts += [part for part in group.args.get(key) or () if isinstance(part, exp.Expr)]
        for part in parts:
            if not _is_alias(part, scope):
                found |= _by(part, scope, columns, Clause.GROUP_BY, GROUP_BY, alias_first=False)
        scope.grouped = frozenset(ref for ref, _ in found)
        for part in (part for part in parts if _is_alias(part, scope)):
            found |= _by(part, scope, columns, Clause.GROUP_BY, GROUP_BY, alias_first=False)
    distinct = node.args.get("distinct")
    on = distinct.args.get("on") if isinstance(distinct, exp.Distinct) else None
    if isinstance(on, exp.Expr):
        scope.place = Place.ORDER_BY
        found |= sources_of(on, scope, Clause.GROUP_BY, GROUP_BY)
    elif distinct is not None:
        found |= passed(frozenset(source for column in columns for source in column.sources), GROUP_BY)
    return found


def _is_alias(part: exp.Expr, scope: Scope) -> bool:
    return isinstance(part, exp.Column) and len(part.parts) == 1 and part.name.casefold() in scope.aliases


def _order(node: exp.Expr, scope: Scope, columns: tuple[Column, ...]) -> Sources:
    found = NOTHING
    if isinstance(node, (exp.SetOperation, exp.Subquery)):
        scope.aliases = {column.name.casefold(): column for column in columns}
    for key in ("order", "sort", "cluster", "distribute"):
        part = node.args.get(key)
        for ordered in part.expressions if isinstance(part, exp.Expr) else ():
            found |= _by(ordered, scope, columns, Clause.SORT, SORT, alias_first=True)
    return found


def _by(
    part: exp.Expr, scope: Scope, columns: tuple[Column, ...], clause: Clause, how: How, alias_first: bool
) -> Sources:
    """An item of GROUP BY or ORDER BY: an expression, a name, or the position of a column."""
    inner = part.this if isinstance(part, exp.Ordered) else part
    if isinstance(inner, exp.Literal) and not inner.is_string and inner.name.isdecimal():
        place = int(inner.name[:6]) - 1
        return _used(columns[place : place + 1] if place >= 0 else (), scope, clause, how)
    if isinstance(inner, exp.Column) and inner.name.casefold() == "all" and len(inner.parts) == 1:
        return _used(columns, scope, clause, how)
    bare = isinstance(inner, exp.Column)
    if clause is Clause.SORT:
        scope.place = Place.ORDER_BY if bare else Place.ORDER_BY_EXPRESSION
    else:
        scope.place = Place.GROUP_BY if bare else Place.GROUP_BY_EXPRESSION
    return sources_of(inner, scope, clause, how, alias_first)


def _used(columns: list[Column] | tuple[Column, ...], scope: Scope, clause: Clause, how: How) -> Sources:
    for column in columns:
        scope.use(column, clause, named=False)
    return passed(frozenset(source for column in columns for source in column.sources), how)
