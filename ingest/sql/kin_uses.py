"""What one query says of the columns that it reads: what it compares, computes and unites."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from ingest.sql.families import Sign, sign_of_call, sign_of_literal, sign_of_spelled, takes_first
from ingest.sql.kin_classes import Classes, Node, Star


@dataclass(slots=True)
class Uses:
    """What one query says of the columns that it reads."""

    classes: Classes
    scope: Scope
    seen: dict[int, Node | None] = field(default_factory=dict)

    def read(self) -> None:
        """Every expression of the query."""
        tree = self.scope.expression
        if isinstance(tree, exp.SetOperation):
            self._sides(tree)
        if not isinstance(tree, exp.Select):
            return
        spelled = is_spelled_out(tree)
        for part in tree.expressions:
            self._output(tree, part)
            column = cast_column(part)
            if spelled and column is not None:
                self.classes.sign(self.of(column), sign_of_spelled(part.unalias().to.sql(dialect="duckdb")))
        for key in ("where", "having", "qualify"):
            condition = tree.args.get(key)
            if condition is not None:
                self.classes.sign(self.of(condition.this), Sign.use("BOOLEAN"))
        for join in tree.args.get("joins") or ():
            self._join(join)
        for key in ("group", "order", "windows"):
            if tree.args.get(key) is not None:
                self._inside(tree.args[key])

    def _sides(self, tree: exp.SetOperation) -> None:
        left, right = tree.left.unnest(), tree.right.unnest()
        names, others = (self.classes.outputs.get(id(side), []) for side in (left, right))
        if tree.args.get("by_name"):
            pairs = [(name, name) for name in names if name in others]
            self.classes.outputs[id(tree)] = list(dict.fromkeys([*names, *others]))
        else:
            pairs = list(zip(names, others, strict=False)) if len(names) == len(others) else []
        for one, other in pairs:
            self.classes.same(("o", id(left), one), ("o", id(right), other))
        for side, listed in ((left, names), (right, others if tree.args.get("by_name") else [])):
            for name in listed:
                self.classes.same(("o", id(tree), name), ("o", id(side), name))

    def _output(self, tree: exp.Select, part: exp.Expr) -> None:
        if part.is_star:
            self._star(tree, part)
            return
        found = self.of(part)
        name = part.alias_or_name.casefold()
        if name:
            self.classes.same(("o", id(tree), name), found)

    def _star(self, tree: exp.Select, part: exp.Expr) -> None:
        stars = list(stars_of(self.scope, part))
        for name in sorted(frozenset().union(*(star.but for star in stars))):
            holders = [star.source for star in stars if self.classes.has(star.source, name)]
            self.classes.note(self.classes.open_name(holders[:1] or [star.source for star in stars], name))
        for star in stars:
            for name in self.classes.columns_of(star.source):
                if name not in star.but:
                    self.classes.same(("o", id(tree), name), self.classes.column(star.source, name))
            for new, old in star.renamed.items():
                self.classes.same(("o", id(tree), new), self.classes.column(star.source, old))
            for new, value in star.replaced.items():
                self.classes.same(("o", id(tree), new), self.of(value))

    def _selected(self) -> list[tuple[str, object]]:
        chosen = self.scope.selected_sources
        return [(alias, source) for alias, source in self.scope.sources.items() if alias in chosen]

    def _join(self, join: exp.Join) -> None:
        condition = join.args.get("on")
        if condition is not None:
            self.classes.sign(self.of(condition), Sign.use("BOOLEAN"))
        own, earlier = self.scope.sources.get(join.alias_or_name), self._before(join)
        names = _using(join)
        if join.method and join.method.upper() == "NATURAL":
            listed = {name for source in earlier for name in self.classes.columns_of(source)}
            names = [name for name in self.classes.columns_of(own) if name in listed]
            self.classes.natural.append(_looked_up(join, own, earlier))
        for name in names:
            holders = [source for source in earlier if self.classes.has(source, name)]
            open_ = [source for source in earlier if self.classes.is_open(source)]
            other = self.classes.open_name(holders[:1] or open_, name)
            self.classes.same(self.classes.column(own, name), other)

    def _before(self, join: exp.Join) -> list[object]:
        """The sources that stand before one that is joined."""
        found: list[object] = []
        for alias, source in self._selected():
            if alias == join.alias_or_name:
                break
            found.append(source)
        return found

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
        if isinstance(node, exp.Neg) and not isinstance(node.this, exp.Literal):
            return self._numbers(node)
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
        self.classes.sign(made, sign)
        return made

    def _inside(self, node: exp.Expr, but: exp.Expr | None = None) -> None:
        for child in node.iter_expressions():
            if child is not but and not isinstance(child, exp.Query):
                self.of(child)

    def _named(self, node: exp.Column) -> Node | None:
        name, table = node.name.casefold(), node.table.casefold()
        scope: Scope | None = self.scope
        open_: list[object] = []
        while scope is not None:
            chosen = [(a, s) for a, s in scope.sources.items() if a in scope.selected_sources]
            if table:
                found = [source for alias, source in chosen if alias.casefold() == table]
            else:
                found = [source for _, source in chosen if self.classes.has(source, name)]
                found = found or _joined_by(scope, name)
                if not found and _gives(scope, node):
                    return ("o", id(scope.expression), name)
                open_ += [source for _, source in chosen if self.classes.is_open(source)]
            if found:
                return self.classes.column(found[0], name)
            scope = scope.parent if table or scope.is_subquery or scope.is_set_operation else None
        return self.classes.open_name(open_, name)

    def _first(self, node: exp.Expr) -> Node | None:
        query = node.unnest()
        names = self.classes.outputs.get(id(query))
        return self.classes.output(query, names[0]) if names else None

    def _compared(self, node: exp.Expr) -> Node:
        self.classes.same(*(self.of(child) for child in node.iter_expressions()))
        return self._fresh(node, Sign.use("BOOLEAN"))

    def _within(self, node: exp.Expr) -> Node:
        query = node.args.get("query")
        others = [self.of(each) for each in node.args.get("expressions") or ()]
        self.classes.same(self.of(node.this), *others, self._first(query) if query is not None else None)
        return self._fresh(node, Sign.use("BOOLEAN"))

    def _logical(self, node: exp.Expr) -> Node:
        for child in node.iter_expressions():
            self.classes.sign(self.of(child), Sign.use("BOOLEAN"))
        return self._fresh(node, Sign.use("BOOLEAN"))

    def _branches(self, node: exp.Expr) -> Node | None:
        found = [self.of(node.args.get("default"))] if node.args.get("default") is not None else []
        for each in node.args.get("ifs") or ():
            found.append(self.of(each.args.get("true")))
            condition = self.of(each.this)
            if node.this is not None:
                self.classes.same(self.of(node.this), condition)
            else:
                self.classes.sign(condition, Sign.use("BOOLEAN"))
        return self.classes.same(*found)

    def _if(self, node: exp.Expr) -> Node | None:
        self.classes.sign(self.of(node.this), Sign.use("BOOLEAN"))
        return self.classes.same(self.of(node.args.get("true")), self.of(node.args.get("false")))

    def _defaulted(self, node: exp.Expr) -> Node | None:
        """coalesce(a, 'none')"""
        column, others = node.this, node.args.get("expressions") or ()
        if isinstance(column, exp.Column) and any(isinstance(each, _CONSTANTS) for each in others):
            found = self.of(column)
            if found is not None:
                self.classes.with_default.append(found)
        return self._united(node)

    def _united(self, node: exp.Expr) -> Node | None:
        return self.classes.same(*(self.of(child) for child in node.iter_expressions()))

    def _kept(self, node: exp.Expr) -> Node | None:
        self._inside(node, but=node.this)
        return self.of(node.this)

    def _sum(self, node: exp.Expr) -> Node | None:
        """a + b, a - b: of numbers, or of a moment and what is added to it."""
        left, right = node.this, node.args.get("expression")
        if isinstance(right, exp.Interval):
            moment = self.of(left)
            self.classes.sign(moment, Sign.use("DATE"))
            return self._fresh(node, Sign.use("TIMESTAMP"))
        if isinstance(node, exp.Add):
            for each in (left, right):
                self.classes.sign(self.of(each), Sign.use("INTEGER"))
            return self._fresh(node, Sign.use("INTEGER"))
        if sign_of_literal(right) is None:
            self.classes.same(self.of(left), self.of(right))
        return self._fresh(node, Sign.use("INTEGER"))

    def _numbers(self, node: exp.Expr) -> Node:
        children = list(node.iter_expressions())
        for child in children:
            found = self.of(child)
            if not any(isinstance(each, exp.Interval) for each in children):
                self.classes.sign(found, Sign.use("INTEGER"))
        return self._fresh(node, Sign.use("DOUBLE" if isinstance(node, exp.Div) else "INTEGER"))

    def _call(self, node: exp.Expr) -> Node:
        taken, given = sign_of_call(node)
        for child in node.iter_expressions():
            if isinstance(child, exp.Query):
                continue
            found = self.of(child)
            meant = child is node.this or not takes_first(node)
            if taken is not None and meant and not isinstance(child, (exp.Literal, exp.Var, exp.Interval)):
                self.classes.sign(found, taken)
        return self._fresh(node, given)


_CONSTANTS = (exp.Literal, exp.Boolean, exp.Neg)
_RULES: dict[tuple[type[exp.Expr], ...], Callable[[Uses, exp.Expr], Node | None]] = {
    (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ): Uses._compared,
    (exp.Between,): Uses._compared,
    (exp.In,): Uses._within,
    (exp.And, exp.Or, exp.Not): Uses._logical,
    (exp.Case,): Uses._branches,
    (exp.If,): Uses._if,
    (exp.Coalesce,): Uses._defaulted,
    (exp.Greatest, exp.Least, exp.Nullif): Uses._united,
    (exp.Min, exp.Max, exp.AnyValue, exp.First, exp.Last, exp.Lag, exp.Lead): Uses._kept,
    (exp.FirstValue, exp.LastValue, exp.ArgMax, exp.ArgMin): Uses._kept,
    (exp.Add, exp.Sub): Uses._sum,
    (exp.Mul, exp.Div, exp.Mod, exp.IntDiv): Uses._numbers,
}


def stars_of(scope: Scope, part: exp.Expr) -> Iterator[Star]:
    """The sources of which a star takes the columns."""
    star = part.this if isinstance(part, exp.Column) else part
    chosen = part.table.casefold() if isinstance(part, exp.Column) else ""
    gone = {each.name.casefold() for each in star.args.get("except_") or star.args.get("except") or ()}
    renamed = {each.alias.casefold(): each.this.name.casefold() for each in star.args.get("rename") or ()}
    replaced = {each.alias.casefold(): each.this for each in star.args.get("replace") or ()}
    but = frozenset(gone | set(renamed.values()) | set(replaced))
    for alias, source in scope.sources.items():
        if alias in scope.selected_sources and chosen in ("", alias.casefold()):
            yield Star(source, but, renamed, replaced)


def is_spelled_out(tree: exp.Select) -> bool:
    """Whether a query casts each column to the type that it has, and null where it has none: so a macro writes it that
    puts tables together whose columns differ, from what the database says of them (dbt-utils, ``union_relations``)."""
    inner = [part.unalias() for part in tree.expressions]
    casts = [one for one in inner if type(one) is exp.Cast]
    nulls = sum(isinstance(one.this, exp.Null) for one in casts)
    rest = [one for one in inner if type(one) is not exp.Cast]
    return bool(nulls) and len(casts) > 2 and all(isinstance(one, exp.Literal) for one in rest)


def cast_column(part: exp.Expr) -> exp.Column | None:
    """The column that is cast under its own name; None: it is something else."""
    inner = part.unalias()
    if type(inner) is not exp.Cast or not isinstance(inner.this, exp.Column):
        return None
    return inner.this if inner.this.name.casefold() == part.alias_or_name.casefold() else None


def _looked_up(join: exp.Join, own: object, earlier: Sequence[object]) -> Sequence[object]:
    """The sources by whose keys a natural join is likely to compare: an outer join looks up what it may not find, by
    its key; else each may be the one that is looked up."""
    side = (join.side or "").upper()
    return [own] if side == "LEFT" else earlier if side == "RIGHT" else [own, *earlier]


def _using(join: exp.Join) -> list[str]:
    return [part.name.casefold() for part in join.args.get("using") or ()]


def _joined_by(scope: Scope, name: str) -> list[exp.Table | Scope]:
    """The sources that are joined USING a name: they have it."""
    joins = scope.expression.args.get("joins") or ()
    aliases = [join.alias_or_name for join in joins if name in _using(join)]
    return [scope.sources[alias] for alias in aliases if alias in scope.sources]


def _gives(scope: Scope, node: exp.Column) -> bool:
    """Whether a query gives this name to an output, which other expressions of it may use; not that which makes it."""
    if not isinstance(scope.expression, exp.Select):
        return False
    name = node.name.casefold()
    made = [part for part in scope.expression.expressions if part.alias and part.alias.casefold() == name]
    return bool(made) and node.find_ancestor(exp.Alias) not in made
