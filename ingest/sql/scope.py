"""What names mean at one place of a statement: the tables of its FROM, its aliases, and the places around it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from sqlglot import exp

from ingest.sql.aliases import Meaning, Place, meaning_of
from ingest.sql.reading import Reading
from ingest.sql.relation import IDENTITY, TRANSFORMATION, Column, Ref, Relation, passed
from ingest.sql.values import DIRECT, Clause, Reason, TableName, Unresolved

EMPTY = Column("")
MAX_CANDIDATES = 20
"""Of more tables than these to which a column may belong, the first are told."""


@dataclass(slots=True)
class Item:
    """One table of a FROM. ``qualifiers``: the folded parts of its name, or its alias alone."""

    qualifiers: tuple[str, ...]
    relation: Relation
    hidden: set[str] = field(default_factory=set)
    starred: bool = True

    def answers(self, parts: tuple[str, ...]) -> bool:
        """Whether ``parts`` in front of a column mean it: the end of its name."""
        return bool(parts) and self.qualifiers[-len(parts) :] == parts


@dataclass(slots=True)
class Cte:
    """A common table expression, read when something first refers to it."""

    read: Callable[[], Relation]
    relation: Relation | None = None

    def get(self) -> Relation:
        """Its columns. Raises TooComplex."""
        if self.relation is None:
            self.relation = self.read()
        return self.relation


@dataclass(slots=True)
class Scope:
    """The names of one SELECT, or of another statement with tables."""

    reading: Reading
    parent: "Scope | None" = None
    ctes: Mapping[str, Cte] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    merged: dict[str, Column] = field(default_factory=dict)
    aliases: dict[str, Column] = field(default_factory=dict)
    computed: set[str] = field(default_factory=set)
    place: Place = Place.SELECT
    grouped: frozenset[Ref] = frozenset()
    windows: dict[str, exp.Expr] = field(default_factory=dict)
    joining: bool = False
    """Its FROM is being read: the queries in it see none of its tables (but LATERAL ones)."""

    def column(
        self, parts: tuple[str, ...], clause: Clause, alias_first: bool = False, named: bool = True
    ) -> Column:
        """The column that a name means, with its use noted; one without sources when nothing has the name.

        Of a struct's field it is the field, when the schema lists it, else the struct's column.
        """
        found = self._found(parts, clause, alias_first)
        self.use(found, clause, named)
        return found

    def use(self, column: Column, clause: Clause, named: bool = True) -> None:
        """Note that a column is used, for all base columns behind it."""
        for ref in column.vanishes:
            self.reading.use(ref, clause, named)
        for ref, how in column.sources:
            if how.kind == DIRECT:
                self.reading.use(ref, clause, named=False)

    def around(self) -> "Iterator[Scope]":
        """This scope and those around it, the innermost first."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def _found(self, parts: tuple[str, ...], clause: Clause, alias_first: bool) -> Column:
        if len(parts) == 1:
            return self._bare(parts[0], parts[0], clause, alias_first)
        for scope in self.around():
            for cut in range(len(parts) - 1, 0, -1):
                item = scope.item(parts[:cut])
                if item is not None:
                    found = self._of_item(item, parts[cut], ".".join(parts[:cut]), clause)
                    return self._below(found, parts[cut + 1 :])
            if scope.known(parts[0]):
                return self._below(scope._bare(parts[0], parts[0], clause, alias_first), parts[1:])
        return self._below(self._bare(parts[0], ".".join(parts), clause, alias_first), parts[1:])

    def _below(self, column: Column, path: tuple[str, ...]) -> Column:
        """A field of a struct."""
        if not path:
            return column
        if len(column.vanishes) == 1:
            (ref,) = column.vanishes
            nested = ".".join((ref.column, *path))
            if nested in self.reading.tables[ref.table].nested:
                inner = Ref(ref.table, nested)
                return Column(path[-1], frozenset({(inner, IDENTITY)}), frozenset({inner}))
        return Column(path[-1], passed(column.sources, TRANSFORMATION), column.vanishes)

    def item(self, qualifier: tuple[str, ...]) -> Item | None:
        """The table that stands in front of a column; of two with the name, the first."""
        folded = tuple(part.casefold() for part in qualifier)
        return next((item for item in self.items if item.answers(folded)), None)

    def known(self, name: str) -> list[Column]:
        """The columns of a name in the tables whose columns are known."""
        if name.casefold() in self.merged:
            return [self.merged[name.casefold()]]
        return [column for item in self.items for column in item.relation.named(name)]

    def _bare(self, name: str, written: str, clause: Clause, alias_first: bool) -> Column:
        """A name without a table in front of it, from here outwards."""
        for scope in self.around():
            alias = scope.aliases.get(name.casefold())
            found = scope.known(name)
            if alias_first and alias is not None and scope._goes_first(name, bool(found)):
                return alias
            if found:
                return found[0] if len(found) == 1 else self._ambiguous(scope, name, clause)
            assumed = scope._assumed(name)
            if assumed is not None:
                return assumed
            if alias is not None and scope._meaning(name) is not Meaning.COLUMN:
                return (
                    alias
                    if scope._meaning(name) is Meaning.ALIAS
                    else self._either(scope, alias, name, clause)
                )
            column = self._of_open(scope, name, clause)
            if column is not None:
                return column
            item = scope.item((name,))
            if item is not None:
                return scope._row(item)
        if not self.reading.is_no_column(name):
            self._lost(written, None, (), clause, Reason.COLUMN_UNRESOLVED, "no table here has it")
        return EMPTY

    def more(self) -> bool:
        """Whether its tables may have columns that are not known."""
        return not all(item.relation.closed for item in self.items)

    def _meaning(self, name: str) -> Meaning:
        """What the name of an alias means here; where all columns are known, it is what no column is."""
        return self._meaning_beside(name) if self.more() else Meaning.ALIAS

    def _goes_first(self, name: str, known: bool) -> bool:
        """Whether the name of an alias means it even if a column has the name, as ``known`` tells."""
        meaning = self._meaning_beside(name) if known else self._meaning(name)
        return meaning is Meaning.ALIAS

    def _meaning_beside(self, name: str) -> Meaning:
        """What the name of an alias means here where a column may have it too."""
        key = name.casefold()
        grouped = all(ref in self.grouped for ref, _ in self.aliases[key].sources)
        return meaning_of(self.place, self.reading.dialect, key in self.computed, grouped)

    def _either(self, scope: "Scope", alias: Column, name: str, clause: Clause) -> Column:
        """An alias that a column of the same name would hide: both are told."""
        keys = sorted({key for item in scope.items for key in item.relation.open})
        self.reading.budget.spend(len(keys) + len(scope.items) + len(alias.sources))
        self.reading.need(keys)
        message = (
            f"The name {name[:100]!r} is the output column, or a column of a table whose schema is not known."
        )
        self.reading.problem(Reason.COLUMN_AMBIGUOUS, message)
        rests = [item.relation.rest for item in scope.items if item.relation.rest is not None]
        sources = alias.sources.union(*rests)
        if len(keys) != 1:
            self.reading.star(keys)
            return Column(name, sources)
        column = self.reading.tables[keys[0]].perhaps(name)
        return replace(column, sources=sources | column.sources)

    def _assumed(self, name: str) -> Column | None:
        """A column that an earlier use gave to the one open table that has it."""
        tables = self.reading.tables
        keys = {key for item in self.items for key in item.relation.open}
        found = [
            tables[key].assumed[name.casefold()] for key in keys if name.casefold() in tables[key].assumed
        ]
        return found[0] if len(found) == 1 else None

    def _of_open(self, scope: "Scope", name: str, clause: Clause) -> Column | None:
        """The column when one table alone can have it; EMPTY when several can; None when none can."""
        keys = sorted({key for item in scope.items for key in item.relation.open})
        self.reading.budget.spend(len(keys) + len(scope.items))
        rests = [item.relation.rest for item in scope.items if item.relation.rest is not None]
        if len(keys) == 1 and not rests:
            return self._or_further_out(scope, self.reading.tables[keys[0]].assume(name), clause)
        if not keys:
            return Column(name, frozenset().union(*rests)) if rests else None
        names = tuple(self.reading.tables[key].name for key in keys)
        self.reading.need(keys)
        self.reading.star(keys)
        self._lost(
            name, None, names, clause, Reason.SCHEMA_UNKNOWN, "tables without a known schema may have it"
        )
        return EMPTY

    def _or_further_out(self, scope: "Scope", column: Column, clause: Clause) -> Column:
        """A column that is taken to be of a subquery's open table, where a table around it may be meant as well."""
        for around in (one for one in list(scope.around())[1:] if not one.joining):
            known = around.known(column.name)[:1]
            keys = {key for item in around.items for key in item.relation.open}
            self.reading.budget.spend(len(keys) + 1)
            if not known and not keys:
                continue
            self.reading.need(keys)
            names = tuple(self.reading.tables[key].name for key in sorted(keys))
            why = "it may be of the subquery, or of a table around it"
            self._lost(column.name, None, names, clause, Reason.SCHEMA_UNKNOWN, why)
            for one in known:
                sources, vanishes = column.sources | one.sources, column.vanishes | one.vanishes
                column = replace(column, sources=sources, vanishes=vanishes)
        return column

    def _of_item(self, item: Item, name: str, written: str, clause: Clause) -> Column:
        found = item.relation.named(name)
        if found:
            return found[0]
        relation = item.relation
        if relation.rest is not None:
            return Column(name, relation.rest)
        if len(relation.open) == 1:
            return self.reading.tables[next(iter(relation.open))].assume(name)
        tables = tuple(self.reading.tables[key].name for key in sorted(relation.open))
        if tables:
            self.reading.need(relation.open)
            self.reading.star(relation.open)
            self._lost(
                name, None, tables, clause, Reason.SCHEMA_UNKNOWN, "tables without a known schema may have it"
            )
        elif not self.reading.is_no_column(name):
            self._lost(
                name, TableName((written,)), (), clause, Reason.COLUMN_MISSING, f"{written} does not have it"
            )
        return EMPTY

    def _row(self, item: Item) -> Column:
        """A table's name as a value: the whole row."""
        self.reading.star(item.relation.open)
        every = frozenset(source for column in item.relation.columns for source in column.sources)
        return Column("", passed(every, TRANSFORMATION))

    def _ambiguous(self, scope: "Scope", name: str, clause: Clause) -> Column:
        columns = scope.known(name)
        if len({column.sources for column in columns}) > 1:
            where = sorted({ref.table for column in columns for ref, _ in column.sources})
            names = tuple(self.reading.tables[key].name for key in where)
            self._lost(name, None, names, clause, Reason.COLUMN_AMBIGUOUS, "several tables have it")
        for column in columns:
            self.use(column, clause, named=False)
        return EMPTY

    def _lost(
        self,
        column: str,
        table: TableName | None,
        candidates: tuple[TableName, ...],
        clause: Clause,
        reason: Reason,
        why: str,
    ) -> None:
        lost = Unresolved(column, table, candidates[:MAX_CANDIDATES], frozenset({clause}))
        if len(self.reading.unresolved) < 1000:
            self.reading.unresolved.setdefault(lost)
        self.reading.problem(reason, f"The column {column[:100]!r} could not be placed: {why}.")
