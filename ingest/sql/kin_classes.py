"""Columns of one kind, put together as a text tells it; and names that a text leaves open: of which table they are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from ingest.sql.families import Sign, sign_of_type

Parts = tuple[str, ...]
"""The name of a table as the text has it, folded; () for what a query alone writes."""
Node = tuple[object, ...]
"""("t", table, column), ("o", query, column), ("b", tables, bare name), or ("x", expression)."""
Place = tuple[Parts, str]


@dataclass(frozen=True, slots=True)
class KinTold:
    """One class: columns, and the signs of their type. ``open``: bare names that are of one of these tables, of which
    not all columns are known."""

    columns: frozenset[Place]
    signs: frozenset[Sign]
    open: frozenset[tuple[tuple[Parts, ...], str]] = frozenset()


class Passed(NamedTuple):
    """That a star passes on what ``source`` has, of which not all columns are known. ``but``: names that the query
    gives to others, or leaves out; ``sole``: what it does not name comes from nothing else."""

    target: Parts
    source: Parts
    but: frozenset[str]
    sole: bool


class Beneath(NamedTuple):
    """A table from which a query has columns that are not known, ``but`` not those. ``sole``: a column that is not
    known can come from no other (but in another branch)."""

    table: Parts
    but: frozenset[str]
    sole: bool


class Star(NamedTuple):
    """A source of which a query takes all columns as they are. ``but``: not those; ``renamed``: new name → old;
    ``replaced``: name → what it is."""

    source: object
    but: frozenset[str]
    renamed: Mapping[str, str]
    replaced: Mapping[str, exp.Expr]


@dataclass(slots=True)
class Classes:
    """``tables``: name → columns with their types; ``whole``: those that have no others."""

    dialect: str | None
    tables: dict[Parts, dict[str, str | None]]
    whole: set[Parts]
    parents: dict[Node, Node] = field(default_factory=dict)
    signs: defaultdict[Node, set[Sign]] = field(default_factory=lambda: defaultdict(set))
    outputs: dict[int, list[str]] = field(default_factory=dict)
    """The names of a query's columns, by the identity of its tree."""
    stars: dict[int, list[Star]] = field(default_factory=dict)
    """Of each query, those over what has columns that are not known."""
    sides: dict[int, tuple[exp.Expr, exp.Expr]] = field(default_factory=dict)
    with_default: list[Node] = field(default_factory=list)
    """Columns that stand beside a constant that is taken where they are null."""
    natural: list[Sequence[object]] = field(default_factory=list)
    """Of each natural join the sources by whose keys it is likely to compare."""

    def told(self) -> tuple[KinTold, ...]:
        """All classes that have a column of a table, or a name that may be one."""
        for name, columns in self.tables.items():
            for column, kind in columns.items():
                self.sign(("t", name, column), None if kind is None else sign_of_type(kind, self.dialect))
        members: defaultdict[Node, set[Place]] = defaultdict(set)
        opened: defaultdict[Node, set[tuple[tuple[Parts, ...], str]]] = defaultdict(set)
        signs: defaultdict[Node, set[Sign]] = defaultdict(set)
        for node in [*self.parents, *self.signs]:
            root = self.root(node)
            signs[root] |= self.signs.get(node, set())
            if node[0] == "t":
                members[root].add((node[1], str(node[2])))  # type: ignore[arg-type]
            elif node[0] == "b":
                opened[root].add((node[1], str(node[2])))  # type: ignore[arg-type]
        return tuple(
            KinTold(frozenset(members[root]), frozenset(signs[root]), frozenset(opened[root]))
            for root in dict.fromkeys([*members, *opened])
        )

    def defaulted(self) -> frozenset[Place]:
        """The columns of tables that are taken with a constant for where they are null."""
        names = {(self.root(node), node[2]) for node in self.with_default if node[0] in ("t", "o")}
        return frozenset(
            (node[1], str(node[2]))  # type: ignore[misc]
            for node in list(self.parents)
            if node[0] == "t" and (self.root(node), node[2]) in names
        )

    def joined_by(self) -> frozenset[Parts] | None:
        """The tables by whose keys natural joins are likely to compare; None: by those of any."""
        sources = [source for join in self.natural for source in join]
        if not all(isinstance(source, exp.Table) for source in sources):
            return None
        return frozenset(table_parts(source) for source in sources if isinstance(source, exp.Table)) or None

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

    def note(self, node: Node | None) -> None:
        """Note that there is such a column."""
        if node is not None:
            self.root(node)

    def sign(self, node: Node | None, sign: Sign | None) -> None:
        """Note a sign of the type of a node."""
        if node is not None and sign is not None:
            self.root(node)
            self.signs[node].add(sign)

    def columns_of(self, source: object) -> list[str]:
        """The known columns of a source."""
        if isinstance(source, exp.Table):
            return list(self.tables.get(table_parts(source), ()))
        return self.outputs.get(id(source.expression), []) if isinstance(source, Scope) else []

    def has(self, source: object, name: str) -> bool:
        """Whether a source is known to have a column."""
        return name in self.columns_of(source)

    def is_open(self, source: object) -> bool:
        """Whether a source may have columns that are not known."""
        return bool(self.beneath(source))

    def beneath(self, source: object) -> list[Parts]:
        """The tables from which a source has its columns that are not known."""
        if isinstance(source, exp.Table):
            parts = table_parts(source)
            return [] if parts in self.whole else [parts]
        if not isinstance(source, Scope):
            return []
        return self.beneath_query(source.expression)

    def beneath_query(self, tree: exp.Expr) -> list[Parts]:
        """The tables from which a query has its columns that are not known."""
        return list(dict.fromkeys(one.table for one in self._beneath(tree, set())))

    def passed(self, tree: exp.Expr) -> list["Beneath"]:
        """The same tables, once for each way that leads to one."""
        return self._beneath(tree, set())

    def _beneath(self, tree: exp.Expr, seen: set[int]) -> list["Beneath"]:
        if id(tree) in seen:  # a recursive query has itself for a source
            return []
        seen.add(id(tree))
        if id(tree) in self.sides:
            return [each for side in self.sides[id(tree)] for each in self._beneath(side, seen)]
        found: list[Beneath] = []
        stars = self.stars.get(id(tree), ())
        for star in stars:
            inner = star.source
            below = (
                self._beneath(inner.expression, seen)
                if isinstance(inner, Scope)
                else [Beneath(parts, frozenset(), True) for parts in self.beneath(inner)]
            )
            found += [Beneath(one.table, one.but | star.but, one.sole and len(stars) == 1) for one in below]
        return found

    def column(self, source: object, name: str) -> Node | None:
        """The node of a column of a source."""
        if isinstance(source, exp.Table):
            return ("t", table_parts(source), name)
        return self.output(source.expression, name) if isinstance(source, Scope) else None

    def output(self, tree: exp.Expr, name: str) -> Node:
        """The node of a column of a query; one that only an open star can give is the column of what is starred."""
        node: Node = ("o", id(tree), name)
        if node in self.parents or name in self.outputs.get(id(tree), ()):
            return node
        self.root(node)
        if id(tree) in self.sides:
            left, right = self.sides[id(tree)]
            self.same(node, self.output(left, name), self.output(right, name))
            return node
        stars = [star for star in self.stars.get(id(tree), ()) if name not in star.but]
        if len(stars) == 1:
            self.same(node, self.column(stars[0].source, stars[0].renamed.get(name, name)))
        elif stars:
            self.same(node, self.open_name((star.source for star in stars), name))
        return node

    def open_name(self, sources: Iterable[object], name: str) -> Node | None:
        """The node of a name that one of several sources has."""
        sources = list(sources)
        tables = sorted({parts for source in sources for parts in self.beneath(source)})
        if len(sources) == 1:
            return self.column(sources[0], name)
        return ("b", tuple(tables), name) if tables else None


def table_parts(table: exp.Table) -> Parts:
    """The parts of the name of a table, folded."""
    return tuple(part.name.casefold() for part in table.parts)
