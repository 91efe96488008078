"""Statements: what each writes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sqlglot import exp

from ingest.sql.expressions import sources_of
from ingest.sql.parse import table_name, table_names
from ingest.sql.query import relation_of, with_ctes
from ingest.sql.reading import base_relation
from ingest.sql.relation import FILTER, JOIN, NOTHING, Column, Relation, Sources
from ingest.sql.scope import Cte, Item, Scope
from ingest.sql.sets import counted
from ingest.sql.stars import expanded
from ingest.sql.tables import add_from, add_join, add_table, base_table
from ingest.sql.types import spelled
from ingest.sql.values import Clause, Reason, TableName, WriteKind


@dataclass(frozen=True, slots=True)
class Written:
    """What one statement writes to one table."""

    table: TableName | None
    kind: WriteKind
    relation: Relation
    closed: bool
    temporary: bool = False


def read_statement(node: exp.Expr, scope: Scope) -> list[Written]:
    """What a statement writes; what it reads is noted in the scope's reading. Raises TooComplex."""
    for kind, reader in _READERS:
        if isinstance(node, kind):
            return reader(node, scope)
    if not isinstance(node, _NO_LINEAGE):
        _not_understood(node, scope)
    return []


def _not_understood(node: exp.Expr, scope: Scope, what: str = "") -> None:
    text = what or (node.name if isinstance(node, exp.Command) else node.key).upper()[:40]
    message = f"A statement of the kind {text} is not understood."
    scope.reading.problem(Reason.STATEMENT_NOT_UNDERSTOOD, message)


def _query(node: exp.Expr, scope: Scope) -> list[Written]:
    """A bare query: the output of the job; SELECT INTO makes a table."""
    into = node.args.get("into")
    if isinstance(into, exp.Into) and isinstance(into.this, exp.Table):
        name = table_name(into.this)
        temporary = bool(into.args.get("temporary")) or bool(name and name.parts[-1].startswith("#"))
        relation = relation_of(node, scope)
        return [_made(name, WriteKind.CREATE_TABLE, relation, temporary, scope)] if name else []
    relation = relation_of(node, scope)
    return [Written(None, WriteKind.SELECT, relation, relation.closed)]


def _made(name: TableName, kind: WriteKind, relation: Relation, temporary: bool, scope: Scope) -> Written:
    """A table that later statements of the text can read: a temporary one is seen through."""
    if temporary:
        scope.reading.made[name.key] = relation
    elif relation.closed:
        columns = [(column.name, column.type) for column in relation.columns]
        table = scope.reading.table(name)
        table.relation, table.known, table.own = base_relation(name, columns), True, True
    else:
        scope.reading.table(name).own = True
    return Written(name, kind, relation, relation.closed, temporary)


def _create(node: exp.Create, scope: Scope) -> list[Written]:
    kind = (node.kind or "").upper()
    if kind not in ("TABLE", "VIEW"):
        if kind not in ("SCHEMA", "DATABASE", "INDEX", "SEQUENCE", "TYPE", "MACRO", "EXTENSION", "STAGE"):
            _not_understood(node, scope, f"CREATE {kind}")
        return []
    target, names = _target(node.this)
    query = node.expression
    if target is None or query is None:
        return _declare(node, target, scope) if target is not None else []
    inner = Scope(scope.reading, scope, ctes=with_ctes(node, scope))
    relation = relation_of(query, inner)
    if names:
        counted(relation.columns, scope)
        relation = relation.renamed(names)
    write_kind = WriteKind.CREATE_VIEW if kind == "VIEW" else WriteKind.CREATE_TABLE
    return [_made(target, write_kind, relation, _temporary(node, target), scope)]


def _temporary(node: exp.Create, target: TableName) -> bool:
    properties = node.args.get("properties")
    listed = properties.expressions if properties is not None else ()
    return any(isinstance(p, exp.TemporaryProperty) for p in listed) or target.parts[-1].startswith("#")


def _declare(node: exp.Create, target: TableName, scope: Scope) -> list[Written]:
    """CREATE TABLE with a list of columns: its schema from here on."""
    if not isinstance(node.this, exp.Schema):
        return []
    columns = [
        (column.name, spelled(column.kind, scope.reading.dialect) if column.kind else None)
        for column in node.this.expressions
        if isinstance(column, exp.ColumnDef)
    ]
    relation = Relation(tuple(Column(name, type=kind) for name, kind in columns))
    if not columns:
        return []
    if _temporary(node, target):
        scope.reading.made[target.key] = relation
        return []
    table = scope.reading.table(target)
    table.relation, table.known, table.own = base_relation(target, columns), True, True
    # IF NOT EXISTS: the table that is there may have other columns.
    return [Written(target, WriteKind.CREATE_TABLE, relation, not node.args.get("exists"))]


def _target(node: exp.Expr | None) -> tuple[TableName | None, list[str]]:
    """The table that is written and its columns, where they are listed."""
    if isinstance(node, exp.Schema):
        name, _ = _target(node.this)
        return name, [column.name for column in node.expressions if column.name]
    return (table_name(node) if isinstance(node, exp.Table) else None), []


def _insert(node: exp.Insert, scope: Scope) -> list[Written]:
    target, names = _target(node.this)
    inner = Scope(scope.reading, scope, ctes=with_ctes(node, scope))
    if target is None:
        _not_understood(node, scope, "INSERT into what is no table")
        if isinstance(node.expression, exp.Expr):
            relation_of(node.expression, inner)
        return []
    query = node.expression
    if not isinstance(query, exp.Expr):
        return [Written(target, WriteKind.INSERT, Relation(), False)]
    relation = relation_of(query, inner)
    by_name = bool(node.args.get("by_name"))
    if not by_name:
        counted(relation.columns, scope)
        known = scope.reading.tables.get(target.key)
        made = scope.reading.made.get(target.key)
        schema = [c.name for c in (made or (known or scope.reading.table(target)).relation).columns]
        relation = relation.renamed((names or schema)[: len(relation.columns)] if relation.columns else names)
    if target.key in scope.reading.made:
        scope.reading.made[target.key] = _added(scope.reading.made[target.key], relation)
        return []
    part = node.args.get("partition") or node.this.args.get("partition")
    whole = not names and not by_name and not part
    return [Written(target, WriteKind.INSERT, relation, whole and relation.closed)]


def _added(old: Relation, new: Relation) -> Relation:
    """A temporary table with more rows."""
    columns = []
    for column in old.columns:
        more = new.named(column.name)
        columns.append(replace(column, sources=column.sources.union(*(c.sources for c in more))))
    return replace(old, columns=tuple(columns), influences=old.influences | new.influences)


def _update(node: exp.Update, scope: Scope) -> list[Written]:
    target, item = _changed(node.this, scope, with_ctes(node, scope))
    if target is None or item is None:
        _not_understood(node, scope, "UPDATE of what is no table")
        return []
    influences = add_from(node, item) | _joined(node.this, item)
    columns = tuple(_assigned(part, item) for part in node.expressions if isinstance(part, exp.EQ))
    influences |= _condition(node.args.get("where"), item)
    influences |= _of_items(item)
    return [Written(target, WriteKind.UPDATE, Relation(columns, influences=influences), False)]


def _changed(
    node: exp.Expr | None, scope: Scope, ctes: Mapping[str, Cte]
) -> tuple[TableName | None, Scope | None]:
    """The table that a statement changes, as the first table of the statement's scope."""
    if not isinstance(node, exp.Table):
        return None, None
    name = table_name(node)
    if name is None:
        return None, None
    inner = Scope(scope.reading, scope, ctes=ctes)
    table = scope.reading.table(name)
    table.changed = True
    alias = node.alias
    qualifiers = (alias.casefold(),) if alias else tuple(part.casefold() for part in name.parts)
    inner.items.append(Item(qualifiers, scope.reading.made.get(name.key, table.relation)))
    return name, inner


def _joined(table: exp.Expr, scope: Scope) -> Sources:
    """What the joins compare that MySQL writes beside the table to be changed."""
    return frozenset().union(*(add_join(join, scope) for join in table.args.get("joins") or ()))


def _assigned(part: exp.Expr, scope: Scope) -> Column:
    return Column(part.this.name, sources_of(part.expression, scope, Clause.SELECT))


def _condition(node: exp.Expr | None, scope: Scope) -> Sources:
    return sources_of(node.this, scope, Clause.FILTER, FILTER) if node is not None else NOTHING


def _of_items(scope: Scope) -> Sources:
    return frozenset().union(*(item.relation.influences for item in scope.items))


def _delete(node: exp.Delete, scope: Scope) -> list[Written]:
    target, item = _changed(node.this, scope, with_ctes(node, scope))
    if target is None or item is None:
        _not_understood(node, scope, "DELETE from what is no table")
        return []
    for table in node.args.get("using") or ():
        add_table(table, item)
    influences = _joined(node.this, item) | _condition(node.args.get("where"), item) | _of_items(item)
    return [Written(target, WriteKind.DELETE, Relation(influences=influences), False)]


def _merge(node: exp.Merge, scope: Scope) -> list[Written]:
    target, item = _changed(node.this, scope, with_ctes(node, scope))
    if target is None or item is None:
        _not_understood(node, scope, "MERGE into what is no table")
        return []
    add_table(node.args["using"], item)
    influences = sources_of(node.args.get("on"), item, Clause.JOIN, JOIN)
    columns: dict[str, Column] = {}
    for when in node.args["whens"].expressions:
        influences |= sources_of(when.args.get("condition"), item, Clause.FILTER, FILTER)
        for column in _branch(when.args.get("then"), item):
            old = columns.get(column.name.casefold(), Column(column.name))
            columns[column.name.casefold()] = replace(old, sources=old.sources | column.sources)
    influences |= _of_items(item)
    relation = Relation(tuple(columns.values()), influences=influences)
    return [Written(target, WriteKind.MERGE, relation, False)]


def _branch(then: exp.Expr | None, scope: Scope) -> list[Column]:
    """What one WHEN of a MERGE writes: ``*`` is each column of the source under its name."""
    if isinstance(then, (exp.Update, exp.Insert)) and (
        isinstance(then.this, exp.Star)
        or (isinstance(then.this, exp.Var) and then.this.name.upper() == "ROW")
        or any(isinstance(part, exp.Star) for part in then.expressions)
    ):
        source = scope.items[-1].relation
        scope.reading.star(source.open)
        for column in source.columns:
            scope.use(column, Clause.SELECT, named=False)
        return list(source.columns)
    if isinstance(then, exp.Update):
        return [_assigned(part, scope) for part in then.expressions if isinstance(part, exp.EQ)]
    if isinstance(then, exp.Insert) and isinstance(then.expression, exp.Tuple):
        values = [sources_of(part, scope, Clause.SELECT) for part in then.expression.expressions]
        if isinstance(then.this, exp.Tuple):
            names = [column.name for column in then.this.expressions]
        else:
            names = [column.name for column in scope.items[0].relation.columns]
        return [Column(name, sources) for name, sources in zip(names, values, strict=False)]
    return []


def _copy(node: exp.Copy, scope: Scope) -> list[Written]:
    """COPY of a query or table to a file, or of a file to a table; a file is a table with its path as name."""
    files = [part.name for part in node.args.get("files") or () if isinstance(part, exp.Literal)]
    table, names = _target(node.this)
    if len(files) != 1 or not files[0]:
        _not_understood(node, scope, "COPY without a file")
        files = []
    file = TableName(tuple(files)) if files else None
    if node.args.get("kind"):
        if table is None or file is None:
            return []
        relation = base_table(file, scope).renamed(names)
        return [Written(table, WriteKind.COPY, relation, relation.closed and not names)]
    if isinstance(node.this, exp.Query):
        relation = relation_of(node.this, scope)
    elif table is not None:
        star = exp.Star()
        scope.items.append(Item((), base_table(table, scope)))
        relation = expanded(star, star, scope)
    else:
        return []
    return [Written(file, WriteKind.COPY, relation, relation.closed)] if file is not None else []


def _drop(node: exp.Drop, scope: Scope) -> list[Written]:
    """DROP of a table that the text made: it was temporary in fact."""
    for table in node.find_all(exp.Table):
        name = table_name(table)
        if name is not None:
            scope.reading.made.pop(name.key, None)
    return []


def _alter(node: exp.Alter, scope: Scope) -> list[Written]:
    """A table that the text made gets another name: what was written is written to that one."""
    old = table_name(node.this) if isinstance(node.this, exp.Table) else None
    for action in node.args.get("actions") or ():
        if old is not None and isinstance(action, exp.AlterRename) and isinstance(action.this, exp.Table):
            new = table_name(action.this)
            if new is not None:
                last = new.parts if len(new.parts) > 1 else (*old.parts[:-1], *new.parts)
                scope.reading.renamed[old.key] = TableName(last)
    return []


def _cached(node: exp.Cache, scope: Scope) -> list[Written]:
    if isinstance(node.this, exp.Table) and isinstance(node.expression, exp.Expr):
        name = table_name(node.this)
        if name is not None:
            scope.reading.made[name.key] = relation_of(node.expression, scope)
    return []


def read_roughly(node: exp.Expr, scope: Scope) -> None:
    """The tables of a statement that is too much to read: any of their columns may be used."""
    defined = {cte.alias.casefold() for cte in node.find_all(exp.CTE)}
    this = (
        node.this if isinstance(node, (exp.Create, exp.Insert, exp.Update, exp.Delete, exp.Merge)) else None
    )
    target = _target(this)[0] if isinstance(this, exp.Expr) else None
    for name in table_names(node):
        if not (len(name.parts) == 1 and name.key in defined) and name != target:
            scope.reading.table(name).read_roughly()


_READERS: tuple[tuple[type[exp.Expr] | tuple[type[exp.Expr], ...], Callable[..., list[Written]]], ...] = (
    ((exp.Query, exp.Values, exp.Pivot), _query),
    (exp.Create, _create),
    (exp.Insert, _insert),
    (exp.Update, _update),
    (exp.Delete, _delete),
    (exp.Merge, _merge),
    (exp.Copy, _copy),
    (exp.Drop, _drop),
    (exp.Alter, _alter),
    (exp.Cache, _cached),
)
_NO_LINEAGE = (
    exp.Set, exp.Use, exp.Transaction, exp.Commit, exp.Rollback, exp.Comment, exp.Describe, exp.Analyze,
    exp.Pragma, exp.TruncateTable, exp.Grant, exp.Attach, exp.Detach, exp.Show, exp.Uncache, exp.Refresh,
    exp.Semicolon,
)  # fmt: skip
