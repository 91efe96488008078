"""Which columns a text takes for values of one kind, and of which: by its own words, where no schema tells types."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, traverse_scope

from ingest.sql.bounds import on_fresh_stack
from ingest.sql.families import Sign, sign_of_call, sign_of_literal, sign_of_spelled, sign_of_type
from ingest.sql.parse import parse

Node = tuple[object, ...]
Place = tuple[tuple[str, ...], str]
"""The table as the text names it, () for what a query alone writes; and the column. Folded."""
MAX_CHARACTERS = 100_000


@dataclass(frozen=True, slots=True)
class KinTold:
    """One class: columns, and the signs of their type."""

    columns: frozenset[Place]
    signs: frozenset[Sign]


def kin(
    query: str, dialect: str | None, tables: Mapping[tuple[str, ...], Sequence[tuple[str, str | None]]]
) -> tuple[KinTold, ...]:
    """The classes of a text's columns. ``tables``: name, folded → columns with their types. It never raises."""
    if len(query) > MAX_CHARACTERS:
        return ()
    parsed = parse(query, dialect)
    reading = _Reading(parsed.dialect, _folded(tables))
    for tree in parsed.trees:
        try:
            on_fresh_stack([lambda tree=tree: reading.statement(tree)])  # type: ignore[misc]
        except (SqlglotError, RecursionError, ValueError, TypeError, AttributeError, LookupError):
            continue  # the parser has hundreds of forms of tree, and not each can be walked
    return reading.classes()


def _folded(
    tables: Mapping[tuple[str, ...], Sequence[tuple[str, str | None]]],
) -> dict[tuple[str, ...], dict[str, str | None]]:
    return {
        tuple(part.casefold() for part in name): {column.casefold(): kind for column, kind in columns}
        for name, columns in tables.items()
    }


@dataclass(slots=True)
class _Reading:
    dialect: str | None
    tables: dict[tuple[str, ...], dict[str, str | None]]
    parents: dict[Node, Node] = field(default_factory=dict)
    signs: defaultdict[Node, set[Sign]] = field(default_factory=lambda: defaultdict(set))
    outputs: dict[int, list[str]] = field(default_factory=dict)
    """The names of a query's columns, by the identity of its tree."""
    scopes: list[Scope] = field(default_factory=list)

    def classes(self) -> tuple[KinTold, ...]:
        """All classes that have a column of a table."""
        for name, columns in self.tables.items():
            for column, kind in columns.items():
                self.sign(("t", name, column), None if kind is None else sign_of_type(kind, self.dialect))
        members: defaultdict[Node, set[Place]] = defaultdict(set)
        signs: defaultdict[Node, set[Sign]] = defaultdict(set)
        for node in [*self.parents, *self.signs]:
            root = self.root(node)
            signs[root] |= self.signs.get(node, set())
            if node[0] == "t":
                members[root].add((node[1], str(node[2])))  # type: ignore[arg-type]
        return tuple(KinTold(frozenset(found), frozenset(signs[root])) for root, found in members.items())

    def root(self, node: Node) -> Node:
        """The one that stands for the class of a node."""
        while (above := self.parents.setdefault(node, node)) != node:
            self.parents[node] = self.parents.setdefault(above, above)
            node = above
        return node

    def same(self, *nodes: Node | None) -> Node | None:
        """Make one class of them."""
        known = [self.root(node) for node in nodes if node is not None]
        for other in known[1:]:
            self.parents[self.root(other)] = self.root(known[0])
        return known[0] if known else None

    def sign(self, node: Node | None, sign: Sign | None) -> None:
        """Note a sign of the type of a node."""
        if node is not None and sign is not None:
            self.root(node)
            self.signs[node].add(sign)

    def statement(self, tree: exp.Expr) -> None:
        """All queries of a statement, those inside first; then what it writes."""
        query = tree.expression if isinstance(tree, (exp.Create, exp.Insert)) else tree
        if not isinstance(query, exp.Query):
            return
        scopes = traverse_scope(query)
        self.scopes = scopes
        for scope in scopes:
            self._names(scope)
        for scope in scopes:
            _Uses(self, scope).read()
        written: tuple[str, ...] = ()
        if query is not tree:
            target = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
            if not isinstance(target, exp.Table) or isinstance(tree, exp.Insert):
                return
            written = table_parts(target)
        top = query.unnest()
        for name in self.outputs.get(id(top), ()):
            self.same(("t", written, name), ("o", id(top), name))

    def _names(self, scope: Scope) -> None:
        tree = scope.expression
        if isinstance(tree, exp.SetOperation):
            self.outputs[id(tree)] = list(self.outputs.get(id(tree.left.unnest()), ()))
            return
        if not isinstance(tree, exp.Select):
            return
        found: list[str] = []
        for part in tree.expressions:
            if isinstance(part, exp.Star) or (isinstance(part, exp.Column) and part.is_star):
                chosen = part.table.casefold() if isinstance(part, exp.Column) else ""
                for alias, source in scope.sources.items():
                    if chosen in ("", alias.casefold()) and alias in scope.selected_sources:
                        found += self.columns_of(source)
            else:
                found.append(part.alias_or_name.casefold())
        self.outputs[id(tree)] = list(dict.fromkeys(name for name in found if name))

    def columns_of(self, source: object) -> list[str]:
        """The known columns of a source."""
        if isinstance(source, exp.Table):
            return list(self.tables.get(table_parts(source), ()))
        return self.outputs.get(id(source.expression), []) if isinstance(source, Scope) else []

    def column(self, source: object, name: str) -> Node | None:
        """The node of a column of a source."""
        if isinstance(source, exp.Table):
            return ("t", table_parts(source), name)
        return ("o", id(source.expression), name) if isinstance(source, Scope) else None


def table_parts(table: exp.Table) -> tuple[str, ...]:
    """The parts of the name of a table, folded."""
    return tuple(part.name.casefold() for part in table.parts)


@dataclass(slots=True)
class _Uses:
    """What one query says of the columns that it reads."""

    reading: _Reading
    scope: Scope
    seen: dict[int, Node | None] = field(default_factory=dict)

    def read(self) -> None:
        """Every expression of the query."""
        tree = self.scope.expression
        if isinstance(tree, exp.SetOperation):
            self._sides(tree)
        if not isinstance(tree, exp.Select):
            return
        for part in tree.expressions:
            self._output(tree, part)
        for key in ("where", "having", "qualify"):
            condition = tree.args.get(key)
            if condition is not None:
                self.reading.sign(self.of(condition.this), Sign.use("BOOLEAN"))
        for join in tree.args.get("joins") or ():
            self._join(join)
        for key in ("group", "order", "windows"):
            if tree.args.get(key) is not None:
                self._inside(tree.args[key])

    def _sides(self, tree: exp.SetOperation) -> None:
        left, right = tree.left.unnest(), tree.right.unnest()
        names, others = (self.reading.outputs.get(id(side), []) for side in (left, right))
        if tree.args.get("by_name"):
            pairs = [(name, name) for name in names if name in others]
            self.reading.outputs[id(tree)] = list(dict.fromkeys([*names, *others]))
        else:
            pairs = list(zip(names, others, strict=False)) if len(names) == len(others) else []
        for one, other in pairs:
            self.reading.same(("o", id(left), one), ("o", id(right), other))
        for side, listed in ((left, names), (right, others if tree.args.get("by_name") else [])):
            for name in listed:
                self.reading.same(("o", id(tree), name), ("o", id(side), name))

    def _output(self, tree: exp.Select, part: exp.Expr) -> None:
        if isinstance(part, exp.Star) or (isinstance(part, exp.Column) and part.is_star):
            chosen = part.table.casefold() if isinstance(part, exp.Column) else ""
            for alias, source in self._selected():
                if chosen in ("", alias.casefold()):
                    for name in self.reading.columns_of(source):
                        self.reading.same(("o", id(tree), name), self.reading.column(source, name))
            return
        found = self.of(part)
        name = part.alias_or_name.casefold()
        if name:
            self.reading.same(("o", id(tree), name), found)

    def _selected(self) -> list[tuple[str, object]]:
        chosen = self.scope.selected_sources
        return [(alias, source) for alias, source in self.scope.sources.items() if alias in chosen]

    def _join(self, join: exp.Join) -> None:
        condition = join.args.get("on")
        if condition is not None:
            self.reading.sign(self.of(condition), Sign.use("BOOLEAN"))
        names = [part.name.casefold() for part in join.args.get("using") or ()]
        if join.method and join.method.upper() == "NATURAL":
            joined = self.scope.sources.get(join.alias_or_name)
            names = self.reading.columns_of(joined)
        for name in names:
            holders = [source for _, source in self._selected() if name in self.reading.columns_of(source)]
            open_ = [source for _, source in self._selected() if not self.reading.columns_of(source)]
            self.reading.same(*(self.reading.column(one, name) for one in holders or open_))

    def of(self, node: exp.Expr | None) -> Node | None:
        """The node of an expression; what is inside is read too."""
        if node is None or isinstance(node, exp.Star):
            return None
        if id(node) not in self.seen:
            self.seen[id(node)] = None
            self.seen[id(node)] = self._read(node)
        return self.seen[id(node)]

    def _read(self, node: exp.Expr) -> Node | None:
        if isinstance(node, exp.Column):
            return self._named(node)
        if isinstance(node, (exp.Alias, exp.Paren, exp.Window, exp.Filter, exp.IgnoreNulls, exp.Ordered)):
            self._inside(node, but=node.this)
            return self.of(node.this)
        if isinstance(node, exp.Subquery):
            return self._first(node)
        if isinstance(node, (exp.Literal, exp.Neg, exp.Boolean)):
            return self._fresh(node, sign_of_literal(node))
        if isinstance(node, (exp.Cast, exp.TryCast)):
            self.of(node.this)
            return self._fresh(node, sign_of_spelled(node.to.sql(dialect="duckdb")))
        rule = next((rule for kinds, rule in _RULES.items() if isinstance(node, kinds)), None)
        if rule is not None:
            return rule(self, node)
        return self._call(node)

    def _fresh(self, node: exp.Expr, sign: Sign | None) -> Node:
        made: Node = ("x", id(node))
        self.reading.sign(made, sign)
        return made

    def _inside(self, node: exp.Expr, but: exp.Expr | None = None) -> None:
        for child in node.iter_expressions():
            if child is not but and not isinstance(child, exp.Query):
                self.of(child)

    def _named(self, node: exp.Column) -> Node | None:
        name, table = node.name.casefold(), node.table.casefold()
        scope: Scope | None = self.scope
        while scope is not None:
            chosen = [(a, s) for a, s in scope.sources.items() if a in scope.selected_sources]
            if table:
                found = [source for alias, source in chosen if alias.casefold() == table]
            else:
                found = [source for _, source in chosen if name in self.reading.columns_of(source)]
                if not found and isinstance(scope.expression, exp.Select):
                    tree = scope.expression
                    if any(part.alias.casefold() == name for part in tree.expressions if part.alias):
                        return ("o", id(tree), name)
                if not found and len(chosen) == 1:
                    found = [chosen[0][1]]
            if found:
                return self.reading.column(found[0], name)
            scope = scope.parent
        return None

    def _first(self, node: exp.Expr) -> Node | None:
        query = node.unnest()
        names = self.reading.outputs.get(id(query))
        return ("o", id(query), names[0]) if names else None

    def _compared(self, node: exp.Expr) -> Node:
        self.reading.same(*(self.of(child) for child in node.iter_expressions()))
        return self._fresh(node, Sign.use("BOOLEAN"))

    def _within(self, node: exp.Expr) -> Node:
        query = node.args.get("query")
        others = [self.of(each) for each in node.args.get("expressions") or ()]
        self.reading.same(self.of(node.this), *others, self._first(query) if query is not None else None)
        return self._fresh(node, Sign.use("BOOLEAN"))

    def _logical(self, node: exp.Expr) -> Node:
        for child in node.iter_expressions():
            self.reading.sign(self.of(child), Sign.use("BOOLEAN"))
        return self._fresh(node, Sign.use("BOOLEAN"))

    def _branches(self, node: exp.Expr) -> Node | None:
        found = [self.of(node.args.get("default"))] if node.args.get("default") is not None else []
        for each in node.args.get("ifs") or ():
            found.append(self.of(each.args.get("true")))
            condition = self.of(each.this)
            if node.this is not None:
                self.reading.same(self.of(node.this), condition)
            else:
                self.reading.sign(condition, Sign.use("BOOLEAN"))
        return self.reading.same(*found)

    def _if(self, node: exp.Expr) -> Node | None:
        self.reading.sign(self.of(node.this), Sign.use("BOOLEAN"))
        return self.reading.same(self.of(node.args.get("true")), self.of(node.args.get("false")))

    def _united(self, node: exp.Expr) -> Node | None:
        return self.reading.same(*(self.of(child) for child in node.iter_expressions()))

    def _kept(self, node: exp.Expr) -> Node | None:
        self._inside(node, but=node.this)
        return self.of(node.this)

    def _sum(self, node: exp.Expr) -> Node | None:
        """a + b, a - b: of numbers, or of a moment and what is added to it."""
        left, right = node.this, node.args.get("expression")
        if isinstance(right, exp.Interval):
            moment = self.of(left)
            self.reading.sign(moment, Sign.use("DATE"))
            return self._fresh(node, Sign.use("TIMESTAMP"))
        if isinstance(node, exp.Add):
            for each in (left, right):
                self.reading.sign(self.of(each), Sign.use("INTEGER"))
            return self._fresh(node, Sign.use("INTEGER"))
        if sign_of_literal(right) is None:
            self.reading.same(self.of(left), self.of(right))
        return self._fresh(node, Sign.use("INTEGER"))

    def _numbers(self, node: exp.Expr) -> Node:
        children = list(node.iter_expressions())
        for child in children:
            found = self.of(child)
            if not any(isinstance(each, exp.Interval) for each in children):
                self.reading.sign(found, Sign.use("INTEGER"))
        return self._fresh(node, Sign.use("DOUBLE" if isinstance(node, exp.Div) else "INTEGER"))

    def _call(self, node: exp.Expr) -> Node:
        taken, given = sign_of_call(node)
        for child in node.iter_expressions():
            if isinstance(child, exp.Query):
                continue
            found = self.of(child)
            if taken is not None and not isinstance(child, (exp.Literal, exp.Var, exp.Interval)):
                self.reading.sign(found, taken)
        return self._fresh(node, given)


_RULES: dict[tuple[type[exp.Expr], ...], Callable[[_Uses, exp.Expr], Node | None]] = {
    (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ): _Uses._compared,
    (exp.Between,): _Uses._compared,
    (exp.In,): _Uses._within,
    (exp.And, exp.Or, exp.Not): _Uses._logical,
    (exp.Case,): _Uses._branches,
    (exp.If,): _Uses._if,
    (exp.Coalesce, exp.Greatest, exp.Least, exp.Nullif): _Uses._united,
    (exp.Min, exp.Max, exp.AnyValue, exp.First, exp.Last, exp.Lag, exp.Lead): _Uses._kept,
    (exp.FirstValue, exp.LastValue, exp.ArgMax, exp.ArgMin): _Uses._kept,
    (exp.Add, exp.Sub): _Uses._sum,
    (exp.Mul, exp.Div, exp.Mod, exp.IntDiv): _Uses._numbers,
}
