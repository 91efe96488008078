"""What a column was that gets another type: not what it becomes."""

from catalog.data_types.reading import read_type
from catalog.data_types.words import Kind

_NUMBERS = (Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT)
_MOMENTS = (Kind.DATE, Kind.TIMESTAMP)


def earlier_type(used: str | None, named: str | None, new: str | None) -> str | None:
    """The likeliest type before a change to ``new``, in DuckDB's words: as the column is used, else as it is named,
    else a whole number. None: nothing says that it was not of the same kind."""
    after = None if new is None else read_type(new)
    kind = None if after is None else after.kind
    if used is not None:
        return used if used.upper() != (new or "").upper() else _sibling(kind, new or "") or used
    if named is not None and not _alike(named, kind):
        return named
    if kind is Kind.TIMESTAMP:
        return "DATE"
    if kind in _NUMBERS:
        return None if named is None else _sibling(kind, new or "")
    return "INTEGER" if kind in (Kind.DATE, Kind.TEXT) else None


def _alike(type_: str, kind: Kind | None) -> bool:
    """Whether values of a type are of this kind, or nearly."""
    before = read_type(type_)
    if before is None or kind is None:
        return False
    return before.kind is kind or any(before.kind in both and kind in both for both in (_NUMBERS, _MOMENTS))


def _sibling(kind: Kind | None, new: str) -> str | None:
    """A type of another name that goes together with it."""
    if kind is Kind.INTEGER:
        return "INTEGER" if new.upper() == "BIGINT" else "BIGINT"
    siblings = {Kind.DECIMAL: "DOUBLE", Kind.FLOAT: "BIGINT", Kind.DATE: "TIMESTAMP", Kind.TIMESTAMP: "DATE"}
    return siblings.get(kind) if kind is not None else None
