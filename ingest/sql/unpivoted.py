"""PIVOT and UNPIVOT as plain queries with the same columns of the same kinds, for those who ask of the kinds alone."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlglot import exp


def as_queries(tree: exp.Expr) -> exp.Expr:
    """The tree with each PIVOT and UNPIVOT replaced; the same tree where it has none. The rows are others: an UNPIVOT
    becomes a UNION ALL of what it puts below each other, and a PIVOT loses the columns that it makes of values."""
    found = [node for node in tree.find_all(exp.Pivot) if _is_statement(node) or _is_of_table(node)]
    if not found:
        return tree
    for node in reversed(list(found)):  # those inside first
        if _is_statement(node):
            query = _query(node, node.this)
            if query is not None and node is tree:
                return query
            if query is not None:
                node.replace(query)
        else:
            _replaced(node)
    return tree


def _is_statement(node: exp.Pivot) -> bool:
    """``unpivot t on …``, not ``from t unpivot (…)``."""
    return isinstance(node.this, (exp.Table, exp.Subquery))


def _is_of_table(node: exp.Pivot) -> bool:
    return isinstance(node.parent, (exp.Table, exp.Subquery)) and len(node.parent.args["pivots"]) == 1


def _replaced(node: exp.Pivot) -> None:
    """The table of a FROM by a subquery."""
    table = node.parent
    assert table is not None
    alias = (
        node.args.get("alias")
        or table.args.get("alias")
        or exp.TableAlias(this=exp.to_identifier(table.name))
    )
    inner = table.copy()
    inner.set("pivots", None)
    query = _query(node, inner)
    if query is not None:
        table.replace(exp.Subquery(this=query, alias=alias.copy()))


def _query(node: exp.Pivot, table: exp.Expr) -> exp.Query | None:
    if not node.args.get("unpivot"):
        return _grouped(node, table)
    names, values, rows = read_unpivot(node)
    if not rows or any(len(row) != len(values) for row in rows):
        return None
    gone = [column for row in rows for part in row for column in part.find_all(exp.Column)]
    named = [exp.alias_(exp.Literal.string("name"), name, quoted=True) for name in names]
    selects = [
        exp.select(
            exp.Star(except_=[exp.to_identifier(one.name, quoted=True) for one in gone]),
            *(one.copy() for one in named),
            *(exp.alias_(part.copy(), name, quoted=True) for part, name in zip(row, values, strict=True)),
        ).from_(table.copy())
        for row in rows
    ]
    query: exp.Query = selects[0]
    for other in selects[1:]:
        query = exp.Union(this=query, expression=other, distinct=False)
    return query


class Unpivot(NamedTuple):
    """``names``: columns that get the names of columns; ``values``: those that get their values; ``rows``: what is put
    into these, a list for each row that is made of one."""

    names: list[str]
    values: list[str]
    rows: list[list[exp.Expr]]


def read_unpivot(node: exp.Pivot) -> Unpivot:
    """Of ``unpivot t on a, (b, c) into name n value v``, or of ``unpivot (v for n in (a, b))``."""
    fields = [field for field in node.args.get("fields") or () if isinstance(field, exp.In)]
    if fields:
        values = [part.name for expr in node.expressions for part in _flat(expr)]
        rows = [_flat(part) for field in fields for part in field.expressions]
        return Unpivot([field.this.name for field in fields], values, rows)
    rows, into = [_flat(part) for part in node.expressions], node.args.get("into")
    if isinstance(into, exp.UnpivotColumns):
        return Unpivot([into.this.name], [part.name for part in into.expressions], rows)
    return Unpivot(["name"], ["value"], rows)


def _flat(part: exp.Expr) -> list[exp.Expr]:
    inner = part.unalias()
    return list(inner.expressions) if isinstance(inner, exp.Tuple) else [inner]


def _grouped(node: exp.Pivot, table: exp.Expr) -> exp.Query:
    """A PIVOT: the columns that stay, which are those that it does not use, or those of its GROUP BY."""
    statement = _is_statement(node)
    calls: Sequence[exp.Expr] = (node.args.get("using") or ()) if statement else node.expressions
    fields: Iterable[exp.Expr] = node.expressions if statement else node.args.get("fields") or ()
    group = node.args.get("group")
    if isinstance(group, exp.Group):
        kept: list[exp.Expr] = [part.copy() for part in group.expressions]
    else:
        used = {column.name for part in (*calls, *fields) for column in part.find_all(exp.Column)}
        kept = [exp.Star(except_=[exp.to_identifier(name, quoted=True) for name in sorted(used)])]
    condition = [part.copy() for part in calls]
    return exp.select(
        *kept, *(exp.alias_(part, f" {n}", quoted=True) for n, part in enumerate(condition))
    ).from_(table.copy())
