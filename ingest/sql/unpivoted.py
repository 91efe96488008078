"""PIVOT and UNPIVOT as plain queries with the same columns of the same kinds, for those who ask of the kinds alone."""

from collections.abc import Iterable, Sequence

from sqlglot import exp


def as_queries(tree: exp.Expr) -> exp.Expr:
    """The tree with each PIVOT and UNPIVOT replaced; the same tree where it has none. The rows are others: an UNPIVOT
    becomes a UNION ALL of what it puts below each other, and a PIVOT loses the columns that it makes of values."""
    found = [node for node in tree.find_all(exp.Pivot) if _is_statement(node) or _is_of_table(node)]
    if not found:
        return tree
    for node in reversed(list(found)):  # those inside first
        if _is_statement(node):
            query = _query(node, node.this, _put_into(node))
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
    query = _query(node, inner, _put_for(node))
    if query is not None:
        table.replace(exp.Subquery(this=query, alias=alias.copy()))


_Put = tuple[list[str], list[list[exp.Expr]]]
"""Names of the columns of values; and what is put into them, a list for each row that is made."""


def _query(node: exp.Pivot, table: exp.Expr, put: _Put) -> exp.Query | None:
    if not node.args.get("unpivot"):
        return _grouped(node, table)
    names, rows = put
    if not rows or any(len(row) != len(names) for row in rows):
        return None
    gone = [column for row in rows for part in row for column in part.find_all(exp.Column)]
    names_column = exp.alias_(exp.Literal.string("name"), _name_column(node), quoted=True)
    selects = [
        exp.select(
            exp.Star(except_=[exp.to_identifier(one.name, quoted=True) for one in gone]),
            names_column.copy(),
            *(exp.alias_(part.copy(), name, quoted=True) for part, name in zip(row, names, strict=True)),
        ).from_(table.copy())
        for row in rows
    ]
    query: exp.Query = selects[0]
    for other in selects[1:]:
        query = exp.Union(this=query, expression=other, distinct=False)
    return query


def _put_into(node: exp.Pivot) -> _Put:
    """Of ``unpivot t on a, (b, c) into name n value v``."""
    into = node.args.get("into")
    names = [part.name for part in into.expressions] if isinstance(into, exp.UnpivotColumns) else ["value"]
    return names, [_flat(part) for part in node.expressions]


def _put_for(node: exp.Pivot) -> _Put:
    """Of ``unpivot (v for n in (a, b))``."""
    names = [part.name for expr in node.expressions for part in _flat(expr)]
    fields = [field for field in node.args.get("fields") or () if isinstance(field, exp.In)]
    return names, [_flat(part) for field in fields for part in field.expressions]


def _name_column(node: exp.Pivot) -> str:
    into = node.args.get("into")
    if isinstance(into, exp.UnpivotColumns):
        return str(into.this.name)
    fields = node.args.get("fields") or ()
    return str(fields[0].this.name) if fields and isinstance(fields[0], exp.In) else "name"


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
