"""Statements that define tables (CREATE, ALTER, DROP, COMMENT), as plain steps in the order of the text.

``unread`` are those that change tables or data in a way that is not understood; what changes neither (grants, indexes,
sessions) is passed over.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from sqlglot import exp

from ingest.sql.ddl_columns import DdlColumn, column_of, line_of, name_of, values_checked
from ingest.sql.parse import parse, table_name
from ingest.sql.types import spelled
from ingest.sql.values import Problem, TableName


@dataclass(frozen=True, slots=True)
class CreateTable:
    """A table with these columns; ``key`` and ``partition`` None: it has none."""

    table: TableName
    columns: tuple[DdlColumn, ...]
    key: tuple[str, ...] = ()
    partition: tuple[str, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True)
class CreateQuery:
    """A view, or a table, that a query makes; ``columns``: their names, where they are told."""

    table: TableName
    query: str
    columns: tuple[str, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True)
class DropTable:
    """A table or view goes away."""

    table: TableName
    line: int | None = None


@dataclass(frozen=True, slots=True)
class MoveTable:
    """A table or view has another name; a name alone is one in the same schema."""

    table: TableName
    to: TableName
    line: int | None = None


@dataclass(frozen=True, slots=True)
class AddColumn:
    """A column more; ``after``: the one that it stands behind, "": it is the first, None: the last."""

    table: TableName
    column: DdlColumn
    after: str | None = None


@dataclass(frozen=True, slots=True)
class DropColumn:
    """A column goes away."""

    table: TableName
    name: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class RenameColumn:
    """A column has another name."""

    table: TableName
    name: str
    to: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class AlterColumn:
    """What of a column is other; None is what stays."""

    table: TableName
    name: str
    type: str | None = None
    required: bool | None = None
    default: str | None = None
    description: str | None = None
    line: int | None = None


Step: TypeAlias = (
    CreateTable | CreateQuery | DropTable | MoveTable | AddColumn | DropColumn | RenameColumn | AlterColumn
)


@dataclass(frozen=True, slots=True)
class Ddl:
    """``problems``: why the text is none. ``unread``: statements with their lines, as sentences."""

    steps: tuple[Step, ...]
    problems: tuple[Problem, ...]
    unread: tuple[str, ...]


_PASSED_OVER = (
    *(exp.Grant, exp.Revoke, exp.Set, exp.Use, exp.Transaction, exp.Commit, exp.Rollback, exp.Pragma),
    *(exp.Semicolon, exp.Analyze),
)
_TABLES = frozenset(
    ("TABLE", "VIEW", "EXTERNAL TABLE", "FOREIGN TABLE", "DYNAMIC TABLE", "MATERIALIZED VIEW")
)
_CHANGING = ("ALTER", "CREATE", "DROP", "RENAME", "TRUNCATE")


def read_ddl(text: str, dialect: str | None) -> Ddl:
    """The steps of a text. Never raises; bounds are those of ``parse``."""
    parsed = parse(text, dialect)
    reading = _Reading(text, parsed.dialect)
    steps = tuple(step for tree in parsed.trees for step in reading.steps(tree))
    return Ddl(steps, parsed.problems, tuple(reading.unread))


class _Reading:
    def __init__(self, text: str, dialect: str | None) -> None:
        self._text = text
        self._dialect = dialect
        self.unread: list[str] = []

    def steps(self, tree: exp.Expr) -> Iterator[Step]:
        """What one statement does."""
        if isinstance(tree, exp.Create):
            yield from self._create(tree)
        elif isinstance(tree, exp.Alter):
            yield from self._alter(tree)
        elif isinstance(tree, exp.Drop):
            yield from self._drop(tree)
        elif isinstance(tree, exp.Comment):
            yield from self._comment(tree)
        elif isinstance(tree, exp.Command):
            self._command(tree)
        elif not isinstance(tree, _PASSED_OVER):
            self._leave(tree, "it defines no table")

    def _create(self, tree: exp.Create) -> Iterator[Step]:
        if str(tree.args.get("kind", "")).upper() not in _TABLES:
            return
        target = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
        table = table_name(target) if isinstance(target, exp.Table) else None
        if table is None or tree.find(exp.LikeProperty) is not None:
            self._leave(tree, "its columns are not told")
            return
        told = tree.this.expressions if isinstance(tree.this, exp.Schema) else []
        query = tree.args.get("expression")
        if isinstance(query, exp.Query):
            names = tuple(name_of(one) for one in told)
            yield CreateQuery(table, self._query(query), names, line_of(target))
            return
        defined = [one for one in told if isinstance(one, exp.ColumnDef)]
        if not defined:
            self._leave(tree, "its columns are not told")
            return
        allowed = values_checked(told)
        columns = tuple(column_of(one, self._dialect, allowed) for one in defined)
        yield CreateTable(table, columns, _key(told), _partition(tree), line_of(target))

    def _query(self, query: exp.Query) -> str:
        """The text of a query as it is understood, without comments."""
        return query.sql(dialect=self._dialect, comments=False)

    def _drop(self, tree: exp.Drop) -> Iterator[Step]:
        if str(tree.args.get("kind", "")).upper() not in _TABLES:
            return
        for one in tree.args.get("tables") or ():
            name = table_name(one) if isinstance(one, exp.Table) else None
            if name is not None:
                yield DropTable(name, line_of(one))

    def _comment(self, tree: exp.Comment) -> Iterator[Step]:
        column, text = tree.this, tree.args.get("expression")
        if str(tree.args.get("kind", "")).upper() == "COLUMN" and isinstance(column, exp.Column):
            parts = tuple(part.name for part in column.parts)
            if len(parts) > 1 and text is not None:
                yield AlterColumn(
                    TableName(parts[:-1]), parts[-1], description=text.name, line=line_of(column)
                )

    def _alter(self, tree: exp.Alter) -> Iterator[Step]:
        table = table_name(tree.this) if isinstance(tree.this, exp.Table) else None
        if table is None or str(tree.args.get("kind", "")).upper() not in _TABLES:
            self._leave(tree, "it alters no table that is named")
            return
        for action in tree.args.get("actions") or ():
            steps = list(self._action(table, action))
            if not steps:
                self._leave(
                    tree, f"{' '.join(action.sql(dialect=self._dialect).split())[:60]!r} is not looked at"
                )
            yield from steps

    def _action(self, table: TableName, action: exp.Expr) -> Iterator[Step]:
        line = line_of(action)
        if isinstance(action, exp.ColumnDef):
            yield AddColumn(table, column_of(action, self._dialect, {}), _position(action))
        elif isinstance(action, exp.Schema):
            for one in action.expressions:
                yield from self._action(table, one)
        elif isinstance(action, exp.Drop) and str(action.args.get("kind", "")).upper() == "COLUMN":
            for one in action.args.get("tables") or ():
                yield DropColumn(table, _path(one), line)
        elif isinstance(action, exp.RenameColumn):
            yield RenameColumn(table, _path(action.this), _path(action.args["to"]), line)
        elif isinstance(action, exp.AlterRename) and isinstance(action.this, exp.Table):
            to = table_name(action.this)
            if to is not None:
                yield MoveTable(table, to, line)
        elif isinstance(action, exp.AlterColumn):
            yield from self._altered(table, action, line)
        elif isinstance(action, exp.ModifyColumn):
            yield from self._modified(table, action, line)

    def _altered(self, table: TableName, action: exp.AlterColumn, line: int | None) -> Iterator[Step]:
        kind, null = action.args.get("dtype"), action.args.get("allow_null")
        default, comment = action.args.get("default"), action.args.get("comment")
        dropped = action.args.get("drop") and null is None
        yield AlterColumn(
            table,
            _path(action.this),
            None if kind is None else spelled(kind, self._dialect),
            None if null is None else not null,
            "" if dropped else None if default is None else default.sql(dialect=self._dialect),
            None if comment is None else comment.name,
            line,
        )

    def _modified(self, table: TableName, action: exp.ModifyColumn, line: int | None) -> Iterator[Step]:
        """MODIFY says the whole column anew, CHANGE its name as well."""
        made = action.this
        if not isinstance(made, exp.ColumnDef):
            return
        column = column_of(made, self._dialect, {})
        was = action.args.get("rename_from")
        if was is not None and _path(was) != column.name:
            yield RenameColumn(table, _path(was), column.name, line)
        yield AlterColumn(table, column.name, column.type, column.required, column.default, line=line)

    def _command(self, tree: exp.Command) -> None:
        """A statement that the parser keeps as mere text."""
        text = " ".join(f"{tree.this} {tree.expression}".split())
        if text.upper().startswith(_CHANGING):
            place = self._text.find(str(tree.expression).strip()[:200])
            line = self._text.count("\n", 0, place) + 1 if place >= 0 else None
            self._say(line, text, "it is not understood")

    def _leave(self, tree: exp.Expr, why: str) -> None:
        self._say(line_of(tree), " ".join(tree.sql(dialect=self._dialect).split()), why)

    def _say(self, line: int | None, text: str, why: str) -> None:
        where = "" if line is None else f"line {line}: "
        short = text if len(text) <= 60 else f"{text[:57]}..."
        self.unread.append(f"{where}{short!r} is passed over: {why}.")


def _path(node: exp.Expr) -> str:
    parts = [part.name for part in node.parts] if isinstance(node, exp.Column) else [name_of(node)]
    return ".".join(parts)


def _position(column: exp.ColumnDef) -> str | None:
    place = column.args.get("position")
    if place is None:
        return None
    return "" if str(place.args.get("position")).upper() == "FIRST" else _path(place.this)


def _key(told: list[exp.Expr]) -> tuple[str, ...]:
    """The primary key, of the columns or of the table."""
    found = [
        one.name
        for one in told
        if isinstance(one, exp.ColumnDef) and one.find(exp.PrimaryKeyColumnConstraint)
    ]
    for one in told:
        for key in [one] if isinstance(one, exp.PrimaryKey) else one.find_all(exp.PrimaryKey):
            found += [name_of(part) for part in key.expressions]
    return tuple(dict.fromkeys(found))


def _partition(tree: exp.Create) -> tuple[str, ...]:
    found = tree.find(exp.PartitionedByProperty)
    if found is None:
        return ()
    listed = found.this.expressions if isinstance(found.this, (exp.Schema, exp.Tuple)) else [found.this]
    return tuple(one.sql() for one in listed)
