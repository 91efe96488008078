"""DDL as a proposal: what the tables will be after all its statements, against what the graph knows of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

from catalog.coverage import spoken
from catalog.identity import DatasetId
from catalog.impact.change import Change, ChangeKind, Place
from catalog.names import name_parts
from ingest.errors import Contradiction, UnknownColumn, UnknownDataset, UnparsableDdl
from ingest.proposals.columns import near_columns, untyped
from ingest.proposals.differences import differences
from ingest.proposals.gathered import Gathered, listed
from ingest.proposals.known import Known
from ingest.proposals.queries import query_change
from ingest.proposals.shape import MADE_NEW, Column, Shape
from ingest.sql.ddl import (
    AddColumn,
    AlterColumn,
    CreateQuery,
    CreateTable,
    Ddl,
    DropColumn,
    DropTable,
    MoveTable,
    RenameColumn,
    Step,
    read_ddl,
)
from ingest.sql.ddl_columns import DdlColumn

T = TypeVar("T", str, bool)
Edit: TypeAlias = Callable[[Column], Column]
NOT_WHOLE = "No whole schema of {} is known: columns that it loses unseen cannot be told."


@dataclass(slots=True)
class _Table:
    """A table under way: ``before`` as the graph knows it, ``after`` as the statements leave it.

    ``gone``: it is dropped or moved, and not made again since.
    """

    dataset: str
    before: Shape
    after: Shape
    replaced: bool = False
    gone: Change | None = None


def read_tables(known: Known, text: str, name: str, dataset: str | None, dialect: str | None) -> Gathered:
    """The changes that a text of DDL says. ``dataset``: what its one table is, where that is said.

    Raises UnparsableDdl, UnknownDataset, UnknownColumn, Contradiction.
    """
    ddl = read_ddl(text, dialect)
    refused = [problem.message for problem in ddl.problems]
    if refused:
        raise UnparsableDdl(f"{name}: {' '.join(refused)}")
    return _Reading(known, name, dialect).read(ddl, dataset)


_NO_TABLES = "Give the statements that create, alter, rename or drop tables; others change no columns."


class _Reading:
    def __init__(self, known: Known, file: str, dialect: str | None) -> None:
        self._known, self._file, self._dialect = known, file, dialect
        self._datasets: dict[tuple[str, ...], str | None] = {}
        self._tables: dict[str, _Table] = {}
        self._found = Gathered()
        self._wrong: list[str] = []

    def read(self, ddl: Ddl, dataset: str | None) -> Gathered:
        """The changes of all steps together."""
        if not ddl.steps:
            why = " ".join(ddl.unread) or "The text has no statement that defines a table."
            raise UnparsableDdl(f"{self._file}: {why}", _NO_TABLES)
        self._place(ddl.steps, dataset)
        for step in ddl.steps:
            self._take(step)
        if self._wrong:
            raise UnknownColumn(" ".join(self._wrong))
        for table in self._tables.values():
            if table.gone is None:
                self._compare(table)
            else:
                self._found.changes.append(table.gone)
                if table.after != table.before:
                    told = f"{spoken(table.dataset)} is changed after it is moved or dropped"
                    self._found.unread.append(f"{self._file}: {told}, which is not looked at.")
        self._found.unread += [f"{self._file}: {sentence}" for sentence in ddl.unread]
        self._found.sources.append(f"DDL {self._file}")
        return self._found

    def _place(self, steps: Sequence[Step], dataset: str | None) -> None:
        """Which dataset each table is. One that the graph does not have may be new, where others are known."""
        names = {step.table.parts for step in steps}
        if dataset is not None:
            if len({parts[-1].casefold() for parts in names}) > 1:
                raise Contradiction(
                    f"{self._file} has several tables ({listed('.'.join(one) for one in names)}); "
                    f"they cannot all be {spoken(dataset)}.",
                    "Leave the dataset out, or give its table alone.",
                )
            self._datasets = dict.fromkeys(names, dataset)
        else:
            self._datasets = self._known.tables(names)
        if all(found is None for found in self._datasets.values()):
            shown = listed(".".join(parts) for parts in names)
            near = self._known.near(".".join(min(names)))
            raise UnknownDataset(f"{self._file}: no dataset is named {shown}.", near)
        shapes = self._known.shapes({found for found in self._datasets.values() if found is not None})
        self._tables = {key: _Table(key, shape, shape) for key, shape in shapes.items()}

    def _take(self, step: Step) -> None:
        found = self._datasets[step.table.parts]
        if found is None:
            near = self._known.near(".".join(step.table.parts)) or ""
            self._unread(
                step, f"no dataset is named {step.table}, so it is taken for a new one. {near}".strip()
            )
            return
        table = self._tables[found]
        match step:
            case CreateTable():
                columns = tuple(self._column(one) for one in step.columns)
                table.after = Shape(
                    columns, key=step.key, partition=step.partition, place=Place(self._file, step.line)
                )
                table.replaced, table.gone = True, None
            case CreateQuery():
                table.gone = None
                self._found.changes.append(query_change(found, step.query, Place(self._file, step.line)))
            case DropTable():
                self._vanish(table, ChangeKind.DATASET_REMOVED, None, step.line)
            case MoveTable():
                self._vanish(table, ChangeKind.DATASET_MOVED, _moved(found, step.to.parts), step.line)
                self._datasets[step.to.parts] = found
            case AddColumn():
                self._add(table, step)
            case DropColumn():
                self._edit(table, step.name, step.line, None)
            case RenameColumn():
                self._edit(table, step.name, step.line, lambda one: _renamed(one, step.to))
            case AlterColumn():
                self._edit(table, step.name, step.line, lambda one: _altered(one, step))

    def _vanish(self, table: _Table, kind: ChangeKind, to: str | None, line: int | None) -> None:
        """It goes, as it was: what became of its columns before does not count."""
        before = spoken(table.dataset)
        table.gone = Change(table.dataset, kind, before=before, after=to, place=Place(self._file, line))
        table.after, table.replaced = table.before, False

    def _column(self, made: DdlColumn) -> Column:
        return Column(
            *(made.name, made.type, made.required, made.description, made.default, made.values),
            place=Place(self._file, made.line),
        )

    def _add(self, table: _Table, step: AddColumn) -> None:
        new = replace(self._column(step.column), was=MADE_NEW)
        columns = list(table.after.columns)
        if any(one.path.casefold() == new.path.casefold() for one in columns):
            raise Contradiction(f"{self._file}: {spoken(table.dataset)} has a column {new.path} already.")
        names = [one.path.casefold() for one in columns]
        behind = step.after.casefold() if step.after else None
        place = len(columns) if step.after is None else names.index(behind) + 1 if behind in names else 0
        columns.insert(place, new)
        table.after = replace(table.after, columns=tuple(columns))

    def _edit(self, table: _Table, name: str, line: int | None, edit: Edit | None) -> None:
        """A column made another, or left out (None)."""
        found = next((c for c in table.after.columns if c.path.casefold() == name.casefold()), None)
        if found is None and table.before.whole:
            near = near_columns(name, table.after.columns)
            self._wrong.append(f"{self._file}: {spoken(table.dataset)} has no column {name}. {near}".strip())
            return
        if found is None:
            found = Column(name, guessed=True)
            table.before = replace(table.before, columns=(*table.before.columns, found))
            table.after = replace(table.after, columns=(*table.after.columns, found))
        place = Place(self._file, line)
        made = None if edit is None else replace(edit(found), place=place)
        if made is not None:
            self._told_outright(table, found, made)
        table.after = replace(
            table.after,
            columns=tuple(_edited(table.after.columns, found, made)),
            place=table.after.place or place,
        )

    def _told_outright(self, table: _Table, found: Column, made: Column) -> None:
        """A statement says that something is changed, though it is not known what it was."""
        if found.type is None and made.type is not None:
            note = "Which type it had is not known."
            self._found.changes.append(
                Change(
                    *(table.dataset, ChangeKind.TYPE_INCOMPATIBLE, found.was or found.path, None, made.type),
                    place=made.place,
                    note=note,
                )
            )
        known = replace(
            found,
            path=found.was or found.path,
            was=None,
            required=not made.required
            if found.required is None and made.required is not None
            else found.required,
            default="" if found.default is None and made.default is not None else found.default,
            description=""
            if found.description is None and made.description is not None
            else found.description,
        )
        columns = (known if one.path == known.path else one for one in table.before.columns)
        table.before = replace(table.before, columns=tuple(columns))

    def _compare(self, table: _Table) -> None:
        before, after = table.before, replace(table.after, whole=True)
        if not table.replaced:
            before = replace(before, whole=True)
        elif not before.whole:
            self._found.unread.append(NOT_WHOLE.format(spoken(table.dataset)))
        if table.replaced:
            self._found.unread += untyped(table.dataset, before, after)
        self._found.changes += differences(table.dataset, before, after, fold=True)

    def _unread(self, step: Step, why: str) -> None:
        line = step.column.line if isinstance(step, AddColumn) else step.line
        where = "" if line is None else f"line {line}: "
        self._found.unread.append(f"{self._file}: {where}{why}")


def _edited(columns: Iterable[Column], found: Column, made: Column | None) -> Iterator[Column]:
    """The columns with one made another, or left out; what lies in it goes with it."""
    inner = f"{found.path}."
    for one in columns:
        if one is found:
            if made is not None:
                yield made
        elif not one.path.startswith(inner):
            yield one
        elif made is not None:
            yield replace(one, path=f"{made.path}.{one.path[len(inner) :]}")


def _renamed(column: Column, to: str) -> Column:
    """One that is new stays new; of two renames the first name counts."""
    return replace(column, path=to, was=column.path if column.was is None else column.was)


def _altered(column: Column, step: AlterColumn) -> Column:
    def said(new: T | None, old: T | None) -> T | None:
        return old if new is None else new

    return replace(
        column,
        type=said(step.type, column.type),
        required=said(step.required, column.required),
        default=said(step.default, column.default),
        description=said(step.description, column.description),
    )


def _moved(dataset: str, parts: tuple[str, ...]) -> str:
    """The key of a dataset under another name; a name alone, or with fewer parts, lies where the old one lay."""
    known = DatasetId.parse(dataset)
    before = name_parts(known.name)
    kept = before[: len(before) - len(parts)] if len(parts) < len(before) else ()
    return DatasetId(known.namespace, ".".join((*kept, *parts))).key
