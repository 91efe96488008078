"""The analyses of SQL that were made, remembered: the same text with the same schemas is analysed once."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from functools import partial
from threading import Lock
from typing import Generic, TypeVar

from catalog.derivation.schemas import Columns
from ingest.sql import Parsed, SchemaColumn, SomeColumns, SqlLineage, TableName, analyse_all, parse_all

K = TypeVar("K")
V = TypeVar("V")

MAX_PARSED = 250_000
"""Characters of the texts whose trees are remembered; a character of SQL becomes some 135 bytes of trees."""
MAX_ANALYSED = 2_000_000
"""The same for analyses: some 10 bytes for a character, and as much as 20 characters for each column and source."""

Text = tuple[str, str | None]
"""A query and its dialect."""

KnownColumns = Mapping[str, Columns]
"""The columns of the tables whose schema is known, by the key of the table's name (``TableName.key``)."""

_NO_COLUMNS: KnownColumns = {}


class Analyst:
    """Analyses SQL; a pure function with a memory, safe to share between threads."""

    def __init__(self, max_parsed: int = MAX_PARSED, max_analysed: int = MAX_ANALYSED) -> None:
        self._parsed: _Recent[Text, Parsed] = _Recent(max_parsed)
        self._analysed: _Recent[tuple[object, ...], SqlLineage] = _Recent(max_analysed)

    def learn(self, texts: Iterable[Text]) -> None:
        """Analyse texts without any columns, all at once: then ``lineage`` knows them."""
        fresh = [text for text in dict.fromkeys(texts) if self._analysed.get(_key(text, _NO_COLUMNS)) is None]
        if fresh:
            self._analyse(fresh, _NO_COLUMNS)

    def lineage(
        self, query: str, dialect: str | None, columns: KnownColumns, open_: frozenset[str] = frozenset()
    ) -> SqlLineage:
        """What the text does, where these columns are known. ``open_``: names of tables that may have
        others, by their keys."""
        text = query, dialect
        known = self._analysed.get(_key(text, columns, open_))
        return known if known is not None else self._analyse([text], columns, open_)[0]

    def _analyse(
        self, texts: list[Text], columns: KnownColumns, open_: frozenset[str] = frozenset()
    ) -> list[SqlLineage]:
        schema = partial(_schema, columns, open_)
        found = analyse_all((parsed, schema) for parsed in self._parse(texts))
        for text, lineage in zip(texts, found, strict=True):
            self._analysed.put(_key(text, columns, open_), lineage, len(text[0]) + _size(lineage))
        return found

    def _parse(self, texts: list[Text]) -> list[Parsed]:
        known = {text: self._parsed.get(text) for text in texts}
        fresh = [text for text, parsed in known.items() if parsed is None]
        made = dict(zip(fresh, parse_all(fresh), strict=True)) if fresh else {}
        for text, parsed in made.items():
            self._parsed.put(text, parsed, len(text[0]))
        return [known[text] or made[text] for text in texts]


def _key(text: Text, columns: KnownColumns, open_: frozenset[str] = frozenset()) -> tuple[object, ...]:
    return (*text, frozenset(columns.items()), open_)


def _schema(columns: KnownColumns, open_: frozenset[str], name: TableName) -> tuple[SchemaColumn, ...] | None:
    known = columns.get(name.key)
    if known is None:
        return None
    listed = (SchemaColumn(one.name, one.type) for one in known)
    return SomeColumns(listed) if name.key in open_ else tuple(listed)


def _size(lineage: SqlLineage) -> int:
    """How much an analysis takes, in characters of a text."""
    used = sum(len(read.columns) for read in lineage.reads)
    written = sum(1 + len(column.sources) for write in lineage.writes for column in write.columns)
    return 20 * (used + written + len(lineage.unresolved))


class _Recent(Generic[K, V]):
    """The latest values by key, as many as fit by the size that each is said to have."""

    def __init__(self, room: int) -> None:
        self._left = room
        self._known: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        with self._lock:
            if key not in self._known:
                return None
            self._known.move_to_end(key)
            return self._known[key][0]

    def put(self, key: K, value: V, size: int) -> None:
        with self._lock:
            if key in self._known:
                self._left += self._known.pop(key)[1]
            self._known[key] = value, size
            self._left -= size
            while self._left < 0:
                self._left += self._known.popitem(last=False)[1][1]
