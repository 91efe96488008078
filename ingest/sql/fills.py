"""What the statements of a text put into tables that are there: the columns that they name, and what fills them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.errors import SqlglotError

from ingest.sql.bounds import on_fresh_stack
from ingest.sql.parse import parse, table_name

NULL, FULL, OPEN = "NULL", "FULL", "OPEN"
"""A value is null in some row; is null in none; may be."""
MAX_CHARACTERS = 100_000
_FULL = (exp.Literal, exp.Boolean, exp.Count, exp.CurrentTimestamp, exp.CurrentDate)


@dataclass(frozen=True, slots=True)
class FillTold:
    """One statement, or one WHEN of a MERGE. ``table``: its name as the text writes it; ``how``: INSERT, MERGE, UPDATE,
    COPY, or CREATE, which makes the table anew. ``columns``, folded: those that it names; None: it names none.
    ``values``: NULL, FULL or OPEN of each column, in order; None: not known which or how many. ``by_name``: without
    a list the names of what it selects decide, not their places. ``adds``: it adds rows."""

    table: tuple[str, ...]
    how: str
    columns: tuple[str, ...] | None = None
    values: tuple[str, ...] | None = None
    by_name: bool = False
    adds: bool = True


def fills(query: str, dialect: str | None) -> tuple[FillTold, ...]:
    """Of each statement, in order. It never raises; of what cannot be parsed it tells nothing."""
    found: list[FillTold] = []
    if len(query) > MAX_CHARACTERS:
        return ()
    for tree in parse(query, dialect).trees:
        try:
            found += on_fresh_stack([lambda tree=tree: list(_of_statement(tree))])[0]  # type: ignore[misc]
        except (SqlglotError, RecursionError, ValueError, TypeError, AttributeError, LookupError):
            continue  # the parser has hundreds of forms of tree, and not each can be walked
    return tuple(found)


def _of_statement(tree: exp.Expr) -> Iterator[FillTold]:
    into = tree.args.get("into") if isinstance(tree, exp.Query) else None
    if isinstance(into, exp.Into):
        yield from _made(into.this)
    if isinstance(tree, exp.Create) and not tree.args.get("exists"):
        yield from _made(tree.this)
    for node in tree.find_all(exp.Insert, exp.Update, exp.Merge, exp.Copy):
        if isinstance(node.parent, exp.When):
            continue
        if isinstance(node, exp.Insert):
            yield from _inserted(node)
        elif isinstance(node, exp.Update):
            yield from _updated(node.this, node.expressions, "UPDATE")
        elif isinstance(node, exp.Merge):
            yield from _merged(node)
        elif node.args.get("kind"):
            name, columns = _target(node.this)
            if name is not None:
                yield FillTold(name, "COPY", columns, None if columns is None else (OPEN,) * len(columns))


def _made(target: object) -> Iterator[FillTold]:
    name, _ = _target(target)
    if name is not None:
        yield FillTold(name, "CREATE")


def _target(node: object) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """The table, and the columns that are listed behind it."""
    if isinstance(node, exp.Schema):
        name, _ = _target(node.this)
        return name, tuple(column.name.casefold() for column in node.expressions)
    found = table_name(node) if isinstance(node, exp.Table) else None
    return (None if found is None else found.parts), None


def _inserted(node: exp.Insert) -> Iterator[FillTold]:
    name, columns = _target(node.this)
    if name is None:
        return
    partition = node.args.get("partition") or node.this.args.get("partition")
    values = None if partition else _selected(node.expression)
    if columns is not None and (values is None or len(values) != len(columns)):
        values = (OPEN,) * len(columns)
    by_name = bool(node.args.get("by_name"))
    if by_name and columns is None and values is not None:
        columns = tuple(one.casefold() for one in node.expression.named_selects)
    yield FillTold(name, "INSERT", columns, values, by_name)
    conflict = node.args.get("conflict")
    if isinstance(conflict, exp.OnConflict) and conflict.expressions:
        yield from _updated(node.this, conflict.expressions, "INSERT")


def _selected(query: object) -> tuple[str, ...] | None:
    """What a query or a list of values gives, column by column."""
    if isinstance(query, exp.Values):
        rows = [row.expressions if isinstance(row, exp.Tuple) else [row] for row in query.expressions]
        if len({len(row) for row in rows}) != 1:
            return None
        return tuple(_joined([_value(one) for one in column]) for column in zip(*rows, strict=True))
    if isinstance(query, exp.Subquery):
        return _selected(query.this)
    if not isinstance(query, exp.Query):
        return None
    listed = query.selects
    if not listed or any(isinstance(one.unalias(), exp.Star) or one.is_star for one in listed):
        return None
    return tuple(_value(one) if isinstance(query, exp.Select) else OPEN for one in listed)


def _joined(values: Sequence[str]) -> str:
    return NULL if NULL in values else FULL if set(values) == {FULL} else OPEN


def _value(node: exp.Expr) -> str:
    inner = node.unalias()
    while isinstance(inner, exp.Paren) or type(inner) is exp.Cast:
        inner = inner.this
    if isinstance(inner, exp.Null):
        return NULL
    if isinstance(inner, exp.Coalesce):
        return FULL if any(_value(one) == FULL for one in (inner.this, *inner.expressions)) else OPEN
    return FULL if isinstance(inner, _FULL) else OPEN


def _updated(target: object, assignments: Sequence[exp.Expr], how: str) -> Iterator[FillTold]:
    table = target.this if isinstance(target, exp.Schema) else target
    name, _ = _target(table)
    if name is None or not isinstance(table, exp.Table):
        return
    own = {"", name[-1].casefold(), table.alias.casefold()}
    columns: list[str] = []
    values: list[str] = []
    for part in assignments:
        names = _assigned(part.this, own) if isinstance(part, exp.EQ) else None
        if names is None:
            yield FillTold(name, how, by_name=True, adds=False)
            return
        columns += names
        values += [_value(part.expression)] if len(names) == 1 else [OPEN] * len(names)
    yield FillTold(name, how, tuple(columns), tuple(values), adds=False)


def _assigned(node: exp.Expr, own: Collection[str]) -> list[str] | None:
    """The columns on the left of an assignment; None: it is no column of the table ``own``, but a part of one."""
    listed = node.expressions if isinstance(node, exp.Tuple) else [node]
    if not all(isinstance(one, exp.Column) and one.table.casefold() in own for one in listed):
        return None
    return [one.name.casefold() for one in listed]


def _merged(node: exp.Merge) -> Iterator[FillTold]:
    name, _ = _target(node.this)
    if name is None:
        return
    for when in node.args["whens"].expressions:
        then = when.args.get("then")
        if isinstance(then, exp.Update):
            yield from _updated(node.this, then.expressions, "MERGE")
        elif isinstance(then, exp.Insert):
            named, given = then.this, then.expression
            columns = (
                tuple(one.name.casefold() for one in named.expressions)
                if isinstance(named, exp.Tuple)
                else None
            )
            values = (
                tuple(map(_value, given.expressions))
                if isinstance(given, exp.Tuple)
                else None
                if columns is None
                else (OPEN,) * len(columns)
            )
            yield FillTold(name, "MERGE", columns, values, by_name=columns is None and values is None)
