"""The tables of a FROM: names, subqueries, functions, joins."""

from dataclasses import replace

from sqlglot import exp

from ingest.sql.expressions import sources_of
from ingest.sql.parse import table_name
from ingest.sql.pivot import pivoted
from ingest.sql.relation import (
    FILTER,
    JOIN,
    NOTHING,
    TRANSFORMATION,
    Column,
    Relation,
    Sources,
    passed,
    spend_on,
)
from ingest.sql.scope import Item, Scope
from ingest.sql.values import Clause, Reason, TableName

_ROWS_OF_THEIR_OWN = {
    "range",
    "generate_series",
    "unnest",
    "values",
    "repeat",
    "sequence",
    "explode",
    "flatten",
}


def add_from(node: exp.Expr, scope: Scope) -> Sources:
    """Add the tables of a statement's FROM and joins to a scope; returns what its joins compare."""
    found = NOTHING
    start = node.args.get("from_") or node.args.get("from")
    if start is not None:
        found |= add_table(start.this, scope)
    for join in node.args.get("joins") or ():
        found |= add_join(join, scope)
    for lateral in node.args.get("laterals") or ():
        found |= add_table(lateral, scope)
    return found


def add_table(node: exp.Expr, scope: Scope, starred: bool = True) -> Sources:
    """Add one table, with those joined inside its brackets; returns what these joins compare."""
    if isinstance(node, (exp.Paren, exp.Final)):
        return add_table(node.this, scope, starred)
    if isinstance(node, exp.Subquery) and isinstance(node.this, (exp.Table, exp.Subquery)) and not node.alias:
        found = add_table(node.this, scope, starred)
    else:
        scope.joining = True
        scope.items.append(replace(item_of(node, scope), starred=starred))
        scope.joining = False
        found = NOTHING
    for join in node.args.get("joins") or ():
        found |= add_join(join, scope)
    return found


def add_join(join: exp.Join, scope: Scope) -> Sources:
    """Add the table of a join; returns what the join compares."""
    if join.kind == "ARRAY":
        return _add_arrays(join, scope)
    before = len(scope.items)
    starred = join.kind not in ("SEMI", "ANTI")
    found = add_table(join.this, scope, starred)
    on = join.args.get("on")
    if on is not None:
        found |= sources_of(on, scope, Clause.JOIN, JOIN)
    natural = join.method == "NATURAL"
    names = _common(scope, before) if natural else [name.name for name in join.args.get("using") or ()]
    for name in names:
        # Of several columns that a natural join compares, each may go.
        found |= _merge(name, scope, before, join, needed=not natural or len(names) == 1)
    return found


def _add_arrays(join: exp.Join, scope: Scope) -> Sources:
    """ClickHouse's ARRAY JOIN: a row for each element, under the array's name or another."""
    for part in (join.this, *join.expressions):
        sources = sources_of(part, scope, Clause.SELECT, TRANSFORMATION)
        if isinstance(part, exp.Alias):
            scope.items.append(Item((), Relation((Column(part.alias, sources),))))
    return NOTHING


def _common(scope: Scope, before: int) -> list[str]:
    """The names that both sides of a natural join have."""
    left, right = scope.items[:before], scope.items[before:]
    if not all(item.relation.closed for item in (*left, *right)):
        keys = {key for item in (*left, *right) for key in item.relation.open}
        scope.reading.need(keys)
        scope.reading.star(keys)
        scope.reading.problem(Reason.SCHEMA_UNKNOWN, "A natural join compares columns that are not known.")
    names = {name for item in left for name in item.relation.by_name}
    return [c.name for item in right for c in item.relation.columns if c.name.casefold() in names]


def _merge(name: str, scope: Scope, before: int, join: exp.Join, needed: bool) -> Sources:
    """One column of both sides (USING, NATURAL); returns what is compared."""
    everything = scope.items
    folded = name.casefold()
    scope.items = everything[:before]
    left = _side(name, scope, needed)
    outer_merged, scope.merged = scope.merged, {}
    scope.items = everything[before:]
    right = _side(name, scope, needed)
    scope.items, scope.merged = everything, outer_merged
    for item in everything[before:]:
        item.hidden.add(folded)
    value = {"RIGHT": right.sources, "FULL": passed(left.sources | right.sources, TRANSFORMATION)}
    shown = right if join.side == "RIGHT" else left
    merged = Column(left.name or name, value.get(join.side, left.sources), type=shown.type)
    scope.merged[folded] = merged
    return passed(left.sources | right.sources, JOIN)


def _side(name: str, scope: Scope, needed: bool) -> Column:
    if needed:
        return scope.column((name,), Clause.JOIN)
    for column in scope.known(name):
        scope.use(column, Clause.JOIN, named=False)
    return next(iter(scope.known(name)))


def item_of(node: exp.Expr, scope: Scope) -> Item:
    """One table of a FROM, with its alias, pivots and renamed columns."""
    if isinstance(node, exp.Table):
        item = _of_table(node, scope)
    elif isinstance(node, (exp.Unnest, exp.Lateral)):
        item = _of_rows(node, scope)
    elif isinstance(node, (exp.Query, exp.Values, exp.Pivot)):
        item = Item((), scope.reading.query(node, scope))
    else:
        message = f"What a {node.key} in a FROM gives is not understood."
        scope.reading.problem(Reason.FUNCTION_OPAQUE, message)
        item = Item((), Relation(rest=sources_of(node, scope, Clause.SELECT, TRANSFORMATION)))
    for pivot in node.args.get("pivots") or ():
        item = Item(item.qualifiers, pivoted(pivot, item.relation, scope))
        item = _aliased(pivot, item)
    return _aliased(node, item)


def _aliased(node: exp.Expr, item: Item) -> Item:
    alias = node.args.get("alias")
    if not isinstance(alias, exp.TableAlias):
        return item
    names = [column.name for column in alias.args.get("columns") or ()]
    relation = item.relation if isinstance(node, (exp.Unnest, exp.Lateral)) else item.relation.renamed(names)
    return Item((alias.name.casefold(),) if alias.name else item.qualifiers, relation)


def _of_table(node: exp.Table, scope: Scope) -> Item:
    name = table_name(node)
    if name is None:
        return _of_function(node, scope)
    if len(name.parts) == 1:
        for around in scope.around():
            if name.key in around.ctes:
                return Item((name.key,), around.ctes[name.key].get())
    return Item(tuple(part.casefold() for part in name.parts), base_table(name, scope))


def base_table(name: TableName, scope: Scope) -> Relation:
    """A table outside the statement; what the text made for itself is seen through."""
    made = scope.reading.made.get(name.key)
    if made is not None:
        return made
    table = scope.reading.table(name)
    table.read = True
    spend_on(scope.reading.budget, table.relation.columns)
    return table.relation


def _of_function(node: exp.Table, scope: Scope) -> Item:
    """A function in the place of a table: any column of it comes from what it is given."""
    function = node.this
    name = function.name if isinstance(function, exp.Anonymous) else function.sql_name()
    path = _file_of(function, name)
    if path is not None:
        return Item((path.key,), base_table(path, scope))
    sources = NOTHING
    for part in function.iter_expressions():
        # ``header = true`` names an option.
        option = isinstance(part, exp.EQ) and isinstance(part.this, exp.Column)
        sources |= sources_of(part.expression if option else part, scope, Clause.SELECT, TRANSFORMATION)
    alias = node.args.get("alias")
    listed = (alias.args.get("columns") or ()) if isinstance(alias, exp.TableAlias) else ()
    if not listed and name.casefold() not in _ROWS_OF_THEIR_OWN:
        message = f"What the table function {name[:60]} gives is not known."
        scope.reading.problem(Reason.FUNCTION_OPAQUE, message)
    columns = tuple(Column(column.name, sources) for column in listed)
    return Item((name.casefold(),), Relation(columns, rest=None if columns else sources))


def _file_of(function: exp.Expr, name: str) -> TableName | None:
    """The one file that a function such as ``read_csv('…')`` reads: a table with its path as name."""
    if not name.casefold().startswith(("read_", "scan_", "parquet_scan", "iceberg_scan", "delta_scan")):
        return None
    first = next(iter(function.iter_expressions()), None)
    plain = isinstance(first, exp.Literal) and first.is_string and first.name
    return TableName((first.name,)) if plain and first is not None else None


def _of_rows(node: exp.Unnest | exp.Lateral, scope: Scope) -> Item:
    """Rows out of the values of the tables before: UNNEST, LATERAL, EXPLODE, FLATTEN."""
    if isinstance(node, exp.Lateral) and isinstance(node.this, exp.Query):
        return Item((), scope.reading.query(node.this, scope))
    parts = node.expressions if isinstance(node, exp.Unnest) else [node.this]
    sources = NOTHING
    for part in parts:
        sources |= sources_of(part, scope, Clause.SELECT, TRANSFORMATION)
    alias = node.args.get("alias")
    names = [name.name for name in (alias.args.get("columns") or ())] if alias else []
    offset = node.args.get("offset")
    numbered = [Column(offset.name)] if isinstance(offset, exp.Expr) and offset.name else []
    columns = (*(Column(name, sources) for name in names), *numbered)
    rows = passed(sources, FILTER)  # of a null or an empty list there are none
    return Item((), Relation(columns, rest=None if names else sources, influences=rows))
