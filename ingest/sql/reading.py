"""The state of reading one text: the tables met so far, how their columns are used, and what is not known."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from ingest.sql.bounds import Budget
from ingest.sql.relation import IDENTITY, Column, Ref, Relation
from ingest.sql.values import (
    Clause,
    Problem,
    Reason,
    SchemaSource,
    SomeColumns,
    Status,
    TableName,
    Unresolved,
)

if TYPE_CHECKING:
    from ingest.sql.scope import Scope

MAX_PROBLEMS = 100
_NO_COLUMNS_OF_A_TABLE = {
    "rowid", "_rowid_", "oid", "ctid", "rownum", "level", "sysdate", "systimestamp", "user", "filename",
    "_partitiontime", "_partitiondate", "_table_suffix", "_file_name", "metadata$filename", "metadata$action",
}  # fmt: skip
"""Names that databases give a meaning of their own where no column has them."""


@dataclass(slots=True)
class Use:
    """How a column is used so far."""

    clauses: set[Clause] = field(default_factory=set)
    named: bool = False


@dataclass(slots=True)
class BaseTable:
    """A table outside the text, or one that an earlier statement made."""

    name: TableName
    relation: Relation
    known: bool
    own: bool = False
    read: bool = False
    changed: bool = False
    star: bool = False
    rough: bool = False
    uses: dict[str, Use] = field(default_factory=dict)
    assumed: dict[str, Column] = field(default_factory=dict)
    nested: frozenset[str] = frozenset()

    def read_roughly(self) -> None:
        """Something reads it that was not followed: any of its columns may be used."""
        self.read = self.rough = True

    def assume(self, name: str) -> Column:
        """The column of a name in a table of unknown schema."""
        return self.assumed.setdefault(name.casefold(), self.perhaps(name))

    def perhaps(self, name: str) -> Column:
        """A column that it may have: no proof for later uses of the name."""
        ref = Ref(self.name.key, name)
        return Column(name, frozenset({(ref, IDENTITY)}), frozenset({ref}))


@dataclass(slots=True)
class Reading:
    """One text being read against schemas."""

    dialect: str | None
    schema: SchemaSource
    budget: Budget
    query: "Callable[[exp.Expr, Scope], Relation]"
    tables: dict[str, BaseTable] = field(default_factory=dict)
    made: dict[str, Relation] = field(default_factory=dict)
    problems: dict[Problem, Status] = field(default_factory=dict)
    missing: dict[str, TableName] = field(default_factory=dict)
    unresolved: dict[Unresolved, None] = field(default_factory=dict)
    renamed: dict[str, TableName] = field(default_factory=dict)
    statement: int = 0

    def table(self, name: TableName) -> BaseTable:
        """The table of a name; its schema is asked for once."""
        known = self.tables.get(name.key)
        if known is None:
            known = self.tables[name.key] = self._opened(name)
        return known

    def _opened(self, name: TableName) -> BaseTable:
        columns = self.schema(name)
        if not columns:
            return BaseTable(name, Relation(open=frozenset({name.key})), known=False)
        relation = base_relation(name, ((c.name, c.type) for c in columns))
        own = {column.name for column in relation.columns}
        nested = frozenset(column.name for column in columns) - own
        if isinstance(columns, SomeColumns):
            more = replace(relation, open=frozenset({name.key}))
            return BaseTable(name, more, known=False, nested=nested)
        return BaseTable(name, relation, known=True, nested=nested)

    def problem(self, reason: Reason, message: str, status: Status = Status.PARTIAL) -> None:
        """Say what is not known, once."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.setdefault(Problem(reason, self.statement, message), status)

    def need(self, tables: Iterable[str]) -> None:
        """Note that schemas of these tables would tell more."""
        for key in tables:
            self.missing.setdefault(key, self.tables[key].name)

    def use(self, ref: Ref, clause: Clause, named: bool) -> None:
        """Note a use of a base column."""
        self.budget.spend()
        use = self.tables[ref.table].uses.setdefault(ref.column, Use())
        use.clauses.add(clause)
        use.named |= named

    def star(self, keys: Iterable[str]) -> None:
        """Note that a star reaches whatever columns these tables have."""
        for key in keys:
            self.tables[key].star = True

    def is_no_column(self, name: str) -> bool:
        """Whether a name that no table has is one that the database understands by itself."""
        return name.casefold() in _NO_COLUMNS_OF_A_TABLE or name.startswith(("$", "@", "?"))


def base_relation(name: TableName, columns: Iterable[tuple[str, str | None]]) -> Relation:
    """A base table of known schema. A name below another column's name (``a.b``) is a nested field, not a column."""
    listed = list(columns)
    names = {column for column, _ in listed}
    made = []
    for column, kind in listed:
        if "." in column and column.split(".")[0] in names:
            continue
        ref = Ref(name.key, column)
        made.append(Column(column, frozenset({(ref, IDENTITY)}), frozenset({ref}), kind))
    return Relation(tuple(made))
