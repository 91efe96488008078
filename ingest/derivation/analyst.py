"""The analyses of SQL that were made, remembered: the same text with the same schemas is analysed once."""

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Generic, TypeVar

from catalog.derivation.schemas import Columns
from ingest.sql import Parsed, SchemaColumn, SqlLineage, analyse, parse

K = TypeVar("K")
V = TypeVar("V")

REMEMBERED = 2_000

KnownColumns = Mapping[str, Columns]
"""The columns of the tables whose schema is known, by the key of the table's name (``TableName.key``)."""


class Analyst:
    """Analyses SQL; a pure function with a memory, safe to share between threads."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._parsed: _Recent[tuple[str, str | None], Parsed] = _Recent(remembered)
        self._analysed: _Recent[tuple[object, ...], SqlLineage] = _Recent(remembered)

    def parsed(self, query: str, dialect: str | None) -> Parsed:
        """The text, parsed."""
        key = (query, dialect)
        known = self._parsed.get(key)
        if known is None:
            known = parse(query, dialect)
            self._parsed.put(key, known)
        return known

    def lineage(self, query: str, dialect: str | None, columns: KnownColumns) -> SqlLineage:
        """What the text does, where these columns are known."""
        key = (query, dialect, frozenset(columns.items()))
        known = self._analysed.get(key)
        if known is None:
            known = analyse(self.parsed(query, dialect), lambda name: _schema(columns.get(name.key)))
            self._analysed.put(key, known)
        return known


def _schema(columns: Columns | None) -> tuple[SchemaColumn, ...] | None:
    return None if columns is None else tuple(SchemaColumn(one.name, one.type) for one in columns)


class _Recent(Generic[K, V]):
    """The latest values by key."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._known: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def put(self, key: K, value: V) -> None:
        with self._lock:
            self._known[key] = value
            while len(self._known) > self._size:
                self._known.popitem(last=False)
