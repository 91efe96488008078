"""Empty tables in a DuckDB that reaches nothing outside: where one text at a time is bound."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import duckdb

from ingest.binding.expressions import Origin
from ingest.binding.messages import TableTold
from ingest.binding.types import kind_of, quoted

HOST, _HOME = "meshline_host", "meshline_home"
"""The first is shared by all texts: what one made there the next would find, so none may name it."""
_TAKEN = {HOST, _HOME, "system", "temp"}
MORE = "meshline: further columns"
"""A column that stands for those of a table that are not known."""
UNKNOWN_TYPE = '"NULL"'
"""A column of it binds wherever any type does."""
MEMORY_LIMIT = "256MB"
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": "1",
    "memory_limit": MEMORY_LIMIT,
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "lock_configuration": "true",
}
Place = tuple[str, str, str]


def open_database() -> duckdb.DuckDBPyConnection:
    """A database without a file, that opens none and takes no settings any more."""
    connection = duckdb.connect(":memory:", config=_SETTINGS)
    connection.execute(f"ATTACH ':memory:' AS {HOST}; USE {HOST}; DETACH memory")
    return connection


@dataclass(slots=True)
class Sandbox:
    """One text's tables. ``opaque``: a type was told that is not known; ``whole``: no table may have more columns."""

    connection: duckdb.DuckDBPyConnection
    types: "Types"
    given: set[Place] = field(default_factory=set)
    catalogs: dict[str, str] = field(default_factory=dict)
    was: dict[Origin, str] = field(default_factory=dict)
    no_text_now: set[str] = field(default_factory=set)
    """The kinds of types of columns that were text before."""
    opaque: bool = False
    whole: bool = True

    def place(self, parts: Sequence[str]) -> Place | None:
        """Where a name is found; None: it has no place here."""
        folded = tuple(part.casefold() for part in parts)
        if len(folded) == 1:
            return (_HOME, "main", folded[0])
        if len(folded) == 2:
            return (folded[0], "main", folded[1]) if folded[0] in self.catalogs else (_HOME, *folded)
        if len(folded) == 3 and folded[0] not in _TAKEN:
            return folded[0], folded[1], folded[2]
        return None

    def fill(self, tables: Sequence[TableTold], target: Sequence[str] | None) -> None:
        """Attach the catalogs, make the schemas and the tables; the first of two of one name counts."""
        tables = [table for table in tables if all(table["name"])]
        names = [table["name"] for table in tables] + ([list(target)] if target and all(target) else [])
        for catalog in [_HOME, *(name[0] for name in names if len(name) == 3)]:
            if catalog.casefold() not in self.catalogs and (
                catalog == _HOME or catalog.casefold() not in _TAKEN
            ):
                self.catalogs[catalog.casefold()] = catalog
                self.connection.execute(f"ATTACH ':memory:' AS {quoted(catalog)}")
        self.connection.execute(f"USE {_HOME}")
        for name in names:
            self._schema(name)
        for table in tables:
            self._table(table)

    def _schema(self, parts: Sequence[str]) -> None:
        place = self.place(parts)
        if place is not None and place[1] != "main":
            written = parts[-2]
            self.connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(place[0])}.{quoted(written)}")

    def _table(self, table: TableTold) -> None:
        place = self.place(table["name"])
        if place is None or place in self.given:
            return
        self.given.add(place)
        self.whole &= table["whole"]
        columns: dict[str, str] = {}
        for name, spellings, earlier in table["columns"]:
            if name and name.casefold() not in columns:
                kind = self._type(spellings)
                columns[name.casefold()] = f"{quoted(name)} {kind}"
                self._remember(Origin(place, name.casefold()), self.types.understood(earlier), kind)
        if not table["whole"] or not columns:
            columns[MORE] = f"{quoted(MORE)} {UNKNOWN_TYPE}"
        self.connection.execute(f"CREATE TABLE {dotted(place)} ({', '.join(columns.values())})")

    def _remember(self, origin: Origin, was: str | None, now: str) -> None:
        if was is not None:
            self.was[origin] = was
        if was == "VARCHAR" and now not in ("VARCHAR", UNKNOWN_TYPE):
            self.no_text_now.add(kind_of(now))

    def _type(self, spellings: Sequence[str]) -> str:
        if not spellings:
            return UNKNOWN_TYPE
        found = self.types.understood(spellings)
        self.opaque |= found is None
        return found or UNKNOWN_TYPE


@dataclass(slots=True)
class Types:
    """Spellings of types that DuckDB knows, each asked once."""

    connection: duckdb.DuckDBPyConnection
    known: dict[str, str | None] = field(default_factory=dict)

    def understood(self, spellings: Sequence[str]) -> str | None:
        """The first that it knows, in its own words."""
        for spelling in spellings:
            if spelling not in self.known:
                if len(self.known) > 10_000:
                    self.known.clear()
                self.known[spelling] = self._asked(spelling)
            if self.known[spelling] is not None:
                return self.known[spelling]
        return None

    def _asked(self, spelling: str) -> str | None:
        try:
            rows = self.connection.execute(f"SELECT typeof(CAST(NULL AS {spelling}))").fetchall()
        except duckdb.Error:
            return None
        return str(rows[0][0]) if len(rows) == len(rows[0]) == 1 else None


@contextmanager
def sandbox(host: duckdb.DuckDBPyConnection, types: Types) -> Iterator[Sandbox]:
    """A sandbox that is empty, and is gone afterwards with all that was made in it."""
    made = Sandbox(host.cursor(), types)
    try:
        yield made
    finally:
        made.connection.close()
        for catalog in made.catalogs.values():
            host.execute(f"DETACH {quoted(catalog)}")


def dotted(parts: Sequence[str]) -> str:
    """A name as SQL takes it."""
    return ".".join(map(quoted, parts))
