"""What a statement that fills a table makes of changes of that table: by the columns that it names, or their number."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from catalog.impact.bound import Bound
from catalog.impact.change import Change, ChangeKind
from catalog.impact.delta import Mark
from catalog.impact.job_binder import Fill, Value
from catalog.impact.proposed import GOES, RETYPES, VANISHES
from catalog.impact.severity import Certainty, Severity

_K = ChangeKind
MAKING = "CREATE"
"""How a statement is told that makes its table anew."""
COUNTING = frozenset(
    ("duckdb", "mysql", "snowflake", "bigquery", "tsql", "oracle", "sqlite", "trino", "presto", "clickhouse")
)
"""Databases that refuse an INSERT without a list of columns which gives less values than there are columns."""
LENIENT = frozenset(("postgres",))
"""Databases that fill the first columns then, and leave the rest to their defaults (PostgreSQL, INSERT)."""

WRITES_GONE = "writes into a dataset that is gone"
NAMES_GONE = "writes a column that is gone"
LEAVES_OUT = "fills the dataset, and its SQL does not write what changes"
BY_PLACE = "fills the dataset column by column without naming them, as many as before"
GIVES_LESS = "fills the dataset without naming its columns, and gives fewer values than it will have columns"
GIVES_MORE = "fills the dataset without naming its columns, and gives more values than it will have columns"
SHIFTS = "fills the dataset without naming its columns, so that values may come into others"
LEAVES_EMPTY = "fills the dataset without the new column, which stays empty"
REFUSED = "has SQL that its database does not take any more, for what it writes into"
TAKES_TYPE = "fills the dataset, and what it writes fits the new type"
MAY_NOT_FIT = "writes values that may not fit the new type"
CANNOT_FIT = "writes values that do not fit the new type"
WRITES_NULL = "writes null into a column that may hold none any more"
WRITES_VALUE = "fills the column, and never with null"
MAY_BE_NULL = "writes values that may be null into a column that may hold none any more"
NO_DEFAULT = "leaves a column out that may not be null any more, which fails unless that has a default"
MAY_BE_REFUSED = "writes values that the stricter rule may refuse"
NOT_READ = "fills the dataset in a way of which its SQL does not say enough"
MAKES_IT = "makes the dataset anew, so it has to change too, or its next run undoes the change"
FROM_FILES = "fills the dataset from files, whose columns are not known"


class Table(NamedTuple):
    """A table that is filled: its columns before the changes, folded; ``whole``: all of them."""

    columns: tuple[str, ...]
    whole: bool
    dialect: str | None


class Found(NamedTuple):
    """What a statement does after a change."""

    severity: Severity
    certainty: Certainty
    reason: str
    message: str | None = None


def _fits(reason: str, sure: Certainty = Certainty.PROVEN) -> Found:
    return Found(Severity.COMPATIBLE, sure, reason)


def _fails(reason: str, sure: Certainty = Certainty.PROVEN, message: str | None = None) -> Found:
    return Found(Severity.BREAKS, sure, reason, message)


def _open(reason: str, sure: Certainty = Certainty.UNKNOWN) -> Found:
    return Found(Severity.UNKNOWN, sure, reason)


class Filled:
    """One statement, and all changes of the table that it fills."""

    def __init__(self, fill: Fill, table: Table, changes: Sequence[Change], bound: Bound | None) -> None:
        self._fill = fill
        self._table = table
        self._changes = changes
        self._bound = bound
        self._sure = Certainty.STRUCTURAL
        if bound is not None and bound.is_final:
            self._sure = Certainty.PROVEN
        top = [one for one in changes if "." not in (one.path or "")]
        gone = {_root(one) for one in top if one.kind in GOES}
        dropped = {_root(one) for one in top if one.kind is _K.FIELD_REMOVED}
        added = {_root(one) for one in top if one.kind is _K.FIELD_ADDED}
        renamed = {one.after.casefold() for one in top if one.kind is _K.FIELD_RENAMED and one.after}
        self._gone = gone - renamed - added
        self._more = len(added) - len(dropped)
        self._reshaped = bool(added or dropped)

    @staticmethod
    def matters(change: Change) -> bool:
        """Whether a change may concern who writes: it takes no values as they were."""
        if change.kind is _K.KEY_CHANGED:
            return change.after == "yes"
        return change.kind in _MARKS

    @staticmethod
    def mark(change: Change) -> Mark:
        """What has happened, in the words of the walk."""
        return _MARKS[change.kind]

    def judged(self) -> Iterator[tuple[Change, Found]]:
        """What the statement makes of each change."""
        for change in self._changes:
            found = self._of(change)
            if found is not None:
                yield change, found

    def _of(self, change: Change) -> Found | None:
        kind = change.kind
        if self._fill.how == MAKING:
            return _fits(MAKES_IT) if kind in _MADE else None
        if kind in VANISHES:
            return _fails(WRITES_GONE)
        if any(one.kind in VANISHES for one in self._changes):
            return None
        if kind in GOES or kind is _K.FIELD_ADDED:
            return self._of_shape(change)
        if kind is _K.FIELD_MOVED:
            return _fits(LEAVES_OUT) if self._fill.columns is not None else _open(SHIFTS)
        touched = self._touches(_root(change))
        if kind in RETYPES:
            return self._of_type(change, touched)
        if kind is _K.FIELD_REQUIRED:
            return self._of_null(change, touched)
        if touched is False and change.path is not None:
            return _fits(LEAVES_OUT)
        return _open(MAY_BE_REFUSED, Certainty.NEEDS_WAREHOUSE)

    def _of_shape(self, change: Change) -> Found:
        """A column goes, gets another name, or comes."""
        fill, name = self._fill, _root(change)
        if "." in (change.path or ""):
            return _fits(LEAVES_OUT) if self._touches(name) is False else self._by_binding()
        if fill.columns is not None:
            named = change.kind is not _K.FIELD_ADDED and name in fill.columns
            if named and name in self._gone:
                return _fails(NAMES_GONE)
            return _open(SHIFTS) if named else _fits(LEAVES_OUT)
        if fill.how == "COPY":
            return _open(FROM_FILES, Certainty.NEEDS_WAREHOUSE)
        if fill.by_name:
            return (
                _fits(LEAVES_OUT) if change.kind is _K.FIELD_ADDED and not fill.adds else self._by_binding()
            )
        if not self._reshaped:
            return _fits(BY_PLACE)
        return self._by_number(change)

    def _by_number(self, change: Change) -> Found:
        """Without a list of columns: as many values as columns, or it fails."""
        lenient = self._table.dialect in LENIENT
        if self._more > 0 and lenient:
            return _open(SHIFTS) if self._is_inside(change) else _fits(LEAVES_EMPTY)
        decided = self._by_binding()
        if decided.severity is not Severity.UNKNOWN and not (lenient and decided.severity is Severity.BREAKS):
            return decided
        if self._more == 0:
            return _open(SHIFTS)
        values, columns = self._fill.values, len(self._table.columns)
        counted = values is not None and self._table.whole
        if counted and values is not None and len(values) != columns:
            return _open(NOT_READ)
        sure = Certainty.PROVEN if counted else Certainty.STRUCTURAL
        if self._more < 0:
            return _fails(GIVES_MORE, sure)
        return _fails(GIVES_LESS, sure if self._table.dialect in COUNTING else Certainty.HEURISTIC)

    def _is_inside(self, change: Change) -> bool:
        """Whether a new column stands before one that was there."""
        return change.ordinal is not None and change.ordinal <= len(self._table.columns)

    def _by_binding(self) -> Found:
        bound = self._bound
        if bound is None:
            return _open(NOT_READ)
        if bound.refused:
            return _fails(REFUSED, self._sure, bound.after.message)
        return _fits(LEAVES_OUT, self._sure) if bound.takes_it else _open(NOT_READ)

    def _of_type(self, change: Change, touched: bool | None) -> Found:
        bound = self._bound
        if touched is False:
            return _fits(LEAVES_OUT)
        if bound is None or change.after is None:
            return _open(MAY_NOT_FIT, Certainty.NEEDS_WAREHOUSE)
        if bound.refused:
            return _fails(REFUSED, self._sure, bound.after.message)
        if bound.fails_on_any_value:
            return _fails(CANNOT_FIT, self._sure)
        narrower = change.kind is _K.TYPE_NARROWED
        if not bound.takes_it or bound.may_fail_on_values or narrower:
            return _open(MAY_NOT_FIT, Certainty.NEEDS_WAREHOUSE)
        return _fits(TAKES_TYPE, self._sure)

    def _of_null(self, change: Change, touched: bool | None) -> Found:
        name = _root(change)
        if touched is False:
            return _open(NO_DEFAULT, Certainty.NEEDS_WAREHOUSE) if self._fill.adds else _fits(LEAVES_OUT)
        if "." not in (change.path or ""):
            value = self._value(name)
            if value is Value.NULL:
                return _fails(WRITES_NULL)
            if value is Value.FULL:
                return _fits(WRITES_VALUE)
        return _open(MAY_BE_NULL, Certainty.NEEDS_WAREHOUSE)

    def _touches(self, name: str) -> bool | None:
        """Whether it writes a column; None: not known."""
        fill = self._fill
        if fill.columns is not None:
            return name in fill.columns
        if fill.by_name or fill.values is None or not self._table.whole or name not in self._table.columns:
            return None
        return self._table.columns.index(name) < len(fill.values)

    def _value(self, name: str) -> Value | None:
        """What it puts into a column; None: not known."""
        columns = self._fill.columns
        if columns is None:
            columns = self._table.columns if self._table.whole and not self._fill.by_name else ()
        values = self._fill.values or ()
        return next((value for column, value in zip(columns, values, strict=False) if column == name), None)


_MADE = GOES | RETYPES | VANISHES | {_K.FIELD_ADDED, _K.FIELD_MOVED}
"""Changes that whoever makes the table has to make."""


def _root(change: Change) -> str:
    """The column that a path is in."""
    return (change.path or "").split(".")[0].casefold()


_MARKS: dict[ChangeKind, Mark] = {
    **dict.fromkeys(GOES, Mark.REMOVED),
    **dict.fromkeys(RETYPES, Mark.RETYPED),
    **dict.fromkeys(VANISHES, Mark.GONE),
    _K.FIELD_ADDED: Mark.ADDED,
    _K.FIELD_MOVED: Mark.MOVED,
    _K.FIELD_REQUIRED: Mark.RULE,
    _K.CONSTRAINT_TIGHTENED: Mark.RULE,
    _K.ENUM_VALUE_REMOVED: Mark.RULE,
    _K.KEY_CHANGED: Mark.RULE,
}
