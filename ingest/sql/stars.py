"""Stars in a SELECT list: which columns they stand for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlglot import exp

from ingest.sql.expressions import sources_of
from ingest.sql.relation import AGGREGATION, TRANSFORMATION, Column, Relation, Sources, passed, spend_on
from ingest.sql.scope import Item, Scope
from ingest.sql.values import Clause, Reason

MAX_PATTERN = 200
_GROUP = re.compile(r"\\(\d)")


def star_of(node: exp.Expr) -> exp.Star | None:
    """The star of ``*``, ``t.*`` or ``* LIKE '…'``."""
    if isinstance(node, exp.Star):
        return node
    if isinstance(node, (exp.Like, exp.ILike)):
        return star_of(node.this)
    if isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
        return node.this
    return None


def expanded(node: exp.Expr, star: exp.Star, scope: Scope) -> Relation:
    """The columns of a star, without those it excludes, with those it replaces or renames."""
    if isinstance(node, (exp.Like, exp.ILike)):
        return _like(expanded(node.this, star, scope), node.expression.name, scope)
    if isinstance(node, exp.Column):
        qualifier = tuple(part.name for part in node.parts[:-1])
        items = _items_of(qualifier, scope)
        if not items:
            message = f"The star of {'.'.join(qualifier)[:100]!r} stands for no table of the statement."
            scope.reading.problem(Reason.STAR_UNRESOLVED, message)
    else:
        items = [item for item in scope.items if item.starred]
    relation = _of_items(items, scope, merged=not isinstance(node, exp.Column))
    pattern = star.args.get("ilike")
    if isinstance(pattern, exp.Expr):
        relation = _like(relation, pattern.name, scope)
    return _changed(relation, star, scope)


def _items_of(qualifier: tuple[str, ...], scope: Scope) -> list[Item]:
    for around in scope.around():
        item = around.item(qualifier)
        if item is not None:
            return [item]
    return []


def _of_items(items: list[Item], scope: Scope, merged: bool) -> Relation:
    columns: list[Column] = []
    rest: Sources | None = None
    opened: set[str] = set()
    for item in items:
        relation = item.relation
        scope.reading.star(relation.open)
        opened |= relation.open
        if relation.rest is not None:
            rest = (rest or frozenset()) | relation.rest
        for column in relation.columns:
            name = column.name.casefold()
            if merged and name in item.hidden:
                continue
            columns.append(scope.merged[name] if merged and name in scope.merged else column)
    spend_on(scope.reading.budget, columns)
    for column in columns:
        scope.use(column, Clause.SELECT, named=False)
    return Relation(tuple(columns), frozenset(opened), rest)


def _changed(relation: Relation, star: exp.Star, scope: Scope) -> Relation:
    excluded = {_last(part).casefold() for part in _listed(star, "except_", "except")}
    replaced = {part.alias.casefold(): part for part in _listed(star, "replace")}
    renamed = {_last(part.this).casefold(): part.alias for part in _listed(star, "rename")}
    for name in {*excluded, *replaced, *renamed}:
        lenient = name not in excluded and name not in replaced and _renames_what_is_there(scope)
        for column in relation.named(name):
            scope.use(column, Clause.EXCLUDE, named=not lenient)
    columns = []
    for column in relation.columns:
        name = column.name.casefold()
        if name in excluded:
            continue
        if name in replaced:
            sources = sources_of(replaced[name].this, scope, Clause.SELECT)
            column = Column(column.name, sources)
        columns.append(replace(column, name=renamed[name]) if name in renamed else column)
    if relation.open:
        columns += _of_unknown(relation, star, scope)
    return replace(relation, columns=tuple(columns))


def _of_unknown(relation: Relation, star: exp.Star, scope: Scope) -> Iterator[Column]:
    """What is said of columns of tables of unknown schema: those that are excluded are used, the others are made."""
    for part in _listed(star, "except_", "except"):
        if not relation.named(_last(part)):
            scope.column((_last(part),), Clause.EXCLUDE)
    for part in _listed(star, "replace"):
        if not relation.named(part.alias):
            scope.column((part.alias,), Clause.EXCLUDE)
            yield Column(part.alias, sources_of(part.this, scope, Clause.SELECT))
    for part in _listed(star, "rename"):
        if not relation.named(_last(part.this)):
            named = not _renames_what_is_there(scope)
            found = scope.column((_last(part.this),), Clause.EXCLUDE, named=named)
            yield replace(found, name=part.alias, vanishes=frozenset())


def _renames_what_is_there(scope: Scope) -> bool:
    """Whether ``* RENAME`` of a column that is not there is no error."""
    return scope.reading.dialect == "duckdb"


def _listed(star: exp.Star, *keys: str) -> list[exp.Expr]:
    return [part for key in keys for part in star.args.get(key) or ()]


def _last(node: exp.Expr) -> str:
    return node.name


def columns_call(node: exp.Expr) -> exp.Columns | None:
    """DuckDB's ``COLUMNS(…)`` in an item of a SELECT list, which makes many columns of it."""
    return next(iter(node.find_all(exp.Columns)), None)


def of_columns_call(node: exp.Expr, call: exp.Columns, scope: Scope) -> Relation:
    """The columns that an item with ``COLUMNS(…)`` makes: of those that the pattern or star matches."""
    inner = call.this
    star = star_of(inner)
    if star is not None:
        relation = expanded(inner, star, scope)
    elif isinstance(inner, exp.Literal) and inner.is_string and len(inner.name) <= MAX_PATTERN:
        relation = _matching(inner.name, scope)
    else:
        relation = _of_items([item for item in scope.items if item.starred], scope, merged=True)
        scope.reading.problem(Reason.STAR_UNRESOLVED, "COLUMNS chooses its columns by an expression.")
        relation = Relation((), relation.open, frozenset().union(*(c.sources for c in relation.columns)))
    renamed = _renamed(node.alias if isinstance(node, exp.Alias) else "", inner, relation)
    if node is call or (isinstance(node, exp.Alias) and node.this is call):
        return replace(relation, columns=tuple(renamed))
    way = AGGREGATION if node.find(exp.AggFunc) is not None else TRANSFORMATION
    beside = passed(_beside(node, scope), way)
    columns = tuple(Column(c.name, passed(c.sources, way) | beside, c.vanishes) for c in renamed)
    return replace(relation, columns=columns)


def _renamed(alias: str, pattern: exp.Expr, relation: Relation) -> Iterator[Column]:
    """The columns by the names that an alias makes of theirs: ``\\1`` is what its first group matched."""
    made = alias and relation.columns and isinstance(pattern, exp.Literal)
    tried = re.compile(pattern.name, re.IGNORECASE) if made else None
    for column in relation.columns:
        match = None if tried is None else tried.search(column.name)
        groups = () if match is None else (match[0], *match.groups(""))
        yield replace(column, name=_filled(alias, groups) or column.name)


def _filled(alias: str, groups: Sequence[str]) -> str:
    return _GROUP.sub(lambda found: groups[int(found[1])] if int(found[1]) < len(groups) else "", alias)


def _beside(node: exp.Expr, scope: Scope) -> Sources:
    """What an item takes besides the columns that ``COLUMNS(…)`` chooses."""
    found: Sources = frozenset()
    for part in node.walk(prune=lambda one: isinstance(one, (exp.Columns, exp.Column, exp.Query))):
        if isinstance(part, (exp.Column, exp.Query)):
            found |= sources_of(part, scope, Clause.SELECT)
    return found


def _like(relation: Relation, pattern: str, scope: Scope) -> Relation:
    """The columns whose name is like a pattern of SQL."""
    if pattern.count("%") > 2 or len(pattern) > MAX_PATTERN:
        scope.reading.problem(
            Reason.STAR_UNRESOLVED, "A star chooses its columns by a pattern that is not tried."
        )
        return relation
    text = "".join({"%": ".*", "_": "."}.get(c, re.escape(c)) for c in pattern)
    chosen = [c for c in relation.columns if re.fullmatch(text, c.name, re.IGNORECASE | re.DOTALL)]
    return replace(relation, columns=tuple(chosen))


def _matching(pattern: str, scope: Scope) -> Relation:
    relation = _of_items([item for item in scope.items if item.starred], scope, merged=True)
    return replace(relation, columns=tuple(_matches(pattern, relation, scope)))


def _matches(pattern: str, relation: Relation, scope: Scope) -> Iterator[Column]:
    # Python's matcher goes back without bound on nested repeats, so only patterns without them are tried.
    if len(re.findall(r"[*+{]", pattern)) > 2:
        scope.reading.problem(Reason.STAR_UNRESOLVED, "COLUMNS has a pattern that is not tried.")
        return
    try:
        matcher = re.compile(pattern, re.IGNORECASE)
    except re.error:
        scope.reading.problem(Reason.STAR_UNRESOLVED, "COLUMNS has a pattern that is not understood.")
        return
    yield from (column for column in relation.columns if matcher.search(column.name))
