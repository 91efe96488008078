"""Which columns a text takes for values of one kind, and of which: by its own words, where no schema tells types."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, traverse_scope

from ingest.sql.bounds import on_fresh_stack
from ingest.sql.kin_classes import Classes, KinTold, Parts, Passed, Place, table_parts
from ingest.sql.kin_uses import Uses, stars_of
from ingest.sql.parse import parse
from ingest.sql.unpivoted import as_queries

MAX_CHARACTERS = 100_000


class KinRead(NamedTuple):
    """What one text tells: classes of columns, and which tables are passed on by stars. ``defaulted``: columns that it
    takes with a constant for where they are null; ``joined_by``: the tables by whose keys its natural joins are likely
    to compare; None: by those of any."""

    classes: tuple[KinTold, ...]
    passed: frozenset[Passed]
    defaulted: frozenset[Place] = frozenset()
    joined_by: frozenset[Parts] | None = None


def kin(
    query: str,
    dialect: str | None,
    tables: Mapping[Parts, Sequence[tuple[str, str | None]]],
    whole: Collection[Parts] = (),
) -> KinRead:
    """The classes of a text's columns. ``tables``: name → columns with their types; ``whole``: those of which these are
    all. It never raises."""
    if len(query) > MAX_CHARACTERS:
        return KinRead((), frozenset())
    parsed = parse(query, dialect)
    columns = {
        _folded(name): {column.casefold(): kind for column, kind in listed} for name, listed in tables.items()
    }
    reading = _Statements(Classes(parsed.dialect, columns, set(map(_folded, whole))))
    for tree in parsed.trees:
        try:
            on_fresh_stack([lambda tree=tree: reading.read(tree)])  # type: ignore[misc]
        except (SqlglotError, RecursionError, ValueError, TypeError, AttributeError, LookupError):
            continue  # the parser has hundreds of forms of tree, and not each can be walked
    classes = reading.classes
    return KinRead(classes.told(), frozenset(reading.passed), classes.defaulted(), classes.joined_by())


def _folded(name: Parts) -> Parts:
    return tuple(part.casefold() for part in name)


class _Statements:
    """Reads the statements of one text."""

    def __init__(self, classes: Classes) -> None:
        self.classes = classes
        self.passed: set[Passed] = set()
        self._trees: list[exp.Expr] = []

    def read(self, tree: exp.Expr) -> None:
        """All queries of a statement, those inside first; then what it writes."""
        tree = as_queries(tree)
        self._trees.append(tree)  # what is noted of a query is noted by its identity
        query = tree.expression if isinstance(tree, (exp.Create, exp.Insert)) else tree
        if not isinstance(query, exp.Query):
            return
        scopes = traverse_scope(query)
        for scope in scopes:
            self._names(scope)
        for scope in scopes:
            Uses(self.classes, scope).read()
        self._written(tree, query, query.unnest())

    def _written(self, tree: exp.Expr, query: exp.Query, top: exp.Expr) -> None:
        names = self.classes.outputs.get(id(top), [])
        target: Parts = ()
        columns = names
        if query is not tree:
            table = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
            if not isinstance(table, exp.Table):
                return
            target = table_parts(table)
            if isinstance(tree, exp.Insert) and not tree.args.get("by_name"):
                listed = tree.this.expressions if isinstance(tree.this, exp.Schema) else ()
                columns = [part.name.casefold() for part in listed] or list(
                    self.classes.tables.get(target, ())
                )
                if len(columns) != len(names) or self.classes.stars.get(id(top)):
                    return
            elif isinstance(tree, exp.Create):
                self._created(target, top)
        for column, name in zip(columns, names, strict=True):
            self.classes.same(("t", target, column), ("o", id(top), name))
        for one in self.classes.passed(top):
            self.passed.add(Passed(target, one.table, one.but.union(names), one.sole))

    def _created(self, target: Parts, top: exp.Expr) -> None:
        """A table that the text makes has the columns of its query, for the statements behind it."""
        known = self.classes.tables.setdefault(target, {})
        known.update(
            dict.fromkeys(name for name in self.classes.outputs.get(id(top), ()) if name not in known)
        )
        if not self.classes.beneath_query(top):
            self.classes.whole.add(target)

    def _names(self, scope: Scope) -> None:
        tree = scope.expression
        if isinstance(tree, exp.SetOperation):
            left, right = tree.left.unnest(), tree.right.unnest()
            self.classes.sides[id(tree)] = left, right
            self.classes.outputs[id(tree)] = list(self.classes.outputs.get(id(left), ()))
        elif isinstance(tree, exp.Select):
            found: list[str] = []
            for part in tree.expressions:
                found += self._starred(scope, part) if part.is_star else [part.alias_or_name.casefold()]
            names = list(dict.fromkeys(name for name in found if name))
            self.classes.outputs[id(tree)] = self._aliased(tree, names)

    def _starred(self, scope: Scope, part: exp.Expr) -> list[str]:
        """The names that a star gives; it is kept where it may give more."""
        found: list[str] = []
        for star in stars_of(scope, part):
            if self.classes.is_open(star.source):
                self.classes.stars.setdefault(id(scope.expression), []).append(star)
            found += [name for name in self.classes.columns_of(star.source) if name not in star.but]
            found += [*star.renamed, *star.replaced]
        return found

    def _aliased(self, tree: exp.Select, names: list[str]) -> list[str]:
        """The names of a query's columns where they are given behind it: ``(…) as t (a, b)``."""
        alias = tree.parent.args.get("alias") if isinstance(tree.parent, (exp.CTE, exp.Subquery)) else None
        given = [part.name.casefold() for part in alias.columns] if isinstance(alias, exp.TableAlias) else []
        if len(given) > len(names) or self.classes.stars.get(id(tree)):
            return names
        for new, old in zip(given, names, strict=False):
            self.classes.same(("o", id(tree), new), ("o", id(tree), old))
        return [*given, *names[len(given) :]]
